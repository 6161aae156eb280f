"""The narrator on Zab, from discovery to broadcast: English and 简体中文."""

from collections.abc import Mapping

ZAB: Mapping[str, tuple[str, str]] = {
    "as-is": ("{text}", "{text}"),
    "nothing": ("", ""),
    "word.observer": ("observer", "observer"),
    "word.follower": ("follower", "follower"),
    "PhaseChanged": ("{state} · {phase}", "{state} · {phase}"),
    "PhaseChanged.election": ("election", "选举"),
    "PhaseChanged.election.why": ("who should lead?", "谁来当 leader?"),
    "PhaseChanged.discovery": ("discovery", "发现"),
    "PhaseChanged.discovery.why": (
        "agree on a new epoch, tell where each history ends",
        "商定新的 epoch，报告各自历史的末尾",
    ),
    "PhaseChanged.synchronization": ("synchronization", "同步"),
    "PhaseChanged.synchronization.why": (
        "make the learners' histories the leader's",
        "让 learner 的历史与 leader 一致",
    ),
    "PhaseChanged.broadcast": ("broadcast", "广播"),
    "PhaseChanged.broadcast.why": ("clients may write", "客户端可以写入"),
    "LeaderDialed": (
        "reached n{leader}'s quorum port {host}:{port}",
        "连上 n{leader} 的仲裁端口 {host}:{port}",
    ),
    "LeaderUnreachable": (
        "cannot reach n{leader}'s quorum port {host}:{port}",
        "连不上 n{leader} 的仲裁端口 {host}:{port}",
    ),
    "LeaderUnreachable.why": ("try {tries}: {why}", "第 {tries} 次：{why}"),
    "MessageTapped": ("→ n{to} {type}, {size} bytes", "→ n{to} {type}，{size} 字节"),
    "MessageTapped.more": (
        "→ n{to} {type}, {size} bytes ({left_out} others left out)",
        "→ n{to} {type}，{size} 字节（略去 {left_out} 条）",
    ),
    "PacketSent": ("→ {who} {type} {zxid}", "→ {who} {type} {zxid}"),
    "PacketReceived": ("← {who} {type} {zxid}", "← {who} {type} {zxid}"),
    "packet.peer": ("n{sid}", "n{sid}"),
    "packet.somebody": ("a caller", "来访者"),
    "LearnerJoined": ("{packet} from n{sid}", "收到 n{sid} 的 {packet}"),
    "LearnerJoined.why": (
        "the last epoch it promised to follow is {epoch}",
        "它承诺过的最新 epoch 是 {epoch}",
    ),
    "EpochProposed": ("names epoch {epoch}", "定下 epoch {epoch}"),
    "EpochProposed.why": (
        "{have} of {voters} reported: {heard}; need {need}; one above all they ever"
        " promised",
        "{voters} 个中 {have} 个已报到：{heard}；需要 {need}；比它们承诺过的都大 1",
    ),
    "EpochAccepted": (
        "promises n{leader} epoch {epoch}",
        "向 n{leader} 承诺 epoch {epoch}",
    ),
    "EpochAccepted.why": (
        "on disk first: it will never follow an older one",
        "先写盘：此后绝不追随更旧的",
    ),
    "EpochAccepted.again": (
        "it had promised this one before, so this does not count again",
        "以前已承诺过，这次不再计数",
    ),
    "EpochAcked": (
        "ACKEPOCH from n{sid}: epoch {epoch}, last zxid {zxid}",
        "n{sid} 的 ACKEPOCH:epoch {epoch}，最后的 zxid {zxid}",
    ),
    "SyncPlanned": ("syncs n{sid} by {mode}{how}", "用 {mode} 同步 n{sid}{how}"),
    "SyncPlanned.with-txns": (" + {count} txns", " + {count} 个事务"),
    "SyncPlanned.same": (
        "same history, both end at {last}: nothing to send",
        "历史相同，都止于 {last}：无需发送",
    ),
    "SyncPlanned.behind": (
        "it ends at {last}, inside our window {min}…{max}: only what it missed",
        "它止于 {last}，在窗口 {min}…{max} 之内：只补缺少的",
    ),
    "SyncPlanned.ahead": (
        "it ends at {last}, beyond all that was agreed: cut back to {to}",
        "它止于 {last}，超出已达成一致的历史：截断到 {to}",
    ),
    "SyncPlanned.unknown-tail": (
        "its tail up to {last} was never agreed: cut back to {to}",
        "它到 {last} 的尾部从未达成一致：截断到 {to}",
    ),
    "SyncPlanned.too-far-behind": (
        "it ends at {last}, before our window {min}…{max}: send the whole tree",
        "它止于 {last}，早于窗口 {min}…{max}：发送整棵树",
    ),
    "SyncPlanned.other-epoch": (
        "it ends at {last}, in another epoch than our {min}…{max}: where they parted"
        " is unknown, so the whole tree",
        "它止于 {last}，与窗口 {min}…{max} 不在同一 epoch：不知从哪里分叉，发送整棵树",
    ),
    "SyncPlanned.forced": (
        "configured to send the whole tree always",
        "配置要求总是发送整棵树",
    ),
    "SyncReceived": (
        "{mode} up to {zxid} (had {was})",
        "{mode} 到 {zxid}（原为 {was}）",
    ),
    "EpochSaved": ("currentEpoch is {epoch}", "currentEpoch 为 {epoch}"),
    "EpochSaved.why": (
        "only after the history is durable",
        "历史落盘之后才能写",
    ),
    "NewLeaderReceived": ("NEWLEADER, epoch {epoch}", "NEWLEADER,epoch {epoch}"),
    "NewLeaderReceived.why": (
        "it has the leader's whole history up to here",
        "至此已有 leader 的全部历史",
    ),
    "NewLeaderAcked": (
        "n{sid}'s disk holds the history of epoch {epoch}",
        "n{sid} 的磁盘已有 epoch {epoch} 的历史",
    ),
    "LeaderEstablished": ("▲ leads epoch {epoch}", "▲ 任期 epoch {epoch}"),
    "LeaderEstablished.why": (
        "{have} of {voters} disks hold its history: {sids}; need {need}; may serve",
        "{voters} 个磁盘中 {have} 个有其历史：{sids}；需要 {need}；开始服务客户端",
    ),
    "UpToDate.follower": ("● FOLLOWING · broadcast", "● FOLLOWING · 广播"),
    "UpToDate.observer": ("◇ OBSERVING · broadcast", "◇ OBSERVING · 广播"),
    "UpToDate.why": (
        "in line with n{leader}, epoch {epoch}: serves clients",
        "与 n{leader} 一致，epoch {epoch}：开始服务客户端",
    ),
    "UpToDate.observer.why": (
        "in line with n{leader}, epoch {epoch}: serves clients, votes on nothing",
        "与 n{leader} 一致，epoch {epoch}：服务客户端，但不参与任何投票",
    ),
    "ServingClients": ("serves clients, epoch {epoch}", "服务客户端，epoch {epoch}"),
    "ServingStopped": ("drops its clients", "断开客户端"),
    "LearnerSynced": ("UPTODATE to {kind} n{sid}", "向 {kind} n{sid} 发送 UPTODATE"),
    "LeaderLost": ("lost its leader n{leader}", "失去 leader n{leader}"),
    "LeaderLost.why": (
        "{how}; without a leader nobody may answer: clients wait, a vote begins",
        "{how}；没有 leader 谁都不能应答：客户端等待，开始投票",
    ),
    "lost.closed": ("its connection closed", "连接断开"),
    "lost.reset": (
        "its connection was reset: it ended with something unread",
        "连接被重置：它结束时还有没读的数据",
    ),
    "lost.silent": (
        "it was silent for longer than syncLimit allows",
        "沉默超过了 syncLimit",
    ),
    "lost.cannot-truncate": (
        "its log could not be cut back",
        "它的日志无法截断",
    ),
    "LeaderLost.refused": ("n{leader} does not lead", "n{leader} 不是 leader"),
    "LeaderLost.refused.why": (
        "n{leader} refused the connection: a better vote came up, or it is not ready;"
        " asks again",
        "n{leader} 拒绝连接：出现了更好的选票，或它还没准备好；再问一遍",
    ),
    "LearnerLost": ("lost {kind} n{sid}", "失去 {kind} n{sid}"),
    "LearnerLost.enough": (
        "{how}; {have} of {voters} remain, need {need}: a majority still, it leads on",
        "{how}；{voters} 个中还剩 {have} 个，需要 {need}：仍过半，继续当 leader",
    ),
    "LearnerLost.few": (
        "{how}; {have} of {voters} remain, need {need}: no majority, may not lead",
        "{how}；{voters} 个中只剩 {have} 个，需要 {need}：不过半，不能再当 leader",
    ),
    "LearnerLost.observer": (
        "{how}; observers do not vote: the majority is untouched",
        "{how}；observer 不投票：多数派不受影响",
    ),
    "LeadershipLost": ("▲ → ? gives up leading", "▲ → ？放弃 leader"),
    "LeadershipLost.no-quorum": (
        "only {have} of {voters} with it: {synced}; need {need}: nobody may lead",
        "{voters} 个中只有 {have} 个跟随：{synced}；需要 {need}：谁都不能当 leader",
    ),
    "LeadershipLost.no-epoch-quorum": (
        "too few reported within initLimit: {synced}; need {need}",
        "initLimit 内报到的太少：{synced}；需要 {need}",
    ),
    "LeadershipLost.no-newleader-quorum": (
        "too few took over its history within initLimit: {synced}; need {need}",
        "initLimit 内接过其历史的太少：{synced}；需要 {need}",
    ),
    "LeadershipLost.rollover": (
        "the counter of this epoch is used up: a new epoch must begin",
        "本 epoch 的计数用尽：必须开始新的 epoch",
    ),
    "LeadershipLost.no-epoch-acks": (
        "too few accepted its epoch within initLimit: {synced}; need {need}",
        "initLimit 内接受其 epoch 的太少：{synced}；需要 {need}",
    ),
    "LeadershipLost.no-epoch-left": (
        "the last of all epochs was accepted already: there is no newer one to name",
        "最后一个 epoch 已被接受：没有更新的 epoch 可用",
    ),
    "ServingStopped.leader-lost": ("it has no leader", "它没有 leader"),
    "ServingStopped.no-quorum": (
        "a majority is no longer with it",
        "不再有过半节点跟随",
    ),
    "txns.span": ("{first}…{last}", "{first}…{last}"),
    "TxnsProposed": ("PROPOSAL {which} ({count})", "PROPOSAL {which}（{count} 个）"),
    "TxnsLogged": (
        "{which} on disk, one fsync ({count})",
        "{which} 已落盘，一次 fsync（{count} 个）",
    ),
    "TxnsCommitted": ("COMMIT {which} ({count})", "COMMIT {which}（{count} 个）"),
}
