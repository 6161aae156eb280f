"""What each key of zoo.cfg means, for `labctl config` and `docs/settings.md`."""

from collections.abc import Mapping

from labctl.words.settings_ignored import IGNORED
from labctl.words.settings_tls import TLS

SETTINGS: Mapping[str, tuple[str, str]] = {
    **IGNORED,
    **TLS,
    "set.tickTime": (
        "milliseconds: the unit of all limits below, and of heartbeats",
        "毫秒：以下各限额和心跳的时间单位",
    ),
    "set.initLimit": (
        "ticks a learner may take to connect and be synchronized",
        "learner 连接并完成同步可用的 tick 数",
    ),
    "set.syncLimit": (
        "ticks of silence after which leader or learner is given up",
        "沉默多少个 tick 后放弃对方",
    ),
    "set.connectToLearnerMasterLimit": (
        "ticks a learner may take to connect to its leader; unset: initLimit",
        "learner 连接 leader 可用的 tick 数；不设则为 initLimit",
    ),
    "set.dataDir": (
        "snapshots, log, epochs and myid live here",
        "快照、日志、epoch 与 myid 都在这里",
    ),
    "set.dataLogDir": (
        "the transaction log lives here",
        "事务日志在这里",
    ),
    "set.clientPort": (
        "where clients connect",
        "客户端连接的端口",
    ),
    "set.clientPortAddress": (
        "the address on which clients are listened for",
        "在哪个地址上等待客户端",
    ),
    "set.maxClientCnxns": (
        "connections that one client address may hold; 0: any number",
        "一个客户端地址最多可以有多少个连接；0 为不限",
    ),
    "set.minSessionTimeout": (
        "milliseconds: the shortest session a client can ask for; -1: two ticks",
        "毫秒：客户端能要求的最短会话；-1 为两个 tick",
    ),
    "set.maxSessionTimeout": (
        "milliseconds: the longest session a client can ask for; -1: twenty ticks",
        "毫秒：客户端能要求的最长会话；-1 为二十个 tick",
    ),
    "set.electionAlg": (
        "which election; only 3, Fast Leader Election, is left",
        "哪种选举；只剩 3，即 Fast Leader Election",
    ),
    "set.peerType": (
        "participant votes; an observer serves clients and has no vote",
        "participant 有投票权；observer 服务客户端，没有投票权",
    ),
    "set.quorumListenOnAllIPs": (
        "true: quorum and election port listen on every address",
        "true：仲裁端口和选举端口在所有地址上监听",
    ),
    "set.server.*": (
        "a member: host, port between leader and learners, port for elections",
        "一个成员：主机、leader 与 learner 之间的端口、选举端口",
    ),
    "set.dynamicConfigFile": (
        "the file that holds the server lines instead of this one",
        "代替本文件存放 server 行的文件",
    ),
    "set.snapCount": (
        "transactions between two snapshots",
        "两次快照之间的事务数",
    ),
    "set.autopurge.snapRetainCount": (
        "snapshots that are kept when old ones are deleted; 3 at least",
        "删除旧快照时保留多少个，至少 3 个",
    ),
    "set.autopurge.purgeInterval": (
        "hours between two deletions of old files; 0: never",
        "每隔多少小时删除旧文件；0 为从不",
    ),
    "set.preAllocSize": (
        "kilobytes by which a log file is lengthened at a time",
        "日志文件每次加长多少 KB",
    ),
    "set.globalOutstandingLimit": (
        "requests that may wait in a server before clients are read more slowly",
        "服务器里最多有多少请求在等待，再多就放慢读取客户端",
    ),
    "set.extendedTypesEnabled": (
        "true: nodes with a time to live are possible",
        "true：允许带 TTL 的节点",
    ),
    "set.4lw.commands.whitelist": (
        "four-letter words that are answered, such as srvr",
        "允许的四字命令，例如 srvr",
    ),
    "set.admin.enableServer": (
        "whether there is an AdminServer",
        "是否启动 AdminServer",
    ),
    "set.admin.serverAddress": (
        "the address on which the AdminServer listens",
        "AdminServer 在哪个地址上监听",
    ),
    "set.admin.serverPort": (
        "HTTP for people and labctl; 8080 unless set, so each node needs its own",
        "供人和 labctl 使用的 HTTP；不设则为 8080，所以各节点要各设一个",
    ),
    "set.admin.commandURL": (
        "the path below which the AdminServer has its commands",
        "AdminServer 的命令在哪个路径下",
    ),
    "set.metricsProvider.className": (
        "ZooKeeper's PrometheusMetricsProvider opens a port with all metrics",
        "写 ZooKeeper 的 PrometheusMetricsProvider，就打开一个提供全部指标的端口",
    ),
    "set.metricsProvider.httpHost": (
        "the address on which Prometheus finds the metrics",
        "Prometheus 在哪个地址上取指标",
    ),
    "set.metricsProvider.httpPort": (
        "the port of /metrics for Prometheus; 7000 unless set",
        "供 Prometheus 用的 /metrics 的端口；不设则为 7000",
    ),
    "set.fastleader.minNotificationInterval": (
        "milliseconds until an unanswered vote is sent again, at first",
        "毫秒：起初，没有应答的选票隔多久重发",
    ),
    "set.fastleader.maxNotificationInterval": (
        "milliseconds: the longest pause between two sendings of a vote",
        "毫秒：两次发送选票之间最长的间隔",
    ),
    "set.DigestAuthenticationProvider.superDigest": (
        "super:HASH: who logs in with it passes every ACL",
        "super:HASH：用它登录的人不受任何 ACL 限制",
    ),
    "set.quorumlab.finalizeWaitMs": (
        "milliseconds to wait for a better vote after a majority; ZooKeeper: 200",
        "毫秒：已过半后再等更好的选票多久；ZooKeeper 固定为 200",
    ),
    "set.quorumlab.events": (
        "where the node writes its events; Java ZooKeeper ignores it",
        "节点写事件的地方；Java ZooKeeper 会忽略",
    ),
    "set.quorumlab.lab": (
        "whose node this is; Java ZooKeeper ignores it",
        "属于哪个实验；Java ZooKeeper 会忽略",
    ),
    "set.group.*": (
        "hierarchical quorums: which servers form a group",
        "分层仲裁：哪些服务器组成一组",
    ),
    "set.weight.*": (
        "hierarchical quorums: how much a server's vote counts",
        "分层仲裁：一台服务器的票有多重",
    ),
    "set.standaloneEnabled": (
        "false: an ensemble of one server is possible, and can grow",
        "false：允许只有一台服务器的集群，之后可以扩大",
    ),
    "set.reconfigEnabled": (
        "true: members can be changed while the ensemble runs",
        "true：集群运行时可以更改成员",
    ),
    "set.oraclePath": (
        "a file that decides which of two servers leads when they part",
        "两台服务器失联时，由这个文件决定谁来领导",
    ),
    "set.multiAddress.enabled": (
        "true: a server may have several addresses",
        "true：一台服务器可以有多个地址",
    ),
    "set.secureClientPort": (
        "where clients connect by TLS",
        "客户端用 TLS 连接的端口",
    ),
    "set.secureClientPortAddress": (
        "the address on which TLS clients are listened for",
        "在哪个地址上等待 TLS 客户端",
    ),
    "set.sslQuorum": (
        "true: servers talk to one another by TLS",
        "true：服务器之间用 TLS 通信",
    ),
    "set.portUnification": (
        "true: servers accept one another with and without TLS",
        "true：服务器之间带不带 TLS 都接受",
    ),
    "set.quorum.auth.enableSasl": (
        "true: servers prove to one another who they are",
        "true：服务器之间互相证明身份",
    ),
    "set.quorum.auth.serverRequireSasl": (
        "true: a server that does not prove who it is is sent away",
        "true：不能证明身份的服务器被拒绝",
    ),
    "set.quorum.auth.learnerRequireSasl": (
        "true: a learner joins no leader that does not prove who it is",
        "true：learner 不加入不能证明身份的 leader",
    ),
    "set.sessionRequireClientSASLAuth": (
        "true: clients must log in by SASL",
        "true：客户端必须用 SASL 登录",
    ),
    "set.enforce.auth.enabled": (
        "true: clients must log in by one of enforce.auth.schemes",
        "true：客户端必须用 enforce.auth.schemes 之一登录",
    ),
    "set.enforce.auth.schemes": (
        "the schemes by which clients must log in",
        "客户端必须使用的登录方式",
    ),
    "set.authProvider.*": (
        "a Java class that adds a way to log in",
        "增加一种登录方式的 Java 类",
    ),
    "set.superUser": (
        "the SASL user who passes every ACL",
        "不受任何 ACL 限制的 SASL 用户",
    ),
    "set.X509AuthenticationProvider.superUser": (
        "the certificate's name that passes every ACL",
        "不受任何 ACL 限制的证书名",
    ),
    "set.ssl.authProvider": (
        "which provider reads a client's certificate",
        "由哪个 provider 读取客户端证书",
    ),
    "set.DigestAuthenticationProvider.enabled": (
        "false: the digest scheme is switched off",
        "false：关闭 digest 方式",
    ),
    "set.DigestAuthenticationProvider.digestAlg": (
        "how passwords are hashed for the digest scheme",
        "digest 方式用什么算法散列密码",
    ),
    "set.skipACL": (
        "yes: no ACL is checked",
        "yes：不检查任何 ACL",
    ),
    "set.enforceQuota": (
        "true: a write beyond a quota is refused, not only logged",
        "true：超出配额的写被拒绝，而不只是记日志",
    ),
    "set.ensembleAuthName": (
        "the names by which clients may ask for this ensemble",
        "客户端可以用哪些名字找这个集群",
    ),
    "set.admin.portUnification": (
        "true: the AdminServer's port speaks HTTP and HTTPS",
        "true：AdminServer 的端口同时接受 HTTP 和 HTTPS",
    ),
    "set.admin.forceHttps": (
        "true: the AdminServer speaks only HTTPS",
        "true：AdminServer 只接受 HTTPS",
    ),
    "set.admin.needClientAuth": (
        "true: the AdminServer asks for a client certificate",
        "true：AdminServer 要求客户端证书",
    ),
    "set.readonlymode.enabled": (
        "true: a server without a quorum answers reads of clients that allow it",
        "true：未过半的服务器为允许只读的客户端应答读",
    ),
    "set.jute.maxbuffer": (
        "bytes that one packet may have",
        "一个报文最多多少字节",
    ),
    "set.znode.container.checkIntervalMs": (
        "milliseconds between two looks of the leader for containers and TTL nodes"
        " to delete; Java reads it from -Dznode.container.checkIntervalMs only",
        "毫秒：leader 每隔多久查找可以删除的容器节点和 TTL 节点；"
        "Java 只从 -Dznode.container.checkIntervalMs 读取",
    ),
    "set.znode.container.maxPerMinute": (
        "containers and TTL nodes that are deleted in a minute at most;"
        " Java reads it from -Dznode.container.maxPerMinute only",
        "每分钟最多删除多少个容器节点和 TTL 节点；"
        "Java 只从 -Dznode.container.maxPerMinute 读取",
    ),
    "set.znode.container.maxNeverUsedIntervalMs": (
        "milliseconds after which a never used container goes, too; 0: never;"
        " Java reads it from -Dznode.container.maxNeverUsedIntervalMs only",
        "毫秒：从未用过的容器节点多久后也删除；0 为从不；"
        "Java 只从 -Dznode.container.maxNeverUsedIntervalMs 读取",
    ),
    "set.follower.nodelay": (
        "true: a follower's connection sends at once",
        "true：follower 的连接立即发送",
    ),
    "set.leader.nodelay": (
        "true: a leader's connections send at once",
        "true：leader 的连接立即发送",
    ),
    "set.java.security.auth.login.config": (
        "the JAAS file",
        "JAAS 文件",
    ),
    "set.myid": (
        "who this server is: the N of its line server.N",
        "本节点的编号：server.N 中的 N",
    ),
    "key.obeyed": ("obeyed", "照做"),
    "key.refused": (
        "any other value is refused: it decides who is a member or who may do what",
        "其他值会被拒绝：它决定谁是成员、谁可以做什么",
    ),
    "key.ignored": (
        "no effect in this node; a warning names it. Java ZooKeeper obeys it",
        "本节点不理会，会有一条警告；Java ZooKeeper 照做",
    ),
    "key.jvm-only": (
        "a property of the JVM: in zoo.cfg it has no effect, in Java neither",
        "JVM 属性：写在 zoo.cfg 里没有作用，Java 也一样",
    ),
    "config.form": (
        "config takes a node's number, or explain and a key, not {words!r}",
        "config 后面是节点编号，或 explain 加一个键，而不是 {words!r}",
    ),
    "config.form.hint": (
        "labctl config 1 · labctl config explain tickTime",
        "labctl config 1 · labctl config explain tickTime",
    ),
    "key.unknown": (
        "no ZooKeeper knows the key {key}",
        "没有哪个 ZooKeeper 认识 {key} 这个键",
    ),
    "key.near": ("did you mean {near}?", "您是否想查 {near}？"),
    "key.unknown.hint": (
        "docs/settings.md lists them all",
        "docs/settings.zh.md 列出了全部的键",
    ),
    "key.default": ("default {value}", "默认 {value}"),
    "key.none": ("no default", "无默认值"),
}
