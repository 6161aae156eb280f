"""Terms: Zab, its phases and its messages."""

from collections.abc import Mapping

MESSAGES: Mapping[str, tuple[str, str]] = {
    "term.Zab": (
        "ZooKeeper Atomic Broadcast: all servers apply the same writes in the same"
        " order, across crashes and changes of leader. Phases: election, discovery,"
        " synchronization, broadcast.",
        "ZooKeeper 原子广播：即使有崩溃和换 leader，所有服务器也按同样的顺序应用同样的"
        "写操作。阶段：选举、发现、同步、广播。",
    ),
    "term.epoch": (
        "The number of a leader's term. Each new leader takes one above all that a"
        " majority ever promised, so messages of an old leader are known as old.",
        "leader 任期的编号。新 leader 取的值比过半节点承诺过的都大，因此旧任期的"
        "消息一看"
        "便知。",
    ),
    "term.acceptedEpoch": (
        "On disk: the newest epoch this server has promised. It follows no leader of"
        " an older one. Saved before ACKEPOCH is sent.",
        "磁盘上：本机承诺过的最新 epoch。它不再跟随更旧 epoch 的 leader。在发出"
        " ACKEPOCH"
        " 之前就已保存。",
    ),
    "term.currentEpoch": (
        "On disk: the epoch whose history this server holds. Saved when NEWLEADER has"
        " come and the history is durable; it is the epoch in its votes.",
        "磁盘上：本机历史所属的 epoch。收到 NEWLEADER 且历史已落盘后保存；选票里"
        "的 epoch"
        " 就是它。",
    ),
    "term.discovery": (
        "First phase under an elected leader: a majority reports (FOLLOWERINFO), the"
        " leader names a new epoch (LEADERINFO), all promise it (ACKEPOCH).",
        "选出 leader 后的第一阶段：过半节点报到（FOLLOWERINFO），leader 定下新 epoch"
        "（LEADERINFO），大家承诺（ACKEPOCH）。",
    ),
    "term.synchronization": (
        "Second phase: the leader brings each learner's history in line with its own,"
        " by DIFF, TRUNC or SNAP, and serves when a majority has it on disk.",
        "第二阶段：leader 用 DIFF、TRUNC 或 SNAP 让每个 learner 的历史与自己一致，过半"
        "节点落盘后开始服务。",
    ),
    "term.broadcast": (
        "Third phase, the normal one: PROPOSAL to all, ACK from a majority of disks,"
        " then COMMIT.",
        "第三阶段，也是常态：向所有节点发 PROPOSAL，过半磁盘回 ACK，然后 COMMIT。",
    ),
    "term.FOLLOWERINFO": (
        "A learner's first packet to its leader: who I am and the newest epoch I have"
        " promised. From an observer it is OBSERVERINFO.",
        "learner 发给 leader 的第一个包：我是谁、我承诺过的最新 epoch。observer 发的叫"
        " OBSERVERINFO。",
    ),
    "term.LEADERINFO": (
        "The leader's answer once a majority reported: the new epoch, one above all it"
        " was told.",
        "过半节点报到后 leader 的回答：新的 epoch，比听到的都大 1。",
    ),
    "term.ACKEPOCH": (
        "A learner's promise of the epoch, with its last zxid and its current epoch,"
        " so the leader knows where its history ends.",
        "learner 对该 epoch 的承诺，附上自己最后的 zxid 和当前 epoch，好让"
        " leader 知道其"
        "历史止于何处。",
    ),
    "term.DIFF": (
        "Synchronization by sending only what is missing; also when nothing is missing."
        " Used when the learner's last zxid is in the leader's window of recent"
        " transactions.",
        "只补发缺少的部分，一点不缺时也用它。适用于 learner 最后的 zxid 在"
        " leader 的最近"
        "事务窗口之内。",
    ),
    "term.TRUNC": (
        "The learner must cut its log back: it holds transactions that the leader does"
        " not have and that were never committed. Nobody was promised them.",
        "learner 必须截短日志：它有 leader 没有、也从未提交的事务。没有对任何人承诺过"
        "它们。",
    ),
    "term.SNAP": (
        "The leader sends its whole tree: the learner is too far behind for a DIFF, or"
        " its history cannot be cut to fit.",
        "leader 发送整棵树：learner 落后太多，DIFF 补不上，或者其历史没法截成一致。",
    ),
    "term.NEWLEADER": (
        "Ends the history that a learner must have. Its ACK says: all this is on my"
        " disk. With a majority of those the leader is established.",
        "标志着 learner 必须拥有的历史到此为止。对它回 ACK 表示：这些都已在我的磁盘上。"
        "过半节点回了 ACK，leader 就确立了。",
    ),
    "term.UPTODATE": (
        "The leader's word that a majority has its history: the learner may now serve"
        " clients.",
        "leader 告知：过半节点已拥有其历史，learner 现在可以服务客户端。",
    ),
    "term.PROPOSAL": (
        "A write on its way: the leader gave it a zxid and sends it to every follower"
        " to be logged.",
        "进行中的写操作：leader 已为其分配 zxid，发给每个 follower 落盘。",
    ),
    "term.ACK": (
        "A follower's word that a proposal is on its disk, after fsync. A majority of"
        " ACKs, the leader's own disk included, commits it.",
        "follower 表示提案已 fsync 到磁盘。过半的 ACK（含 leader 自己的磁盘）即提交。",
    ),
    "term.COMMIT": (
        "The leader says that a proposal is agreed: apply it. It follows the proposals'"
        " order, without gaps.",
        "leader 宣布提案已获通过：应用它。严格按提案顺序，没有空缺。",
    ),
    "term.INFORM": (
        "COMMIT for observers: it carries the transaction itself, since they never saw"
        " the PROPOSAL.",
        "给 observer 的 COMMIT：它带着事务本身，因为 observer 没收到过 PROPOSAL。",
    ),
    "term.PING": (
        "The leader's heartbeat, every half tick. The answer carries the sessions that"
        " the learner heard from. Silence longer than syncLimit ticks ends the bond.",
        "leader 的心跳，每半个 tick 一次。回答里带着 learner 近来有动静的会话。沉默超过"
        " syncLimit 个 tick，关系就断了。",
    ),
    "term.REQUEST": (
        "A write that a client gave to a follower, passed on to the leader.",
        "客户端交给 follower 的写操作，被转交给 leader。",
    ),
    "term.SYNC": (
        "Asked by a client: my server shall first catch up with all that the leader has"
        " committed. Then the next read is not stale.",
        "由客户端请求：让我的服务器先追上 leader 已提交的一切，之后的读就不会过时。",
    ),
    "term.learner": (
        "Whoever learns history from a leader: followers and observers.",
        "从 leader 那里学习历史的节点：follower 和 observer。",
    ),
}
