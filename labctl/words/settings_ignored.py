"""What the keys mean that have no effect in our node, though they have in Java."""

from collections.abc import Mapping

IGNORED: Mapping[str, tuple[str, str]] = {
    "set.observerMasterPort": (
        "the port on which a follower serves observers",
        "follower 在哪个端口上服务 observer",
    ),
    "set.clientPortListenBacklog": (
        "how many connections may wait to be accepted; -1: the system's choice",
        "多少连接可以等待被接受；-1 由系统决定",
    ),
    "set.syncEnabled": (
        "true: observers write log and snapshots, too",
        "true：observer 也写日志和快照",
    ),
    "set.localSessionsEnabled": (
        "true: a session is known to one server only, until it needs more",
        "true：会话起初只由一台服务器知道",
    ),
    "set.localSessionsUpgradingEnabled": (
        "true: a local session becomes a global one when it makes an ephemeral node",
        "true：本地会话创建临时节点时升级为全局会话",
    ),
    "set.sslQuorumReloadCertFiles": (
        "true: changed certificates between servers are read again",
        "true：服务器间证书变化时重新读取",
    ),
    "set.quorum.auth.learner.saslLoginContext": (
        "the JAAS section that a learner logs in with",
        "learner 登录用的 JAAS 段",
    ),
    "set.quorum.auth.server.saslLoginContext": (
        "the JAAS section that a leader logs in with",
        "leader 登录用的 JAAS 段",
    ),
    "set.quorum.auth.kerberos.servicePrincipal": (
        "the Kerberos name of the servers",
        "服务器的 Kerberos 名",
    ),
    "set.quorum.cnxn.threads.size": (
        "threads that connect to other servers for elections",
        "为选举连接其他服务器的线程数",
    ),
    "set.multiAddress.reachabilityCheckEnabled": (
        "true: of several addresses one that answers is taken",
        "true：在多个地址中选一个有应答的",
    ),
    "set.multiAddress.reachabilityCheckTimeoutMs": (
        "milliseconds that each address has to answer",
        "毫秒：每个地址用多久应答",
    ),
    "set.metricsProvider.*": (
        "the Java class that publishes metrics, and its settings",
        "公布指标的 Java 类及其设置",
    ),
    "set.jvm.pause.monitor": (
        "true: pauses of the JVM are logged",
        "true：把 JVM 的停顿记入日志",
    ),
    "set.jvm.pause.warn-threshold.ms": (
        "milliseconds of pause that are a warning",
        "毫秒：多长的停顿算警告",
    ),
    "set.jvm.pause.info-threshold.ms": (
        "milliseconds of pause that are worth a line",
        "毫秒：多长的停顿值得记一行",
    ),
    "set.jvm.pause.sleep.time.ms": (
        "milliseconds between two looks for pauses",
        "毫秒：每隔多久检查一次停顿",
    ),
    "set.admin.idleTimeout": (
        "milliseconds after which a silent HTTP connection is closed",
        "毫秒：沉默多久后关闭 HTTP 连接",
    ),
    "set.admin.httpVersion": (
        "11 for HTTP/1.1",
        "11 表示 HTTP/1.1",
    ),
    "set.admin.snapshot.enabled": (
        "true: a snapshot can be fetched through the AdminServer",
        "true：可以通过 AdminServer 取快照",
    ),
    "set.admin.restore.enabled": (
        "true: a snapshot can be put back through the AdminServer",
        "true：可以通过 AdminServer 恢复快照",
    ),
    "set.admin.rateLimiterIntervalInMS": (
        "milliseconds between two snapshots or restores",
        "毫秒：两次快照或恢复之间的间隔",
    ),
    "set.snapSizeLimitInKb": (
        "kilobytes of log after which a snapshot is made",
        "日志写满多少 KB 后做快照",
    ),
    "set.txnLogSizeLimitInKb": (
        "kilobytes after which a new log file begins; -1: no limit",
        "日志文件满多少 KB 后换新文件；-1 为不限",
    ),
    "set.forceSync": (
        "no: writes are promised before they are on disk. Data can be lost",
        "no：写入还没落盘就承诺，数据会丢失",
    ),
    "set.fsync.warningthresholdms": (
        "milliseconds of fsync that are worth a warning",
        "毫秒：fsync 多久值得警告",
    ),
    "set.commitLogCount": (
        "committed transactions kept in memory for DIFF",
        "为 DIFF 在内存里保留多少已提交的事务",
    ),
    "set.snapshotSizeFactor": (
        "how much log, measured by the snapshot, may be sent instead of SNAP",
        "可以用多少日志（与快照大小相比）代替 SNAP",
    ),
    "set.flushDelay": (
        "milliseconds by which an fsync may wait for more writes",
        "毫秒：fsync 可以等多久以便多写一些",
    ),
    "set.maxWriteQueuePollTime": (
        "milliseconds the disk thread waits for the next write",
        "毫秒：磁盘线程等下一次写入多久",
    ),
    "set.maxBatchSize": (
        "writes that go into one fsync at most",
        "一次 fsync 最多包含多少次写入",
    ),
    "set.leaderServes": (
        "no: the leader serves no clients",
        "no：leader 不服务客户端",
    ),
    "set.enableEagerACLCheck": (
        "true: a follower checks ACLs before it forwards a write",
        "true：follower 转发写之前先检查 ACL",
    ),
    "set.digest.enabled": (
        "true: servers compare a digest of their trees",
        "true：服务器之间比较数据树的摘要",
    ),
    "set.closeSessionTxn.enabled": (
        "true: the end of a session lists its ephemeral nodes in the log",
        "true：会话结束时把它的临时节点写进日志",
    ),
    "set.serializeLastProcessedZxid.enabled": (
        "true: a snapshot holds the zxid it ends at",
        "true：快照里写有它结束处的 zxid",
    ),
    "set.snapshot.trust.empty": (
        "true: a log without a snapshot is believed",
        "true：没有快照的日志也被接受",
    ),
    "set.snapshot.compression.method": (
        "gz or snappy; empty: snapshots are not compressed. Ours reads both kinds",
        "gz 或 snappy；空则快照不压缩。我们的节点两种都能读",
    ),
    "set.datadir.autocreate": (
        "true: a missing data folder is made",
        "true：数据目录不存在时创建",
    ),
    "set.db.autocreate": (
        "false: an empty data folder is refused without the file `initialize`",
        "false：没有 initialize 文件的空数据目录被拒绝",
    ),
    "set.forceSnapshotSync": (
        "true: learners always get SNAP",
        "true：learner 总是得到 SNAP",
    ),
    "set.emulate353TTLNodes": (
        "true: TTL nodes as 3.5.3 wrote them",
        "true：按 3.5.3 的写法读 TTL 节点",
    ),
    "set.maxCnxns": (
        "connections from all clients together; 0: any number",
        "所有客户端连接的总数；0 为不限",
    ),
    "set.maxResponseCacheSize": (
        "answers to getData that are kept ready",
        "为 getData 预存多少应答",
    ),
    "set.maxGetChildrenResponseCacheSize": (
        "answers to getChildren that are kept ready",
        "为 getChildren 预存多少应答",
    ),
    "set.intBufferStartingSizeBytes": (
        "bytes of the buffer with which a reply begins",
        "应答缓冲区起初的字节数",
    ),
    "set.serverCnxnFactory": (
        "the Java class that accepts clients",
        "接受客户端的 Java 类",
    ),
    "set.nio.*": (
        "threads and buffers of Java's client port",
        "Java 客户端端口的线程和缓冲区",
    ),
    "set.commitProcessor.*": (
        "threads and batches of Java's commit processor",
        "Java 提交处理器的线程和批量",
    ),
    "set.cnxTimeout": (
        "milliseconds to connect to another server for an election",
        "毫秒：为选举连接另一台服务器的时限",
    ),
    "set.quorumCnxnTimeoutMs": (
        "milliseconds to read from another server in an election; -1: syncLimit",
        "毫秒：选举中读另一台服务器的时限；-1 为 syncLimit",
    ),
    "set.tcpKeepAlive": (
        "true: the system checks silent election connections",
        "true：由系统检查沉默的选举连接",
    ),
    "set.clientTcpKeepAlive": (
        "true: the system checks silent client connections",
        "true：由系统检查沉默的客户端连接",
    ),
    "set.electionPortBindRetry": (
        "how often a taken election port is tried again; 0: for ever",
        "选举端口被占时重试几次；0 为一直重试",
    ),
    "set.leader.maxTimeToWaitForEpoch": (
        "milliseconds a leader waits for enough followers; -1: initLimit",
        "毫秒：leader 等足够的 follower 多久；-1 为 initLimit",
    ),
    "set.leader.maxConcurrentSnapSyncs": (
        "SNAPs that a leader sends at the same time",
        "leader 同时发送多少个 SNAP",
    ),
    "set.leader.maxConcurrentDiffSyncs": (
        "DIFFs that a leader sends at the same time",
        "leader 同时发送多少个 DIFF",
    ),
    "set.leader.ackLoggingFrequency": (
        "acknowledgements between two measurements",
        "每多少个确认测量一次",
    ),
    "set.leader.closeSocketAsync": (
        "true: a leader closes connections in another thread",
        "true：leader 在另一个线程里关闭连接",
    ),
    "set.learner.closeSocketAsync": (
        "true: a learner closes its connection in another thread",
        "true：learner 在另一个线程里关闭连接",
    ),
    "set.learner.asyncSending": (
        "true: a learner sends in another thread",
        "true：learner 在另一个线程里发送",
    ),
    "set.leaderConnectDelayDuringRetryMs": (
        "milliseconds between two attempts to reach the leader",
        "毫秒：两次尝试连接 leader 之间的间隔",
    ),
    "set.observer.reconnectDelayMs": (
        "milliseconds an observer waits before it connects again",
        "毫秒：observer 重连之前等多久",
    ),
    "set.observer.election.DelayMs": (
        "milliseconds an observer waits before it looks for a leader",
        "毫秒：observer 寻找 leader 之前等多久",
    ),
    "set.observer.syncEnabled": (
        "true: observers write log and snapshots, too",
        "true：observer 也写日志和快照",
    ),
    "set.observerMaster.sizeLimit": (
        "bytes that a follower keeps for its observers",
        "follower 为 observer 保留多少字节",
    ),
    "set.follower.skipLearnerRequestToNextProcessor": (
        "a detail of Java's pipeline of requests",
        "Java 请求流水线的细节",
    ),
    "set.forward_learner_requests_to_commit_processor_disabled": (
        "a detail of Java's pipeline of requests",
        "Java 请求流水线的细节",
    ),
    "set.request_throttle_max_requests": (
        "requests in work before others wait; 0: no limit",
        "处理中的请求到多少后其他要等；0 为不限",
    ),
    "set.request_throttle_stall_time": (
        "milliseconds that a throttled request waits",
        "毫秒：被限流的请求等多久",
    ),
    "set.request_throttle_drop_stale": (
        "true: requests of closed connections are dropped",
        "true：丢弃已关闭连接的请求",
    ),
    "set.request_stale_connection_check": (
        "true: a request is stale when its connection is closed",
        "true：连接已关闭的请求算过期",
    ),
    "set.request_stale_latency_check": (
        "true: a request is stale when its client no longer waits",
        "true：客户端不再等待的请求算过期",
    ),
    "set.request_throttler.shutdownTimeout": (
        "milliseconds that the throttler has to end",
        "毫秒：限流器结束的时限",
    ),
    "set.throttled_op_wait_time": (
        "milliseconds in the queue after which a request is refused; 0: never",
        "毫秒：排队多久后拒绝请求；0 为从不",
    ),
    "set.connection_throttle_tokens": (
        "new connections that are accepted at once; 0: no limit",
        "一次接受多少新连接；0 为不限",
    ),
    "set.connection_throttle_fill_time": (
        "milliseconds between two refills of the tokens",
        "毫秒：令牌多久补充一次",
    ),
    "set.connection_throttle_fill_count": (
        "tokens that a refill adds",
        "每次补充多少令牌",
    ),
    "set.connection_throttle_freeze_time": (
        "milliseconds between two changes of the drop rate; -1: off",
        "毫秒：丢弃率多久调整一次；-1 为关闭",
    ),
    "set.connection_throttle_drop_increase": (
        "by how much the drop rate rises",
        "丢弃率每次上升多少",
    ),
    "set.connection_throttle_drop_decrease": (
        "by how much the drop rate falls",
        "丢弃率每次下降多少",
    ),
    "set.connection_throttle_decrease_ratio": (
        "share of free tokens at which the drop rate falls",
        "空闲令牌到多少比例时丢弃率下降",
    ),
    "set.connection_throttle_weight_enabled": (
        "true: kinds of sessions cost different numbers of tokens",
        "true：不同会话消耗不同数量的令牌",
    ),
    "set.connection_throttle_global_session_weight": (
        "tokens that a global session costs",
        "全局会话消耗的令牌",
    ),
    "set.connection_throttle_local_session_weight": (
        "tokens that a local session costs",
        "本地会话消耗的令牌",
    ),
    "set.connection_throttle_renew_session_weight": (
        "tokens that a renewed session costs",
        "恢复的会话消耗的令牌",
    ),
    "set.largeRequestMaxBytes": (
        "bytes of large requests in work before others wait",
        "处理中的大请求到多少字节后其他要等",
    ),
    "set.largeRequestThreshold": (
        "bytes from which a request is large; -1: none is",
        "多少字节以上算大请求；-1 为没有",
    ),
    "set.watchManagerName": (
        "the Java class that keeps watches",
        "保存 watch 的 Java 类",
    ),
    "set.watcherCleanThreadsNum": (
        "threads that remove dead watchers",
        "清理失效 watcher 的线程数",
    ),
    "set.watcherCleanThreshold": (
        "dead watchers at which cleaning begins",
        "多少失效 watcher 时开始清理",
    ),
    "set.watcherCleanIntervalInSeconds": (
        "seconds after which cleaning begins anyhow",
        "最多多少秒清理一次",
    ),
    "set.maxInProcessingDeadWatchers": (
        "dead watchers that may wait for cleaning; -1: any number",
        "最多多少失效 watcher 等待清理；-1 为不限",
    ),
    "set.bitHashCacheSize": (
        "entries of a cache in Java's optimized watch manager",
        "Java 优化版 watch 管理器的缓存条目数",
    ),
    "set.allowSaslFailedClients": (
        "true: clients stay connected though their SASL login failed",
        "true：SASL 登录失败的客户端仍可连接",
    ),
    "set.letAnySaslUserDoX": (
        "a SASL user who may do everything",
        "可以做任何事的 SASL 用户",
    ),
    "set.IPAuthenticationProvider.usexforwardedfor": (
        "true: the ip scheme believes X-Forwarded-For",
        "true：ip 方式相信 X-Forwarded-For",
    ),
    "set.ssl.*": (
        "keys, certificates and versions of TLS",
        "TLS 的密钥、证书和版本",
    ),
    "set.sasl.serverconfig": (
        "the JAAS section that a server logs in with",
        "服务器登录用的 JAAS 段",
    ),
    "set.kerberos.*": (
        "how Kerberos names are read",
        "怎样读取 Kerberos 名",
    ),
    "set.security.auth_to_local": (
        "rules that shorten Kerberos names",
        "缩短 Kerberos 名的规则",
    ),
    "set.audit.enable": (
        "true: an audit log is written",
        "true：写审计日志",
    ),
    "set.audit.impl.class": (
        "the Java class that writes the audit log",
        "写审计日志的 Java 类",
    ),
    "set.messageTracker.BufferSize": (
        "messages that are kept for a log line when a learner is lost",
        "失去 learner 时为日志保留多少消息",
    ),
    "set.messageTracker.Enabled": (
        "true: the last messages of each learner are kept",
        "true：保留每个 learner 最后的消息",
    ),
    "set.pathStats.*": (
        "statistics of the paths that are used most",
        "最常用路径的统计",
    ),
    "set.testingonly.initialZxid": (
        "the zxid at which a leader begins, for tests",
        "测试用：leader 起始的 zxid",
    ),
    "set.fips-mode": (
        "true: only what FIPS allows is used for TLS",
        "true：TLS 只用 FIPS 允许的",
    ),
    "set.jute.maxbuffer.extrasize": (
        "bytes that servers allow one another beyond jute.maxbuffer",
        "服务器之间允许比 jute.maxbuffer 多多少字节",
    ),
}
