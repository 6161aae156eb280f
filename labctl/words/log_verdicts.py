"""What to do about a WARN or ERROR of a ZooKeeper log, or what decides it."""

from collections.abc import Mapping

from labctl.words import log_clients

ACT: Mapping[str, tuple[str, str]] = {
    **log_clients.ACT,
    "admin.cert": (
        "name certificate and key files that this user may read",
        "给出本用户可读的证书和私钥文件",
    ),
    "admin.down": (
        "give each server its own admin.serverPort, or admin.enableServer=false; the"
        " quorum works without it",
        "给每台服务器各自的 admin.serverPort，或设 admin.enableServer=false；"
        "没有它 quorum 照常工作",
    ),
    "bind": (
        "another process has the port, or it is not this host's address",
        "端口被别的进程占用，或地址不属于本机",
    ),
    "bug.listener": ("restart it; report the log", "重启它；报告这份日志"),
    "cfg.one": (
        "name all servers, or leave server.N out to run alone",
        "写全所有服务器，或去掉 server.N 单机运行",
    ),
    "cfg.role": (
        "write the same role in server.N and peerType",
        "在 server.N 和 peerType 里写同样的角色",
    ),
    "cfg.two": ("three servers survive one failure", "三台服务器才能容忍一台故障"),
    "cfg.value": (
        "the default is used: correct or remove the setting",
        "已改用默认值：请改正或删除该设置",
    ),
    "cnx.bad-id": (
        "look at the caller's myid: 1 to 255, without other text",
        "检查来访者的 myid：1 到 255，不要有别的内容",
    ),
    "cnx.leaving": (
        "free the port or correct server.N, then restart; or raise"
        " zookeeper.electionPortBindRetry",
        "腾出端口或改正 server.N 后重启；也可调大 zookeeper.electionPortBindRetry",
    ),
    "cnx.same-id": (
        "two servers have the same myid: change one",
        "两台服务器的 myid 相同：改掉一个",
    ),
    "data.load": (
        "the exception below it decides; keep a copy of dataDir first, and delete"
        " nothing before that",
        "由它下面的异常决定；先把 dataDir 复制一份，在那之前什么都别删",
    ),
    "digest.differs": (
        "this server's tree differs from the others': stop it, keep its files, let it"
        " come back empty",
        "本机的树与别人不同：停掉它，保留文件，让它清空后重新加入",
    ),
    "fatal": (
        "read the exception below it, then restart; report it if it comes again",
        "看下面的异常再重启；若再次出现请报告",
    ),
    "fatal.admin": (
        "give it a free admin.serverPort, or admin.enableServer=false",
        "换一个空闲的 admin.serverPort，或设 admin.enableServer=false",
    ),
    "fatal.args": ("start it with one zoo.cfg", "启动时给一个 zoo.cfg"),
    "fatal.config": (
        "the exception names the line; `labctl doctor zoo.cfg` says more",
        "异常里有出错的行；`labctl doctor zoo.cfg` 讲得更细",
    ),
    "fatal.datadir": (
        "make the folder, and give it to the user that ZooKeeper runs as",
        "建好目录，并交给运行 ZooKeeper 的用户",
    ),
    "fatal.disk": (
        "look at the exception: a full or broken disk, most likely",
        "看异常：多半是磁盘已满或损坏",
    ),
    "election.udp": (
        "set electionAlg=3 on every server: later releases have no other",
        "在每台服务器上设 electionAlg=3：后来的版本没有别的算法",
    ),
    "epoch.write": (
        "look at the folder's rights and the free space: it cannot vote without",
        "检查目录权限和剩余空间：没有它就不能投票",
    ),
    "impossible": ("keep this log and report it", "保留这份日志并报告"),
    "leader.find": (
        "give all servers the same server.N lines",
        "让所有服务器的 server.N 一致",
    ),
    "leader.init": (
        "raise initLimit: the followers need longer to take the data over",
        "调大 initLimit：follower 需要更久才能接收数据",
    ),
    "learner.auth": (
        "the servers' SASL settings must match",
        "各服务器的 SASL 设置必须一致",
    ),
    "nio.dead": (
        "restart it: it answers no clients any more",
        "重启它：它已不再回答客户端",
    ),
    "nio.port": ("is the new client port free here?", "新的客户端端口在本机空闲吗？"),
    "order": (
        "this should never be: keep all logs and data, and report it",
        "绝不该发生：保留全部日志和数据并报告",
    ),
    "peer.address": (
        "give it a server.N line with its myid",
        "为它的 myid 写上 server.N",
    ),
    "peer.exit": ("restart it; the cause stands above", "重启它；原因在上文"),
    "purge.failed": (
        "look at the folder's rights and the free space",
        "检查目录权限和剩余空间",
    ),
    "quota": (
        "let the writer clean up, or raise the quota (setquota)",
        "让写入者清理，或调大配额（setquota）",
    ),
    "reconfig.failed": (
        "start the new servers first: a quorum of the new list must be in step",
        "先启动新服务器：新名单的 quorum 必须已跟上",
    ),
    "reconfig.off": (
        "reconfigEnabled=true, if that is meant",
        "若确有此意：reconfigEnabled=true",
    ),
    "request.failed": (
        "read the exception below it; report it if a client did nothing odd",
        "看下面的异常；客户端若无异常举动请报告",
    ),
    "resolve": (
        "correct the name, or the name service",
        "改正主机名，或修好域名服务",
    ),
    "skipacl": (
        "remove skipACL: everybody may read and write everything",
        "去掉 skipACL：现在谁都能读写一切",
    ),
    "snap.failed": (
        "is the disk full? logs grow until a snapshot succeeds",
        "磁盘满了？快照成功之前日志会一直增长",
    ),
    "snap.none": (
        "keep a copy of dataDir and bring the snapshot files back; if a majority of the"
        " others is well, it may instead come back with version-2 moved aside",
        "先留副本，再找回快照文件；若其他服务器的多数都好，也可移开 version-2 重新加入",
    ),
    "standalone": (
        "if a cluster is meant: add the server.N lines",
        "若本想组集群：补上 server.N 配置",
    ),
    "sync.forced": (
        "remove the switch zookeeper.forceSnapshotSync",
        "去掉开关 zookeeper.forceSnapshotSync",
    ),
    "sync.signature": (
        "do both run the same release? let the learner try again",
        "两边版本一致吗？让 learner 再试",
    ),
    "throttled.bug": ("keep this log and report it", "保留这份日志并报告"),
    "too-many": (
        "raise maxClientCnxns, or find the client that leaks connections",
        "调大 maxClientCnxns，或找出泄漏连接的客户端",
    ),
    "tree.odd": ("keep its data and report it", "保留数据并报告"),
    "trunc.fail": (
        "it ends: keep a copy, move its version-2 aside and restart it; it gets all by"
        " SNAP from the leader",
        "它会结束：留好副本，移开 version-2 再重启，由 leader 以 SNAP 给它全部数据",
    ),
}

DEPENDS: Mapping[str, tuple[str, str]] = {
    **log_clients.DEPENDS,
    "auth": (
        "a wrong password is the client's affair; if all fail, look at the provider",
        "密码错是客户端的事；若全都失败，检查认证提供者",
    ),
    "broken": (
        "the peer ended or the network broke; it is not heard again in this log",
        "对方结束了或网络断了；这份日志里没再听到它",
    ),
    "client.io": (
        "one client hung up; many at once mean the network, or a pause of this server",
        "单个是客户端断开；同时很多个则是网络问题，或本机停顿过",
    ),
    "client.password": (
        "a client's own mistake; again and again, somebody guesses",
        "可能是客户端的错；反复出现就是有人在猜",
    ),
    "cnx.handshake": (
        "once while a peer restarts is fine; again and again, something that is no"
        " ZooKeeper calls this port, or TLS and SASL differ",
        "对方重启时出现一次无妨；反复出现则是别的程序在连这个端口，或 TLS、SASL 不一致",
    ),
    "cnx.listener": (
        "fine if it ends; if it goes on running, is the port still open?",
        "若它正在结束则无妨；若还在运行，端口还开着吗？",
    ),
    "container.failed": (
        "it is tried again; if it never works, look at the exception",
        "会再试；若总不成功，看异常",
    ),
    "dynamic": (
        "harmless without reconfiguration; with it, may its user write the folder?",
        "不做成员变更则无妨；否则检查用户能否写该目录",
    ),
    "fle.malformed": (
        "another release, or no ZooKeeper at all: who is at that address?",
        "可能是别的版本，或根本不是 ZooKeeper：那个地址上是谁？",
    ),
    "fle.stranger": (
        "an observer or a removed server is fine; if it should vote, its server.N is"
        " missing here",
        "若是 observer 或已移除的服务器则无妨；若它应有投票权，这里缺了它的 server.N",
    ),
    "fsync": (
        "once is a hiccup; again and again, the log needs a disk of its own",
        "一次是偶然；反复出现，事务日志就需要单独一块盘",
    ),
    "jvm.pause": (
        "longer than syncLimit and it loses its place: heap too small, or swapping?",
        "长过 syncLimit 就会掉队：堆太小，或在换页？",
    ),
    "log.read": (
        "a snapshot is sent instead; does the disk report errors?",
        "改发快照；磁盘有没有报错？",
    ),
    "lost.eof": (
        "was the leader to end? if nobody meant it, its own log tells why",
        "leader 是有意停的吗？若不是，原因在它自己的日志里",
    ),
    "lost.refused": (
        "the elected leader was gone already: a new vote follows",
        "当选的 leader 已经离开：随后重选",
    ),
    "lost.reset": (
        "the leader died, or the network between the two broke",
        "leader 死了，或两者之间的网络断了",
    ),
    "lost.silent": (
        "the leader stood still (GC, suspended) or was cut off: look at it, at this"
        " time",
        "leader 停顿（GC、被挂起）或被切断：查它在这一刻的情况",
    ),
    "master.none": (
        "it goes on to another; if to none, is observerMasterPort open?",
        "它会换一个；若都不行，observerMasterPort 开着吗？",
    ),
    "nio": (
        "single ones are clients that left; many mean too few open files (ulimit -n)",
        "零星的是客户端离开；很多则是打开文件数不够（ulimit -n）",
    ),
    "nio.accept": (
        "maxClientCnxns reached, or no more open files (ulimit -n)?",
        "到了 maxClientCnxns，还是打开文件数用尽（ulimit -n）？",
    ),
    "no-leader": (
        "if the leader was elected and died, a new election repairs it; if it lives, is"
        " its quorum port open to this host?",
        "若 leader 当选后死了，重选即可；若它活着，本机能连到它的 quorum 端口吗？",
    ),
    "om.behind": (
        "it comes back and catches up; again and again, its network is too slow",
        "它会回来补齐；反复出现则是网络太慢",
    ),
    "oracle": (
        "is the oracle's file where the configuration says?",
        "oracle 文件在配置所说的位置吗？",
    ),
    "packet.odd": (
        "another release, or no ZooKeeper at all, is at the other end",
        "对端是别的版本，或根本不是 ZooKeeper",
    ),
    "audit": (
        "the request was carried out, only its audit entry is missing; the stack trace"
        " says why",
        "请求已执行，只是缺了审计记录；堆栈说明原因",
    ),
    "exit": (
        "code 0 is an ordinary end; for any other the cause stands in the lines before",
        "代码 0 是正常结束；其他代码的原因写在前面的行里",
    ),
    "kerberos": (
        "a ticket that cannot be renewed: look at the keytab, the KDC and the clocks of"
        " both; without Kerberos it changes nothing",
        "票据续不了：检查 keytab、KDC 和两边的时钟；没用 Kerberos 就没有影响",
    ),
    "peer.failed": (
        "an election follows; the exception tells whether a quorum was lost or a bug"
        " was met",
        "随后是选举；异常会说明是失去了 quorum 还是遇到了缺陷",
    ),
    "quota.nodes": (
        "set the quota again if it is meant to count",
        "若要它生效，重新设置配额",
    ),
    "readonly": (
        "fine while there is no quorum and clients only read",
        "没有 quorum 且客户端只读时无妨",
    ),
    "request.unknown": (
        "a newer client than this server, or no client at all",
        "客户端比服务器新，或根本不是客户端",
    ),
    "retry": (
        "is it refused to the end? then is the leader's quorum port open to this host?",
        "一直连不上？那么本机能连到 leader 的 quorum 端口吗？",
    ),
    "sasl": (
        "the client lacks its SASL set-up; if SASL is not wanted, drop"
        " requireClientAuthScheme",
        "客户端没配好 SASL；若不想用 SASL，去掉 requireClientAuthScheme",
    ),
    "snap.bad": (
        "an older snapshot is taken; keep the file until you know why it is damaged",
        "会改用更旧的快照；查清为何损坏之前保留这个文件",
    ),
    "snap.busy": (
        "once is fine; again and again, the disk is too slow for snapCount",
        "一次无妨；反复出现则磁盘跟不上 snapCount",
    ),
    "snap.empty": (
        "right for a new server; a voter that lost its disk should not vote at once",
        "新节点正常；丢了磁盘的投票者不该马上投票",
    ),
    "sync.many": (
        "they try again; many learners at once need more leader.maxConcurrentSnapSyncs",
        "它们会再试；learner 很多时调大 leader.maxConcurrentSnapSyncs",
    ),
    "sync.slow": (
        "its disk or network is slower than syncLimit allows",
        "它的磁盘或网络慢过了 syncLimit",
    ),
    "txnlog.io": (
        "harmless while closing; while reading, does the disk report errors?",
        "关闭时无妨；若在读取时，磁盘有没有报错？",
    ),
    "upgrade.session": (
        "the client's next write tries again",
        "客户端下次写入会再试",
    ),
    "tls.watch": (
        "is the folder of the certificates there? after a change of them, restart",
        "证书目录还在吗？证书更新后请重启",
    ),
    "tls.failed": (
        "one client: its certificate or its port is wrong; all: look at keyStore and"
        " trustStore",
        "只有一个客户端：它的证书或端口不对；全部如此：检查 keyStore 与 trustStore",
    ),
    "thread.exit": (
        "the stack trace says whether it is memory, the disk or a bug",
        "看堆栈：是内存、磁盘还是缺陷",
    ),
    "word.failed": (
        "the asker left, or see the stack trace",
        "询问者走了，或看堆栈",
    ),
    "embedded": (
        "the cause stands in the lines and the stack trace around it",
        "原因在前后的行和堆栈里",
    ),
    "controller": (
        "harmless on purpose in a test; in service nobody should run it",
        "测试中有意为之则无妨；生产环境不应运行它",
    ),
    "request.path": (
        "only this statistic is missing",
        "只缺这项统计",
    ),
}
