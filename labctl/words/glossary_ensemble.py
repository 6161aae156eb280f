"""Terms: who is in an ensemble, and how it elects a leader."""

from collections.abc import Mapping

ENSEMBLE: Mapping[str, tuple[str, str]] = {
    "term.ensemble": (
        "All servers that together are one ZooKeeper. Each knows all the others by the"
        " server.N lines of its zoo.cfg; to a client they look like one.",
        "共同组成一个 ZooKeeper 的全部服务器。每台都从 zoo.cfg 的 server.N 行认识其他"
        "成员；在客户端看来它们是一个整体。",
    ),
    "term.quorum": (
        "A majority of the voters: 2 of 3, 3 of 5. Any two quorums share at least one"
        " server, so what one quorum decided, the next cannot miss. Without a quorum"
        " nobody leads and nobody answers.",
        "过半的投票者：3 个中的 2 个，5 个中的 3 个。任意两个法定人数至少有一台共同的"
        "服务器，所以前一个决定了的，后一个不会漏掉。没有法定人数，就没有 leader，"
        "谁也不应答。",
    ),
    "term.voter": (
        "A server whose vote and whose ACK count (zoo.cfg calls it participant)."
        " Observers are not voters.",
        "选票和 ACK 都算数的服务器（zoo.cfg 中叫 participant）。observer 不是投票者。",
    ),
    "term.leader": (
        "The one server that orders all writes of an epoch. It leads while a majority"
        " follows it; when it loses that majority it must step down.",
        "在一个 epoch 中为所有写操作排序的那台服务器。只有过半节点跟随时它才是 leader；"
        "失去多数就必须退位。",
    ),
    "term.follower": (
        "A voter that obeys the leader: it logs proposals, acknowledges them, applies"
        " commits, and answers its clients' reads by itself.",
        "服从 leader 的投票者：把提案落盘、回 ACK、应用 COMMIT，并自行应答客户端的读。",
    ),
    "term.observer": (
        "A server without a vote: it gets everything that is committed (INFORM) and"
        " serves clients, but neither elections nor commits wait for it. Observers add"
        " readers without making the majority larger.",
        "没有投票权的服务器：它收到所有已提交的内容（INFORM）并服务客户端，但选举和提交"
        "都不等它。加 observer 能增加读能力，又不会让多数派变大。",
    ),
    "term.sid": (
        "A server's number, from the file myid. It names the server in votes, and it"
        " decides an election when epoch and zxid are equal.",
        "服务器的编号，写在 myid 文件里。选票用它指名；epoch 和 zxid 都相同时，由它决定"
        "选举结果。",
    ),
    "term.even": (
        "Four servers need three, so they tolerate one failure, just as three do: an"
        " even ensemble costs a server and gains nothing.",
        "四台需要三台才过半，只能容忍一台故障，和三台一样：偶数集群多花一台却没"
        "有好处。",
    ),
    "term.LOOKING": (
        "The state of a server that has no leader: it votes and serves nobody.",
        "没有 leader 的服务器所处的状态：它在投票，不服务任何客户端。",
    ),
    "term.election": (
        "Fast Leader Election: everybody votes for itself, tells all, and takes over"
        " any better vote it hears. When a majority holds the same vote, that server"
        " leads. It picks a server that has seen the newest history.",
        "Fast Leader Election：每台先投自己并告诉所有人，听到更好的选票就改投。过半节点"
        "持有同一张选票时，那台就当 leader。选出的一定是见过最新历史的服务器。",
    ),
    "term.vote": (
        "What a server says in an election: whom it wants, with that candidate's epoch"
        " and last zxid. The better vote wins: newer epoch, then newer zxid, then"
        " higher id.",
        "服务器在选举中的主张：它选谁，以及该候选者的 epoch 和最后的 zxid。更好的选票"
        "获胜：先比 epoch，再比 zxid，最后比 id。",
    ),
    "term.rule": (
        "The order of votes: newer epoch, else newer zxid, else higher id. The first"
        " two keep history safe; the third only breaks ties, so that all agree.",
        "选票的比较规则：epoch 新者胜，其次 zxid 新者胜，最后 id 大者胜。前两条"
        "保护历史，"
        "第三条只为打破平局，好让大家一致。",
    ),
    "term.notification": (
        "The message that carries a vote: state, round, candidate, its zxid and epoch."
        " A server that already has a leader answers with it, so late-comers join"
        " instead of voting.",
        "携带选票的消息：状态、轮次、候选者及其 zxid 和 epoch。已有 leader 的服务器会在"
        "回复中告知，后来者便直接加入，不必再选。",
    ),
    "term.round": (
        "The number of an election (logical clock). Votes of an older round are void;"
        " who hears a newer round forgets its ballots and joins it. Not the epoch: that"
        " counts leaders, this counts elections.",
        "选举的轮次（逻辑时钟）。旧轮的选票作废；听到更新的一轮，就丢掉手里的选票加入。"
        "它不是 epoch：epoch 数的是任期，轮次数的是选举。",
    ),
    "term.finalize": (
        "The 200 ms a server waits after a majority agreed, in case a better vote is"
        " still on its way. That is why an election takes a little over 0.2 s.",
        "多数一致后再等的 200 ms，以防更好的选票还在路上。所以一次选举总要 0.2 秒多。",
    ),
    "term.join": (
        "A server that finds an established leader follows it, whatever its own id:"
        " a higher id overthrows nobody.",
        "发现已有 leader 的服务器直接跟随，不论自己 id 多大：id 大不会推翻任何人。",
    ),
    "term.dialing": (
        "Two servers keep one election connection, and the one with the higher id makes"
        " it. If the lower one called first, it hangs up and is called back.",
        "两台之间只留一条选举连接，由 id 大的一方发起。若 id 小的先拨，它会挂断，等对方"
        "拨回来。",
    ),
    "term.majority": (
        "More than half of all voters, also of those that are down: n // 2 + 1. The"
        " dead count too, else two halves could both believe they are all.",
        "超过全部投票者的一半，停机的也算在内：n // 2 + 1。否则被隔开的两半都会以为自己"
        "就是全体。",
    ),
    "term.myid": (
        "A file in dataDir with one number: which of the server.N lines this server is."
        " Two servers with one myid confuse every election.",
        "dataDir 中的一个文件，里面只有一个数字：本机是哪一行 server.N。两台"
        " myid 相同，"
        "每次选举都会混乱。",
    ),
}
