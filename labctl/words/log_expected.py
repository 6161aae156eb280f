"""Why a WARN or ERROR of a ZooKeeper log may be no trouble, by what it is about."""

from collections.abc import Mapping

from labctl.words import log_clients

EXPECTED: Mapping[str, tuple[str, str]] = {
    **log_clients.EXPECTED,
    "ack.old": ("it is late, from an earlier epoch", "迟到的，属于前一个任期"),
    "ack.send": (
        "the leader is gone; an election follows",
        "leader 已离开，接着是选举",
    ),
    "back": ("every end of a role leads back here", "任何角色结束后都回到这里"),
    "broken.tail": (
        "the connection above broke, and its threads end",
        "上面的连接断了，它的线程随之结束",
    ),
    "cfg.even": (
        "it works; an odd number costs less for the same safety",
        "能用；奇数台以更少的机器给出同样的安全",
    ),
    "client-left": (
        "clients may hang up whenever they like",
        "客户端随时可以断开",
    ),
    "request.refused": (
        "a normal answer (INFO), nothing is wrong: the client asked for what is there"
        " already, or not yet, and was told so (NodeExists, NoNode); Kafka tries first"
        " by design. Only an error that the application itself reports matters",
        "正常的回答（INFO），没有问题：客户端要建的已经有了，或要改的还没有，于是如实"
        "告知（NodeExists、NoNode）；Kafka 本来就先试。只有应用自己报的错才要紧",
    ),
    "throttled.log": (
        "what it repeats is judged where it stands",
        "它重复的内容在原处另有判断",
    ),
    "client.old": (
        "many clients leave that flag out; only read-only mode would refuse them",
        "很多客户端不带这个标志；只有只读模式才会拒绝",
    ),
    "client.vanished": ("clients may hang up whenever they like", "客户端随时可以断开"),
    "cnx.again": ("a reconfiguration starts the election anew", "重新配置使选举重来"),
    "cnx.queue": (
        "the peer left a moment ago; it will be called again",
        "对方刚离开；会再次呼叫",
    ),
    "cnxn.close": ("the client was quicker", "客户端先走了一步"),
    "config.znode": ("once, at a new server's first start", "新节点首次启动时出现一次"),
    "digest.old": ("after an upgrade, until the next snapshot", "升级后直到下一个快照"),
    "epoch.old": (
        "this is the promise kept: no old leader can come back",
        "这正是守诺：旧 leader 回不来",
    ),
    "first-proposal": (
        "the first proposal of an epoch is always logged so",
        "每个任期的第一个提案都会这样写",
    ),
    "fle.old": ("servers of two releases work together", "两个版本的服务器一起工作"),
    "goodbye": (
        "its connection ended; the reason stands above, or in its own log",
        "它的连接结束了；原因在上文，或在它自己的日志里",
    ),
    "goodbye.sid": (
        "its connection ended; the reason stands above, or in its own log",
        "它的连接结束了；原因在上文，或在它自己的日志里",
    ),
    "handler": (
        "the other end closed; its own log tells why",
        "对端关闭了；原因在它自己的日志里",
    ),
    "interrupted": (
        "threads are told to stop so when a role or a server ends",
        "角色或服务器结束时，线程就是这样被叫停的",
    ),
    "jmx": ("only monitoring consoles would miss it", "只有监控台会少了它"),
    "watch.cleaner": (
        "many watchers left at once; removing their watches takes a moment",
        "许多监听者同时离开；清理它们的 watch 要一会儿",
    ),
    "learner.close": (
        "what closes a connection has been told already",
        "关闭连接的原因前面已经说过",
    ),
    "learner.gone": (
        "the learner ended or was cut off; its own log tells why",
        "learner 结束了或被切断；原因在它自己的日志里",
    ),
    "memory-short": (
        "the learner gets a snapshot instead",
        "改为给 learner 发快照",
    ),
    "observer.ignores": ("nothing is lost by it", "不会因此丢东西"),
    "partial": (
        "the process was killed while it wrote; nobody was promised that record",
        "写到一半时进程被杀；那条记录没有对任何人承诺过",
    ),
    "purge.off": ("nothing to do while the disk has room", "磁盘还有空间时无事可做"),
    "purge": ("nothing to do for it", "无事可做"),
    "reconfig": ("a reconfiguration is under way", "正在变更成员"),
    "responder": ("nobody elects that way any more", "早已没人这样选举"),
    "retry": (
        "the new leader's port opens a moment later: it was reached",
        "新 leader 的端口稍后才打开：后来连上了",
    ),
    "session.validate": (
        "the session ended meanwhile; the client gets a new one",
        "会话已在此间结束；客户端会得到新的",
    ),
    "stopping": ("it ends anyway", "反正要结束了"),
    "sync.epoch-skip": ("history may span several epochs", "历史可以跨几个任期"),
    "sync.fallback": ("a snapshot is slower, and as good", "快照慢一些，效果一样"),
    "tree.fuzzy": (
        "a snapshot is taken while writes go on; replaying twice does no harm",
        "写快照时写入并未停止；重放两次无害",
    ),
    "trunc": (
        "what is cut was never acknowledged to anybody",
        "截掉的部分从未对任何人确认过",
    ),
    "txnlog.empty": ("it held no transaction", "里面没有事务"),
    "unlimited": (
        "that is the default; maxCnxns would limit it",
        "这是默认值；可用 maxCnxns 限制",
    ),
}
