"""Strangers, sizes, TLS, logins, clients: what a log's exceptions say of them."""

from collections.abc import Mapping

from labctl.words.cause import Cause

TALK: Mapping[str, Cause] = {
    "length.http": (
        (
            '{number} is the text "{text}": somebody ({who}) speaks HTTP to this port,'
            " a probe, a browser or a scraper",
            "{number} 就是文本“{text}”：有人（{who}）对这个端口说 HTTP，"
            "例如探针、浏览器或监控",
        ),
        None,
        (
            "point it at the AdminServer (8080) or the metrics port, or probe with"
            " ruok;"
            " no data is at risk",
            "让它访问 AdminServer（8080）或指标端口，或用 ruok 探活；数据没有危险",
        ),
    ),
    "length.tls": (
        (
            "{number} is the beginning of a TLS handshake: somebody ({who}) speaks TLS"
            " to"
            " a port without TLS",
            "{number} 是 TLS 握手的开头：有人（{who}）对没开 TLS 的端口说 TLS",
        ),
        None,
        (
            "use secureClientPort for that client, or take TLS off on its side",
            "让那个客户端用 secureClientPort，或在它那边关掉 TLS",
        ),
    ),
    "length.word": (
        (
            '{number} is the four-letter word "{text}", sent where none is taken',
            "{number} 就是四字命令“{text}”，发到了不接受它的地方",
        ),
        None,
        (
            "send it to the client port, and allow it: 4lw.commands.whitelist",
            "发到客户端端口，并在 4lw.commands.whitelist 里放行",
        ),
    ),
    "length.ssh": (
        (
            "{number} is the greeting of SSH: a wrong port",
            "{number} 是 SSH 的问候：端口错了",
        ),
        None,
        ("correct the port of who calls ({who})", "改正来访者（{who}）用的端口"),
    ),
    "length.text": (
        (
            '{number} is the text "{text}": who calls ({who}) does not speak ZooKeeper',
            "{number} 就是文本“{text}”：来访者（{who}）说的不是 ZooKeeper 协议",
        ),
        None,
        (
            "find out who it is: a scanner, a monitor, or a client with a wrong port",
            "查清是谁：扫描器、监控，或端口写错的客户端",
        ),
    ),
    "length.large": (
        (
            "a packet of {size} ({number}) is larger than jute.maxbuffer",
            "一个 {size}（{number}）的包超过 jute.maxbuffer",
        ),
        None,
        (
            "a znode, a multi or a list of children is too large: make it smaller, or"
            " raise jute.maxbuffer alike on every server and client",
            "某个 znode、multi 或子节点列表太大：改小它，或在所有服务器和客户端上"
            "同样调大 jute.maxbuffer",
        ),
    ),
    "length.answer": (
        (
            "the server's answer of {size} ({number}) is larger than this client's"
            " jute.maxbuffer: most often a list of very many children",
            "服务器的回答有 {size}（{number}），超过本客户端的 jute.maxbuffer："
            "多半是子节点太多的列表",
        ),
        None,
        (
            "raise -Djute.maxbuffer of the client for now; then have fewer children"
            " under"
            " one znode",
            "先调大客户端的 -Djute.maxbuffer；再减少同一 znode 下的子节点",
        ),
    ),
    "length.negative": (
        (
            "a length of {number}: who calls ({who}) does not speak ZooKeeper here",
            "长度是 {number}：来访者（{who}）在这里说的不是 ZooKeeper 协议",
        ),
        None,
        ("look which port it was meant for", "看看它本来要找哪个端口"),
    ),
    "length.odd": (
        (
            "a length of {number} is no packet: who calls ({who}) speaks another"
            " protocol, or the data is damaged",
            "长度 {number} 不可能是包：来访者（{who}）说的是别的协议，或数据已损坏",
        ),
        None,
        ("look who it is and which port it means", "查它是谁、本来要找哪个端口"),
    ),
    "not-tls": (
        (
            "this port expects TLS and got {text}: who calls speaks without TLS",
            "这个端口要 TLS，却收到 {text}：来访者没有用 TLS",
        ),
        None,
        (
            "send plain clients to clientPort; while moving over:"
            " client.portUnification or portUnification=true",
            "让明文客户端用 clientPort；过渡期可开 client.portUnification 或"
            " portUnification=true",
        ),
    ),
    "tls-expired": (
        ("a certificate has expired", "证书已过期"),
        None,
        ("renew it; look at the clocks as well", "换新证书；也看看时钟"),
    ),
    "tls-trust": (
        (
            "the other's certificate is not trusted, or names another host",
            "不信任对方的证书，或证书里是别的主机名",
        ),
        None,
        (
            "put its CA into the trust store, and its host name into the certificate",
            "把它的 CA 放进 truststore，把主机名写进证书",
        ),
    ),
    "tls-store": (
        (
            "the key store or trust store cannot be used",
            "keystore 或 truststore 用不了",
        ),
        None,
        (
            "check ssl.keyStore.location, .password and .type, and who may read it",
            "检查 ssl.keyStore.location、.password、.type，以及谁能读它",
        ),
    ),
    "tls-common": (
        ("the two sides agree on no TLS", "两边谈不拢 TLS"),
        None,
        (
            "compare ssl.protocol, ssl.ciphersuites and the Java versions of both",
            "比较两边的 ssl.protocol、ssl.ciphersuites 和 Java 版本",
        ),
    ),
    "sasl-section": (
        ("the JAAS file has no section of that name", "JAAS 文件里没有那个段"),
        None,
        (
            "servers need Server (and QuorumServer, QuorumLearner), clients need"
            " Client:"
            " -Djava.security.auth.login.config",
            "服务器要 Server 段（及 QuorumServer、QuorumLearner），客户端要 Client 段："
            "-Djava.security.auth.login.config",
        ),
    ),
    "sasl-clock": (
        ("the clocks are too far apart for Kerberos", "时钟相差太大，Kerberos 不接受"),
        None,
        ("let NTP set them", "用 NTP 对时"),
    ),
    "sasl-login": (
        ("the SASL login failed", "SASL 登录失败"),
        None,
        (
            "check principal, keytab or password, and that the server's name is the one"
            " in the principal (zookeeper/HOST)",
            "检查 principal、keytab 或密码，以及服务器名是否就是 principal 里的那个"
            "（zookeeper/HOST）",
        ),
    ),
    "session-over": (
        (
            "the client's session is over: the servers heard nothing from it for longer"
            " than its timeout; its ephemerals and locks are gone",
            "客户端的会话已结束：服务器超过其超时没听到它；它的临时节点和锁都没了",
        ),
        None,
        (
            "open a new session and make locks, ephemerals and watches anew; then look"
            " for the pause (GC), the network, or a timeout that is too short",
            "新开会话，重建锁、临时节点和 watch；再查停顿（GC）、网络，或超时太短",
        ),
    ),
    "client-auth": (
        ("the client could not prove who it is", "客户端没能证明身份"),
        None,
        (
            "check its digest, SASL login or certificate; such a session does not"
            " recover: open a new one",
            "检查它的 digest、SASL 登录或证书；这样的会话不会恢复：新开一个",
        ),
    ),
    "client-acl": (
        (
            "the znode's ACL does not allow this client that",
            "znode 的 ACL 不允许这个操作",
        ),
        None,
        (
            "getAcl shows who may; add the identity (addauth) before the call",
            "用 getAcl 看谁可以；调用前先加身份（addauth）",
        ),
    ),
    "chroot-each": (
        (
            "the connect string {said} has a chroot after each host: a client takes one"
            " chroot, at the end, so it reached the first host alone, and a path that"
            " does not exist",
            "连接串 {said} 在每个主机后都写了 chroot：客户端只认最后的一个 chroot，"
            "于是它只连第一台，路径也不存在",
        ),
        None,
        (
            "the chroot once, at the end: {right}; make no znode for the string as it"
            " stands",
            "chroot 只在末尾写一次：{right}；不要为原来的串去建 znode",
        ),
    ),
    "chroot-none": (
        (
            "the chroot at the end of the connect string does not exist as a znode",
            "连接串末尾的 chroot 这个 znode 不存在",
        ),
        None,
        (
            "is it spelled right, and written once, at the end? If it is new, create it"
            " once; never drop the chroot: that begins a second, empty cluster at /",
            "拼写对吗，是否只在末尾写了一次？若是新的，建一次即可；不要去掉 chroot："
            "那会在 / 下开出第二个空集群",
        ),
    ),
    "ephemeral-taken": (
        (
            "{path} is held by another session ({owner}): a second process with the"
            " same id, or this one's last run until its timeout is over",
            "{path} 被另一个会话（{owner}）占着：另有一个进程用了同样的 id，或是自己"
            "上次运行的会话还没超时",
        ),
        None,
        (
            "wait one session timeout; if it is still held, find who has it (get"
            " {path}) and give this process its own id (Kafka: broker.id); do not"
            " delete the znode, it is a living process's",
            "等一个会话超时；若仍被占，查是谁（get {path}），给本进程自己的 id（Kafka："
            "broker.id）；不要删这个 znode，它属于活着的进程",
        ),
    ),
    "admin-port": (
        (
            "the AdminServer's port {port} is taken by another program (Address already"
            " in use): the client port is not the trouble",
            "AdminServer 的端口 {port} 已被别的程序占用（Address already in use）："
            "不是客户端端口的问题",
        ),
        None,
        (
            "admin.serverPort=9990 or any free port, or admin.enableServer=false"
            " (the official image: ZOO_ADMINSERVER_ENABLED=false); ss -ltnp shows who"
            " has it",
            "admin.serverPort=9990 或任一空闲端口，或 admin.enableServer=false（"
            "官方镜像：ZOO_ADMINSERVER_ENABLED=false）；ss -ltnp 看是谁占用",
        ),
    ),
    "not-serving": (
        (
            "this server has no leader right now, so it refuses clients",
            "这台服务器此刻没有 leader，于是拒绝客户端",
        ),
        None,
        (
            "at a start or during an election it passes; if it lasts, there is no"
            " majority: see why in the lines of the election",
            "启动或选举时会过去；若一直如此，就是没有多数：看选举的那些行",
        ),
    ),
    "client-timeout": (
        (
            "the client reached no server that serves, in all its time",
            "客户端在整个时限内没连上任何能服务的服务器",
        ),
        None,
        (
            "is its list of servers right, is the port open, and do they have a quorum?"
            " The servers' own logs say the last",
            "服务器列表对吗，端口通吗，它们有 quorum 吗？最后一点看服务器自己的日志",
        ),
    ),
    "client-loss": (
        (
            "the connection broke with the request under way: whether it was carried"
            " out"
            " is not known",
            "请求途中连接断了：不知道它执行了没有",
        ),
        None,
        (
            "wait for the reconnection, then look before you repeat: a create may have"
            " worked (NodeExists), a setData too (BadVersion)",
            "等重新连上，先查看再重试：create 也许已成功（NodeExists），"
            "setData 也一样（BadVersion）",
        ),
    ),
    "client-error": (
        ("a client's call failed: {said}", "客户端的调用失败：{said}"),
        None,
        (
            "labctl explain '{said}' says what it means",
            "labctl explain '{said}' 说明含义",
        ),
    ),
    "xid-order": (
        (
            "an answer came for another request than the oldest: the client's"
            " connection"
            " is confused",
            "收到的回答不属于最早的请求：客户端的连接乱了",
        ),
        None,
        (
            "one connection per process: do not use it after fork; update the client",
            "每个进程一个连接：fork 之后不要再用；升级客户端",
        ),
    ),
}
