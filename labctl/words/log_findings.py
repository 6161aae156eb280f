"""What a log shows as a whole: no single line says it."""

from collections.abc import Mapping

from labctl.words.cause import Cause

FINDINGS: Mapping[str, Cause] = {
    "one-myid": (
        (
            "{hosts} all say myid {sid}: to one another they are the same server",
            "{hosts} 都自称 myid {sid}：在彼此看来是同一台服务器",
        ),
        (
            "keep each one's data folder as it is until it is clear whose it was",
            "弄清数据原来是谁的之前，各自的数据目录都别动",
        ),
        (
            "give each its own number: ZOO_MY_ID is missing (the official image then"
            " takes 1), or a data folder with its myid was copied",
            "各给一个编号：缺 ZOO_MY_ID（官方镜像于是取 1），或连同 myid 一起复制了"
            "数据目录",
        ),
    ),
    "own-address": (
        (
            "n{who} calls {addr} to reach n{sid}: that is itself, not the other",
            "n{who} 想找 n{sid}，却在呼叫 {addr}：那是它自己",
        ),
        None,
        (
            "0.0.0.0 may stand in a server's own line only: ZOO_SERVERS is the same for"
            " all here, or the myid is another's; name real hosts and"
            " quorumListenOnAllIPs=true",
            "0.0.0.0 只能写在自己那一行：这里各台的 ZOO_SERVERS 相同，或 myid"
            " 是别人的；"
            "写真实主机名，并设 quorumListenOnAllIPs=true",
        ),
    ),
    "loopback-address": (
        (
            "n{who} calls n{sid} at {addr}, which is its own machine",
            "n{who} 在 {addr} 呼叫 n{sid}，那是它自己的机器",
        ),
        None,
        (
            "if they are on several machines: the name stands for 127.0.1.1 in"
            " /etc/hosts; give it its real address there",
            "若它们在不同机器上：/etc/hosts 把这个名字写成了 127.0.1.1；改成真实地址",
        ),
    ),
    "no-majority": (
        (
            "n{who} is alone in the election: nobody's vote reached it, so no majority"
            " can form",
            "n{who} 在选举中没有同伴：没有收到任何人的选票，凑不成多数",
        ),
        None,
        (
            "look at the others' logs: do they run, and do they reach this one's"
            " election port (3888)? A firewall, a name, a list that differs",
            "看其他服务器的日志：它们在运行吗，连得上这台的选举端口（3888）吗？"
            "查防火墙、主机名、不一致的列表",
        ),
    ),
    "no-majority.smaller": (
        (
            "n{who} is alone in the election: no majority has answered. That it drops"
            " its connections to the larger ids {larger} is normal: they call back",
            "n{who} 在选举中没有同伴：没有多数应答。它挂断与更大 id（{larger}）的连接"
            "属正常：由对方拨回来",
        ),
        None,
        (
            "the others must be able to call it: look at their logs, whether they run,"
            " and whether they reach this one's election port (3888)",
            "必须让其他服务器连得到它：看它们的日志，是否在运行，"
            "能否连上这台的选举端口（3888）",
        ),
    ),
    "session-kept": (
        (
            "the client moved to {server} within {seconds} s with the same session {id}"
            " (timeout {timeout} s): nothing was lost, neither ephemerals nor locks nor"
            " watches",
            "客户端在 {seconds} s 内换到 {server}，会话仍是 {id}（超时 {timeout} s）："
            "临时节点、锁、watch 都没丢",
        ),
        None,
        (
            "nothing is to be done: this is normal when a server restarts; look further"
            " only if it comes often, lasts near the timeout, or a session expires",
            "不用处理：服务器重启时就是这样；只有频繁出现、时长接近超时或会话过期时才"
            "需要细看",
        ),
    ),
    "owner-lives": (
        (
            "{path} was held by the same other session ({owner}) for {seconds} s,"
            " longer than a session without a client lives ({timeout} s): a second,"
            " living process has the same id",
            "{path} 被同一个别的会话（{owner}）占了 {seconds} s，比无主会话能活的"
            "（{timeout} s）还久：另有一个活着的进程用同样的 id",
        ),
        None,
        (
            "find it (get {path} shows its host) and give this one an id of its own"
            " (Kafka: broker.id, and broker.id in meta.properties); do not delete the"
            " znode: it is the living one's",
            "找到它（get {path} 会显示它的主机），给本进程一个自己的 id（Kafka："
            "broker.id，以及 meta.properties 里的 broker.id）；不要删这个 znode："
            "它属于活着的那个",
        ),
    ),
    "session-lost": (
        (
            "the client's session {id} ({timeout} s) ran out while it could not reach a"
            " server: its ephemerals and locks are gone",
            "客户端的会话 {id}（{timeout} s）在连不上服务器期间过期：它的临时节点和锁"
            "都没了",
        ),
        None,
        (
            "the client must begin anew: a new session, then its locks, ephemerals and"
            " watches; find what kept it away (a pause, the network, no quorum) before"
            " the timeout is raised",
            "客户端必须重新开始：新会话，再重建锁、临时节点和 watch；先查清是什么隔开了"
            "它（停顿、网络、没有 quorum），再考虑调大超时",
        ),
    ),
    "storm": (
        (
            "the client dialled {count} times and had {sessions} sessions: it connects"
            " again and again",
            "客户端拨了 {count} 次，只建立了 {sessions} 次会话：在反复重连",
        ),
        None,
        (
            "look at the servers of its list: is there a quorum, is maxClientCnxns"
            " reached, is the port right?",
            "看它列表里的服务器：有没有 quorum，maxClientCnxns 是否已满，端口对不对？",
        ),
    ),
    "clocks-apart": (
        (
            "n{who}'s clock is at least {apart} s behind n{other}'s: a vote was heard"
            " before it was sent",
            "n{who} 的时钟比 n{other} 至少慢 {apart} s：选票还没发出就被收到了",
        ),
        None,
        (
            "the order of lines between the two is not the order of events; set the"
            " clocks (NTP). ZooKeeper itself does not depend on them",
            "两者的行之间，先后不等于事情的先后；请对时（NTP）。"
            "ZooKeeper 本身不依赖时钟",
        ),
    ),
    "elections": (
        (
            "n{who} looked for a leader {count} times: the ensemble is not stable",
            "n{who} 寻找 leader 达 {count} 次：集群不稳定",
        ),
        None,
        (
            "labctl read --transitions says why each time: most often a slow disk, a"
            " pause (GC) or a network that loses packets",
            "labctl read --transitions 会说明每次的原因：多半是磁盘慢、停顿（GC）或"
            "网络丢包",
        ),
    ),
}
