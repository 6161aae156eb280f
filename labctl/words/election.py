"""The narrator on the election: English and 简体中文 side by side."""

from collections.abc import Mapping

ELECTION: Mapping[str, tuple[str, str]] = {
    "ElectionStarted": ("? LOOKING", "? LOOKING"),
    "ElectionStarted.self": (
        "votes for itself (epoch {epoch}, zxid {zxid}): 1 of {voters}, needs {need}",
        "先投自己一票（epoch {epoch}，zxid {zxid}）：{voters} 票中得 1 票，需要 {need}",
    ),
    "ElectionStarted.observer": (
        "an observer has no vote: it asks who leads",
        "observer 没有投票权：它只打听谁是 leader",
    ),
    "VoteChanged": ("vote n{old} → n{new}", "改票 n{old} → n{new}"),
    "VoteChanged.observer": ("looks to n{new}", "看好 n{new}"),
    "VoteChanged.observer.why": (
        "n{from}'s vote is the best it heard; it has none of its own to give",
        "n{from} 的选票是它听到的最好的；它自己没有选票可投",
    ),
    "VoteChanged.newer-epoch": (
        "n{new}'s vote is better: newer epoch {epoch}, not {old_epoch}",
        "n{new} 更好：epoch 更新，{epoch} 大于 {old_epoch}",
    ),
    "VoteChanged.newer-zxid": (
        "n{new}'s vote is better: same epoch {epoch}, newer zxid {zxid}, not"
        " {old_zxid}",
        "n{new} 更好：epoch 同为 {epoch}，zxid 更新，{zxid} 大于 {old_zxid}",
    ),
    "VoteChanged.higher-id": (
        "n{new}'s vote is better: same epoch {epoch}, same zxid {zxid}, higher id",
        "n{new} 更好：epoch 同为 {epoch}，zxid 同为 {zxid}，只好比 id，它更大",
    ),
    "VoteChanged.newer-round": (
        "n{from} is in the newer round {round}: old votes are void there, this one"
        " stands",
        "n{from} 处在更新的一轮（第 {round} 轮）：旧票作废，改投这一票",
    ),
    "VoteChanged.better": (
        "heard a better vote from n{from}",
        "从 n{from} 听到更好的一票",
    ),
    "RoundJoined": ("round {old} → {new}", "第 {old} 轮 → 第 {new} 轮"),
    "RoundJoined.why": (
        "n{from} is already in round {new}: ballots of older rounds do not count",
        "n{from} 已在第 {new} 轮：旧轮的选票不算数",
    ),
    "QuorumAgreed": ("majority for n{leader}", "过半选票投给 n{leader}"),
    "QuorumAgreed.why": (
        "{have} of {voters} votes: {votes}; need {need}; waits 200 ms for a better one",
        "{voters} 票中得 {have} 票：{votes}；需要 {need}；再等 200 ms，看有没有更好的",
    ),
    "ElectionDecided.leads": ("? → ▲ LEADING", "? → ▲ LEADING"),
    "ElectionDecided.follows": ("? → ● FOLLOWING", "? → ● FOLLOWING"),
    "ElectionDecided.observes": ("? → ◇ OBSERVING", "? → ◇ OBSERVING"),
    "ElectionDecided.majority": (
        "{have} of {voters} votes: {votes}; need {need}; no better vote for 200 ms",
        "{voters} 票中得 {have} 票：{votes}；需要 {need}；200 ms 内没有更好的选票",
    ),
    "ElectionDecided.for": (
        "n{leader} has {have} of {voters} votes: {votes}; need {need}",
        "n{leader} 在 {voters} 票中得 {have} 票：{votes}；需要 {need}",
    ),
    "ElectionDecided.join": (
        "n{leader} already leads, a majority says so: no new election",
        "过半节点说 n{leader} 已是 leader：无需再选",
    ),
    "ElectionDecided.no-coup": (
        "n{leader} already leads; a higher id does not overthrow it",
        "n{leader} 已是 leader；id 更大也不会推翻它",
    ),
    "ballot": ("votes n{leader}", "投 n{leader}"),
    "ballot.none": ("has no vote", "没有选票"),
    "NotificationSent": (
        "→ n{peer} round {round}: I am {state}, {vote} ({zxid}, epoch {epoch})",
        "→ n{peer} 第 {round} 轮：我是 {state}，{vote}（{zxid}，epoch {epoch}）",
    ),
    "NotificationReceived": (
        "← n{peer} round {round}: it is {state}, {vote} ({zxid}, epoch {epoch})",
        "← n{peer} 第 {round} 轮：它是 {state}，{vote}（{zxid}，epoch {epoch}）",
    ),
    "NotificationTimedOut": (
        "nobody said anything new: asks again, then waits {next} ms",
        "没有新消息：再问一遍，然后等 {next} ms",
    ),
    "PeerConnected": (
        "election connection with n{peer}",
        "与 n{peer} 建立选举连接",
    ),
    "PeerLost": (
        "election connection with n{peer} broke: {why}",
        "与 n{peer} 的选举连接断开：{why}",
    ),
    "PeerUnreachable": ("no answer from n{peer}", "n{peer} 没有应答"),
    "PeerUnreachable.why": (
        "cannot open channel to {peer} at {host}:{port}: nobody listens there yet;"
        " keeps asking",
        "连不上 {peer} 的选举地址 {host}:{port}：那里还没有人监听；会一直重试",
    ),
    "PeerUnreachable.again": ("{host}:{port}: {why}", "{host}:{port}:{why}"),
    "ConnectionYielded": ("hangs up on n{peer}", "挂断与 n{peer} 的连接"),
    "ConnectionYielded.why": (
        "one connection per pair, and the higher id makes it: n{peer} calls back",
        "每两个节点只留一条连接，由 id 大的一方发起：n{peer} 会连回来",
    ),
}
