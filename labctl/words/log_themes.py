"""What the rarer lines of a ZooKeeper log mean, by theme."""

from collections.abc import Mapping

THEMES: Mapping[str, tuple[str, str]] = {
    "ack.old": ("an ACK for another epoch came", "收到另一个 epoch 的 ACK"),
    "ack.send": (
        "could not tell the leader what is on disk",
        "没能告诉 leader 什么已落盘",
    ),
    "admin.cert": ("the AdminServer has no certificates", "AdminServer 没有证书"),
    "admin.down": ("there is no AdminServer", "AdminServer 起不来"),
    "audit": ("an entry of the audit log", "一条审计日志"),
    "auth": ("somebody could not be authenticated", "有人没能通过认证"),
    "auth.ok": ("a client is authenticated", "一个客户端通过认证"),
    "bug.listener": (
        "there is no listener for the election",
        "选举端口没有监听者",
    ),
    "canonical": ("a host name was made canonical", "主机名换成了规范形式"),
    "cfg.even": (
        "an even number of servers: one more costs, and bears no more failures",
        "服务器台数是偶数：多一台并不能多容忍一次故障",
    ),
    "cfg.one": ("only one server is configured", "只配置了一台服务器"),
    "cfg.role": (
        "its role differs between server.N and peerType",
        "server.N 与 peerType 给出的角色不一致",
    ),
    "cfg.two": ("two servers: neither may fail", "两台服务器：一台都不能坏"),
    "cfg.value": ("a setting is out of range", "某项设置超出范围"),
    "client.expired": (
        "a client came back with a session that is over",
        "客户端带着已结束的会话回来",
    ),
    "client.io": (
        "the connection with a client broke",
        "与一个客户端的连接断开",
    ),
    "client.newer": (
        "a client has seen more than this server: sent to another",
        "客户端见过的比本机更新：请它换一台",
    ),
    "client.old": (
        "a client speaks the handshake without the read-only flag",
        "客户端的握手里没有只读标志",
    ),
    "client.password": (
        "a client named a session and not its password",
        "客户端报了会话号，密码却不对",
    ),
    "client.readonly": (
        "a client that wants to write met a read-only server",
        "想写入的客户端遇到了只读服务器",
    ),
    "client.vanished": (
        "a client was gone before it had its answer",
        "客户端没等到回答就走了",
    ),
    "cnx.again": (
        "the election's connections are set up anew",
        "选举连接重新建立",
    ),
    "cnx.bad-id": (
        "a peer called with an id that no server can have",
        "来访者的 id 不可能属于任何服务器",
    ),
    "cnx.handshake": (
        "an election connection broke before it stood",
        "选举连接还没建好就断了",
    ),
    "cnx.leaving": (
        "gives up its election port: it can take part in no election",
        "放弃选举端口：不能再参加选举",
    ),
    "cnx.listener": ("trouble at the election port", "选举端口出了问题"),
    "cnx.observer-id": (
        "an observer without an id gets one",
        "没有 id 的 observer 得到一个",
    ),
    "cnx.queue": (
        "a vote for a peer that has just gone",
        "选票要发给的节点刚刚离开",
    ),
    "cnx.same-id": ("a server called with our own id", "有服务器用本机的 id 来访"),
    "cnxn.close": ("a client's connection was gone already", "客户端连接早已断开"),
    "cnxn.shed": ("sheds clients to balance the load", "为均衡负载断开一些客户端"),
    "config.znode": (
        "makes /zookeeper/config, which was not there yet",
        "建立原先没有的 /zookeeper/config",
    ),
    "container": ("removes an empty container node", "删除空的容器节点"),
    "container.failed": ("could not remove a container node", "没能删除容器节点"),
    "data.load": ("cannot read its own data", "读不了自己的数据"),
    "digest": ("the snapshot brings a digest of the tree", "快照带有整棵树的摘要"),
    "digest.differs": (
        "the digest of its tree is not what it should be",
        "整棵树的摘要与应有的不同",
    ),
    "digest.old": (
        "the snapshot is of an older release and has no such digest",
        "快照来自旧版本，没有这种摘要",
    ),
    "dynamic": (
        "the dynamic configuration file could not be kept",
        "没能保存动态配置文件",
    ),
    "epoch.old": (
        "refuses a leader whose epoch is older than one it promised to",
        "拒绝 epoch 比自己承诺过的更旧的 leader",
    ),
    "election.udp": (
        "elects over UDP, the old way (electionAlg=0)",
        "用旧的 UDP 方式选举（electionAlg=0）",
    ),
    "epoch.write": ("could not write an epoch file", "写不了 epoch 文件"),
    "epoch.tmp": (
        "finishes writing an epoch that a crash interrupted",
        "补写崩溃时没写完的 epoch",
    ),
    "exit": ("the process ends in order", "进程正常结束"),
    "expire.forced": ("an operator ended a session", "管理员结束了一个会话"),
    "fatal": ("the process ends: something must never happen", "进程结束：出了大错"),
    "fatal.admin": (
        "does not start: the AdminServer cannot",
        "起不来：AdminServer 启动失败",
    ),
    "fatal.args": ("does not start: wrong arguments", "起不来：参数不对"),
    "fatal.config": ("does not start: wrong configuration", "起不来：配置有误"),
    "fatal.datadir": (
        "does not start: no access to dataDir",
        "起不来：无法访问 dataDir",
    ),
    "fatal.disk": (
        "a thread that may not fail has failed: the process ends",
        "不能失败的线程失败了：进程结束",
    ),
    "fle.malformed": (
        "a vote that cannot be read came",
        "收到读不懂的选票",
    ),
    "fle.old": ("a peer votes in an older format", "有节点用旧格式投票"),
    "fle.stranger": (
        "ignores a vote of or for somebody who is no member",
        "忽略来自或投给非成员的选票",
    ),
    "impossible": (
        "something that ZooKeeper itself thinks impossible",
        "ZooKeeper 自己认为不可能的事",
    ),
    "interrupted": ("a waiting thread was told to stop", "等待中的线程被叫停"),
    "jmx": ("about its JMX beans, for monitoring consoles", "关于监控用的 JMX"),
    "jvm.pause": ("the whole process stood still", "整个进程停顿了一阵"),
    "kerberos": (
        "about the Kerberos ticket or login by which it proves who it is",
        "用来证明身份的 Kerberos 票据或登录",
    ),
    "leader.find": (
        "the elected leader is not in its configuration",
        "配置里没有当选的 leader",
    ),
    "leader.init": (
        "enough followers are there, but not in step in time",
        "follower 够数，却没能及时跟上",
    ),
    "learner.auth": ("a learner could not be authenticated", "有 learner 没通过认证"),
    "learner.close": (
        "a connection between leader and learner closes",
        "leader 与 learner 之间的连接关闭",
    ),
    "learner.gone": (
        "the connection with a learner broke",
        "与某个 learner 的连接断开",
    ),
    "learner.step": ("a step of catching up", "同步过程中的一步"),
    "log.read": (
        "could not read the log for a learner that lags",
        "没能为落后的 learner 读出日志",
    ),
    "listens": ("listens for election messages", "开始监听选举消息"),
    "master": ("observers are fed by a follower", "observer 由 follower 供给"),
    "master.none": (
        "the follower that should feed an observer is not there",
        "本应供给 observer 的 follower 不在",
    ),
    "newleader.ack": (
        "a learner's disk holds the leader's history",
        "某个 learner 的磁盘已有 leader 的历史",
    ),
    "nio": ("trouble with the clients' sockets", "客户端 socket 出了问题"),
    "nio.accept": ("could not take a client in", "没能接入一个客户端"),
    "nio.dead": (
        "the thread that serves clients has died",
        "服务客户端的线程已死",
    ),
    "nio.end": ("stops listening for clients", "停止监听客户端"),
    "nio.port": ("could not move its client port", "没能更换客户端端口"),
    "observer.ignores": (
        "a packet that this role has no use for",
        "这个角色用不上的包",
    ),
    "om.behind": ("an observer lags too far behind", "某个 observer 落后太多"),
    "oracle": ("the two-server oracle decides", "双机仲裁（oracle）"),
    "order": (
        "a transaction is not where the order of zxids wants it",
        "事务不在 zxid 次序应在的位置",
    ),
    "packet.odd": (
        "a packet that has no place at this point of the protocol",
        "协议此刻不该出现的包",
    ),
    "partial": ("the log ends in the middle of a record", "日志在一条记录中间断开"),
    "path.stats": ("which paths are asked for most", "哪些路径被访问得最多"),
    "peer.address": ("its own addresses are not known", "自己的地址还不知道"),
    "peer.exit": (
        "its main thread ends: it takes no more part",
        "主线程结束：不再参与",
    ),
    "peer.failed": (
        "an exception ended its role: back to the election",
        "异常使它结束了当前角色：回到选举",
    ),
    "purge": ("old snapshots and logs are cleaned up", "清理旧快照和旧日志"),
    "purge.off": (
        "old snapshots and logs are never deleted: autopurge is off",
        "旧快照和旧日志从不删除：autopurge 未打开",
    ),
    "purge.failed": ("could not clean up old files", "清理旧文件失败"),
    "quota": ("more is written below a path than its quota", "某路径下写入超过配额"),
    "quota.nodes": ("a quota's own znodes are missing", "配额自己的 znode 缺失"),
    "readonly": ("serves reads without a quorum", "没有 quorum 时只读服务"),
    "reconfig": ("the membership changes", "成员变更"),
    "reconfig.failed": ("a change of membership was refused", "成员变更被拒绝"),
    "reconfig.off": (
        "somebody wants to change the membership: that is switched off",
        "有人想变更成员：该功能已关闭",
    ),
    "request.failed": ("could not carry out a request", "没能执行一个请求"),
    "request.path": ("a client named a path that cannot be", "客户端给了非法路径"),
    "request.refused": (
        "a client's request is answered with an error",
        "以错误回答了客户端的请求",
    ),
    "request.unknown": ("a request of a kind it does not know", "不认识的请求类型"),
    "resolve": ("a host name leads nowhere", "主机名解析不了"),
    "responder": ("about the old UDP way of electing", "旧的 UDP 选举方式"),
    "restore": ("its data is replaced by a snapshot", "用快照替换数据"),
    "sasl": ("a client did not pass SASL", "客户端没通过 SASL"),
    "sends": ("sends a learner what it lacks", "把 learner 缺的发给它"),
    "session.closed": ("a session ends", "一个会话结束"),
    "session.validate": (
        "a client's session is checked with the leader",
        "向 leader 核对客户端会话",
    ),
    "skipacl": ("access lists are not looked at", "不检查 ACL"),
    "snap.bad": ("a snapshot file cannot be read", "某个快照文件读不了"),
    "snap.busy": (
        "no snapshot now: the last one is still being written",
        "这次不写快照：上一个还没写完",
    ),
    "snap.empty": ("begins with an empty tree", "从空树开始"),
    "snap.failed": ("could not write a snapshot", "没能写出快照"),
    "snap.none": ("there are logs and no snapshot", "有日志却没有快照"),
    "starts.alone": ("a server without a quorum starts", "单机服务器启动"),
    "stopping": ("an error while everything ends anyway", "收尾时的错误"),
    "sync.epoch-skip": (
        "a new epoch begins within a DIFF",
        "DIFF 之中开始了新的 epoch",
    ),
    "sync.fallback": (
        "the log does not serve this learner: it gets a snapshot",
        "日志帮不了这个 learner：改发快照",
    ),
    "sync.forced": (
        "sends snapshots always: a switch for tests is on",
        "总发快照：测试开关开着",
    ),
    "sync.many": ("too many learners want snapshots at once", "要快照的 learner 太多"),
    "sync.signature": (
        "the snapshot that the leader sent has no end",
        "leader 发来的快照没有结尾标记",
    ),
    "sync.slow": (
        "a learner did not confirm a proposal within syncLimit",
        "有 learner 没在 syncLimit 内确认提案",
    ),
    "thread.exit": ("a thread has ended", "一个线程结束了"),
    "throttled.bug": ("a throttled request got too far", "被限流的请求走得太远"),
    "tls": ("about encryption between the servers", "服务器之间的加密"),
    "tls.watch": (
        "new certificate files may not be noticed any more",
        "证书文件更新后可能不再被发现",
    ),
    "tree.fuzzy": (
        "replays a deletion that the snapshot had already seen",
        "重放了快照里已有的删除",
    ),
    "tree.odd": ("a znode is not as the log expects it", "znode 与日志预期不符"),
    "trunc.fail": (
        "cannot cut its log back as the leader wants",
        "无法按 leader 要求截断日志",
    ),
    "txnlog.empty": ("removes a file that a crash left empty", "删除崩溃留下的空文件"),
    "txnlog.io": ("trouble reading or closing a log file", "读取或关闭日志文件出错"),
    "unlimited": (
        "clients may have any number of connections",
        "客户端连接总数不限",
    ),
    "upgrade.session": ("a local session becomes global", "本地会话升级为全局会话"),
    "tls.failed": (
        "a connection's TLS could not be set up or checked",
        "连接的 TLS 无法建立或校验",
    ),
    "watch.cleaner": (
        "removes watches of clients that are gone",
        "清理已离开客户端的 watch",
    ),
    "word.failed": (
        "a command could not be answered",
        "一条命令没能回答",
    ),
    "throttled.log": (
        "repeats a message that came too often to be logged each time",
        "把刷屏的消息合并成一条",
    ),
    "embedded": (
        "a program that has ZooKeeper inside starts or stops it",
        "内嵌 ZooKeeper 的程序在启动或停止它",
    ),
    "controller": (
        "the server for tests, which another program steers",
        "测试用的受控服务器",
    ),
    "usage": ("says how it is called", "说明用法"),
}
