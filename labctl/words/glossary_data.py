"""Terms: history and disks, clients and data, faults and time."""

from collections.abc import Mapping

HISTORY: Mapping[str, tuple[str, str]] = {
    "term.zxid": (
        "The number of a transaction: high 32 bits the epoch, low 32 bits a counter"
        " within it. Compare two as plain numbers and the newer one is larger.",
        "事务的编号：高 32 位是 epoch，低 32 位是该 epoch 内的计数。直接按数字比"
        "较，大的"
        "就是新的。",
    ),
    "term.transaction": (
        "A write after the leader decided its effect: not `increase` but `set to 7,"
        " version 3`. So applying it twice does no harm.",
        "leader 已算出结果的写操作：不是“加一”，而是“设为 7、版本 3”。因此重复应用也"
        "无害。",
    ),
    "term.log": (
        "The file of transactions, in order. Everything goes here, and through fsync,"
        " before it is promised to anyone.",
        "按顺序记录事务的文件。任何内容都先写到这里并 fsync，然后才对别人承诺。",
    ),
    "term.snapshot": (
        "The whole tree in one file. It is written while writes go on (fuzzy);"
        " replaying"
        " the log over it makes it exact.",
        "整棵树写成的一个文件。写快照时写操作照常进行（fuzzy）；在其上重放日志便"
        "得到精确"
        "结果。",
    ),
    "term.fsync": (
        "Waits until the disk itself has the bytes. A promise before fsync can be lost"
        " by a power cut; that is why a slow disk makes slow writes.",
        "等待数据真正落到磁盘。fsync 之前的承诺可能因断电而丢失；所以磁盘慢，写就慢。",
    ),
    "term.group-commit": (
        "One fsync for all proposals that arrived while the last one ran. It turns"
        " hundreds of syncs a second into thousands of writes a second.",
        "上一次 fsync 期间到达的提案共用下一次 fsync。每秒几百次 fsync 因此能支撑几千次"
        "写。",
    ),
    "term.committed": (
        "On a majority of disks, and the leader said so. It survives every later"
        " election, since each new majority shares a server with this one.",
        "已在过半磁盘上，且 leader 已宣布。以后的任何选举都不会丢掉它，因为新的"
        "多数派必与"
        "这个多数派有共同成员。",
    ),
    "term.ghost": (
        "A transaction logged by too few when its leader died. If a server that has it"
        " leads next, it is committed after all; if not, TRUNC takes it. Both are"
        " right:"
        " the client never had an answer.",
        "leader 死去时只有少数磁盘记下的事务。若有它的服务器当上下任 leader，它"
        "终将提交；"
        "否则被 TRUNC 去掉。两者都对：客户端从未得到答复。",
    ),
    "term.dataDir": (
        "The folder with myid, snapshots, epochs and (unless dataLogDir says otherwise)"
        " the log. Losing it makes a server forget its promises.",
        "存放 myid、快照、epoch 文件和日志（除非另设 dataLogDir）的目录。丢了它，服务器"
        "就忘记了自己的承诺。",
    ),
    "term.recovery": (
        "What a starting server does: load the newest good snapshot, replay the log"
        " over it, drop a half-written last record.",
        "服务器启动时要做的：载入最新的完好快照，在其上重放日志，丢弃只写了一半"
        "的最后一条"
        "记录。",
    ),
}

CLIENTS: Mapping[str, tuple[str, str]] = {
    "term.znode": (
        "One node of ZooKeeper's tree: a path, up to 1 MB of data, versions, children.",
        "ZooKeeper 树上的一个节点：有路径、最多 1 MB 的数据、版本号和子节点。",
    ),
    "term.session": (
        "A client's standing with the ensemble, not with one server: it moves to"
        " another server when its own dies, and ends when the leader hears"
        " nothing of it"
        " for its time-out.",
        "客户端与整个集群（而非某台服务器）的关系：所连服务器死了就转到另一台；"
        "leader 在"
        "超时时间内没有它的消息，会话才结束。",
    ),
    "term.ephemeral": (
        "A znode that lives as long as its session. Locks and membership are made of"
        " these.",
        "与会话同生共死的 znode。锁和成员管理都靠它。",
    ),
    "term.sequential": (
        "A znode whose name gets a growing number from its parent: queues and fair"
        " locks.",
        "名字后面带有递增编号的 znode：用于队列和公平锁。",
    ),
    "term.watch": (
        "A client's request to hear once when a znode changes. It is kept by the server"
        " the client is connected to and is gone once it fired.",
        "客户端要求在 znode 变化时通知一次。由所连的服务器保管，触发后即失效。",
    ),
    "term.lock": (
        "An ephemeral sequential node; who has the lowest number holds the lock. It"
        " holds"
        " only while the session lives, and a client may believe in it too long: a"
        " pause"
        " (GC) or a cut connection, and the servers expire the session and let the next"
        " one in. So on ConnectionLoss stop what the lock protects, and give what you"
        " protect a number that grows (the node's zxid): it refuses older ones.",
        "一个临时顺序节点；编号最小者持锁。锁只在会话活着时有效，"
        "而客户端可能相信得太久："
        "停顿（GC）或断网时，服务器让会话过期，放下一个进来。所以遇到 ConnectionLoss 就"
        "停下受锁保护的事，并给被保护的资源一个递增的编号（节点的 zxid），"
        "让它拒绝旧的。",
    ),
    "term.herd-effect": (
        "All waiters watch one node; when it goes, all of them wake, ask, and all but"
        " one"
        " wait again. Let each watch only the waiter just before it: one leaves, one"
        " wakes. labctl recipe lock --bad and --good show both.",
        "所有等待者都盯着同一个节点；它一消失，全都醒来询问，除一个外又全去等。"
        "让每个只盯着排在自己前面的那个：走一个，醒一个。labctl recipe lock --bad 与"
        " --good 可见。",
    ),
    "term.version": (
        "Counts the changes of a znode. A write may name the version it expects and"
        " fails if another was faster: compare-and-set.",
        "znode 的变更次数。写操作可以声明期望的版本，若已被别人抢先则失败：即"
        " compare-and-set。",
    ),
    "term.multi": (
        "Several writes that happen together or not at all, in one transaction.",
        "若干写操作要么全做要么全不做，合成一个事务。",
    ),
    "term.ACL": (
        "Who may read, write, create, delete or administer a znode. Not inherited by"
        " children.",
        "谁可以读、写、创建、删除或管理某个 znode。子节点不继承。",
    ),
    "term.stale-read": (
        "A read answered by a server that lags: old, but never torn and never going"
        " backwards for one client. sync before the read avoids it.",
        "由落后的服务器应答的读：可能旧，但不会错乱，同一客户端也不会看到倒退。先 sync"
        " 再读即可避免。",
    ),
    "term.linearizable": (
        "As if every operation happened at one instant between its call and its answer."
        " ZooKeeper's writes are; its reads are not, unless sync goes before.",
        "仿佛每个操作都在调用与应答之间的某一瞬间发生。ZooKeeper 的写满足；读不满足，"
        "除非先 sync。",
    ),
    "term.four-letter-words": (
        "Small questions to the client port, such as srvr or ruok. AdminServer answers"
        " the same over HTTP.",
        "向客户端端口发的简短询问，如 srvr、ruok。AdminServer 用 HTTP 回答同样的问题。",
    ),
}

TROUBLE: Mapping[str, tuple[str, str]] = {
    "term.tick": (
        "The unit of ZooKeeper's patience, tickTime, 2000 ms by default. Limits and"
        " session time-outs are counted in ticks.",
        "ZooKeeper 耐心的单位 tickTime，默认 2000 ms。各种时限和会话超时都以 tick 计。",
    ),
    "term.initLimit": (
        "How many ticks a learner may take to connect to its leader and catch up.",
        "learner 连上 leader 并追上进度最多可用多少个 tick。",
    ),
    "term.syncLimit": (
        "How many ticks of silence between a leader and a learner are forgiven. A"
        " paused"
        " node is noticed only after this, a killed one at once: its socket closes.",
        "leader 与 learner 之间可以沉默多少个 tick。被暂停的节点要过这么久才会被发现；"
        "被杀的立刻发现：连接会关闭。",
    ),
    "term.partition": (
        "The network splits the servers into groups that cannot talk. At most one group"
        " has a majority, so at most one serves.",
        "网络把服务器分成互不相通的几组。最多只有一组过半，所以最多只有一组能服务。",
    ),
    "term.split-brain": (
        "Two leaders that both take writes. Zab rules it out: both would need a"
        " majority, and two majorities share a server that promised only one epoch.",
        "两个 leader 同时接受写操作。Zab 排除了它：两者都需要过半，而两个多数派必有共同"
        "成员，它只承诺过一个 epoch。",
    ),
    "term.crash": (
        "A process ends at any instant and loses its memory; its disk stays. That"
        " is the"
        " fault that Zab is made for.",
        "进程随时可能终止并失去内存；磁盘还在。Zab 正是为这种故障设计的。",
    ),
    "term.pause": (
        "A process that stands still (a long garbage collection, a paused machine) and"
        " comes back believing that no time has passed. An old leader is then refused:"
        " its epoch is old.",
        "进程停住（长时间 GC、机器暂停），醒来还以为时间没有过去。旧 leader 会因"
        "此被拒绝："
        "它的 epoch 已旧。",
    ),
    "term.fencing": (
        "Shutting out who does not know that its time is over. Epochs fence old"
        " leaders;"
        " a zxid can fence an old lock holder.",
        "把不知道自己已过期的角色挡在外面。epoch 挡住旧 leader；zxid 可以挡住旧"
        "的持锁者。",
    ),
    "term.clock": (
        "ZooKeeper's safety does not depend on clocks. Only patience does: time-outs of"
        " sessions are counted by the leader.",
        "ZooKeeper 的正确性不依赖时钟。依赖时钟的只有耐心：会话超时由 leader 计时。",
    ),
    "term.FIFO": (
        "What one server sends another arrives in order, or the connection breaks: TCP."
        " Zab relies on it.",
        "一台发给另一台的消息按顺序到达，否则连接断开：即 TCP。Zab 依赖这一点。",
    ),
}
