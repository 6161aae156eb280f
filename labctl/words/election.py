"""The narrator on the election: English and 简体中文 side by side."""

from collections.abc import Mapping

ELECTION: Mapping[str, tuple[str, str]] = {
    "looking": ("? LOOKING", "? LOOKING"),
    "looking.self": (
        "votes for itself (epoch {epoch}, zxid {zxid}): 1 of {voters}, needs {need}",
        "先投自己一票（epoch {epoch}，zxid {zxid}）：共 {voters} 票得 1，需要 {need}",
    ),
    "looking.observer": (
        "an observer has no vote: it asks who leads",
        "observer 没有投票权：它只打听谁是 leader",
    ),
    "vote": ("vote n{old} → n{new}", "改票 n{old} → n{new}"),
    "hopes": ("looks to n{new}", "看好 n{new}"),
    "hopes.why": (
        "n{from}'s vote is the best it heard; it has none of its own to give",
        "n{from} 的选票是它听到的最好的；它自己没有选票可投",
    ),
    "vote.newer-epoch": (
        "n{new}'s vote is better: newer epoch {epoch}, not {old_epoch}",
        "n{new} 更好：epoch 更新，{epoch} 大于 {old_epoch}",
    ),
    "vote.newer-zxid": (
        "n{new}'s vote is better: same epoch {epoch}, newer zxid {zxid}, not"
        " {old_zxid}",
        "n{new} 更好：epoch 同为 {epoch}，zxid 更新，{zxid} 大于 {old_zxid}",
    ),
    "vote.higher-id": (
        "n{new}'s vote is better: same epoch {epoch}, same zxid {zxid}, higher id",
        "n{new} 更好：epoch 同为 {epoch}，zxid 同为 {zxid}，只好比 id，它更大",
    ),
    "vote.newer-round": (
        "n{from} is in the newer round {round}: old votes are void there, this one"
        " stands",
        "n{from} 处在更新的一轮（第 {round} 轮）：旧票作废，改投这一票",
    ),
    "vote.better": ("heard a better vote from n{from}", "从 n{from} 听到更好的一票"),
    "round": ("round {old} → {new}", "第 {old} 轮 → 第 {new} 轮"),
    "round.why": (
        "n{from} is already in round {new}: ballots of older rounds do not count",
        "n{from} 已在第 {new} 轮：旧轮的选票不算数",
    ),
    "agreed": ("majority for n{leader}", "过半选票投给 n{leader}"),
    "agreed.why": (
        "{have} of {voters} votes: {votes}; need {need}; waits 200 ms for a better one",
        "{voters} 票得 {have}：{votes}；需要 {need}；再等 200 ms，看有没有更好的",
    ),
    "decided.leads": ("? → ▲ LEADING", "? → ▲ LEADING"),
    "decided.follows": ("? → ● FOLLOWING", "? → ● FOLLOWING"),
    "decided.observes": ("? → ◇ OBSERVING", "? → ◇ OBSERVING"),
    "decided.majority": (
        "{have} of {voters} votes: {votes}; need {need}; no better vote for 200 ms",
        "{voters} 票得 {have}：{votes}；需要 {need}；200 ms 内没有更好的选票",
    ),
    "decided.for": (
        "n{leader} has {have} of {voters} votes: {votes}; need {need}",
        "n{leader} 在 {voters} 票中得 {have}：{votes}；需要 {need}",
    ),
    "decided.join": (
        "n{leader} already leads, a majority says so: no new election",
        "过半节点说 n{leader} 已是 leader：无需再选",
    ),
    "decided.no-coup": (
        "n{leader} already leads; a higher id does not overthrow it",
        "n{leader} 已是 leader；id 更大也不会推翻它",
    ),
    "ballot": ("votes n{leader}", "投 n{leader}"),
    "ballot.none": ("has no vote", "没有选票"),
    "notify.sent": (
        "→ n{peer} round {round}: I am {state}, {vote} ({zxid}, epoch {epoch})",
        "→ n{peer} 第 {round} 轮：我是 {state}，{vote}（{zxid}，epoch {epoch}）",
    ),
    "notify.received": (
        "← n{peer} round {round}: it is {state}, {vote} ({zxid}, epoch {epoch})",
        "← n{peer} 第 {round} 轮：它是 {state}，{vote}（{zxid}，epoch {epoch}）",
    ),
    "notify.timeout": (
        "nobody said anything new: asks again, then waits {next} ms",
        "没有新消息：再问一遍，然后等 {next} ms",
    ),
    "peer.connected": (
        "election connection with n{peer}",
        "与 n{peer} 建立选举连接",
    ),
    "peer.lost": (
        "election connection with n{peer} broke: {why}",
        "与 n{peer} 的选举连接断开：{why}",
    ),
    "peer.silent": ("no answer from n{peer}", "n{peer} 没有应答"),
    "peer.silent.why": (
        "cannot open channel to {peer} at {host}:{port}: nobody listens there yet;"
        " keeps asking",
        "连不上 {peer} 的选举地址 {host}:{port}：那里还没有人监听；会一直重试",
    ),
    "peer.failed": ("{host}:{port}: {why}", "{host}:{port}:{why}"),
    "peer.yielded": ("hangs up on n{peer}", "挂断与 n{peer} 的连接"),
    "peer.yielded.why": (
        "one connection per pair, and the higher id makes it: n{peer} calls back",
        "每两个节点只留一条连接，由 id 大的一方发起：n{peer} 会连回来",
    ),
}
