"""The narrator's phrases: English and 简体中文 on neighbouring lines."""

from collections.abc import Mapping

_ELECTION: Mapping[str, tuple[str, str]] = {
    "looking": ("? LOOKING", "? LOOKING"),
    "looking.self": (
        "votes for itself (epoch {epoch}, zxid {zxid}): 1 of {voters}, needs {need}",
        "先投自己一票(epoch {epoch},zxid {zxid}):共 {voters} 票得 1,需要 {need}",
    ),
    "looking.observer": (
        "an observer has no vote: it asks who leads",
        "observer 没有投票权:它只打听谁是 leader",
    ),
    "vote": ("vote n{old} → n{new}", "改票 n{old} → n{new}"),
    "vote.newer-epoch": (
        "n{new}'s vote is better: newer epoch {epoch}, not {old_epoch}",
        "n{new} 更好:epoch 更新,{epoch} 大于 {old_epoch}",
    ),
    "vote.newer-zxid": (
        "n{new}'s vote is better: same epoch {epoch}, newer zxid {zxid}, not"
        " {old_zxid}",
        "n{new} 更好:epoch 同为 {epoch},zxid 更新,{zxid} 大于 {old_zxid}",
    ),
    "vote.higher-id": (
        "n{new}'s vote is better: same epoch {epoch}, same zxid {zxid}, higher id",
        "n{new} 更好:epoch 同为 {epoch},zxid 同为 {zxid},只好比 id,它更大",
    ),
    "vote.newer-round": (
        "n{from} is in the newer round {round}: old votes are void there, this one"
        " stands",
        "n{from} 处在更新的一轮(第 {round} 轮):旧票作废,改投这一票",
    ),
    "vote.better": ("heard a better vote from n{from}", "从 n{from} 听到更好的一票"),
    "round": ("round {old} → {new}", "第 {old} 轮 → 第 {new} 轮"),
    "round.why": (
        "n{from} is already in round {new}: ballots of older rounds do not count",
        "n{from} 已在第 {new} 轮:旧轮的选票不算数",
    ),
    "agreed": ("majority for n{leader}", "过半选票投给 n{leader}"),
    "agreed.why": (
        "{have} of {voters} votes: {votes}; need {need}; waits 200 ms for a better one",
        "{voters} 票得 {have}:{votes};需要 {need};再等 200 ms,看有没有更好的",
    ),
    "decided.leads": ("? → ▲ LEADING", "? → ▲ LEADING"),
    "decided.follows": ("? → ● FOLLOWING", "? → ● FOLLOWING"),
    "decided.observes": ("? → ◇ OBSERVING", "? → ◇ OBSERVING"),
    "decided.majority": (
        "{have} of {voters} votes: {votes}; need {need}; no better vote for 200 ms",
        "{voters} 票得 {have}:{votes};需要 {need};200 ms 内没有更好的选票",
    ),
    "decided.for": (
        "n{leader} has {have} of {voters} votes: {votes}; need {need}",
        "n{leader} 在 {voters} 票中得 {have}:{votes};需要 {need}",
    ),
    "decided.join": (
        "n{leader} already leads, a majority says so: no new election",
        "过半节点说 n{leader} 已是 leader:无需再选",
    ),
    "decided.no-coup": (
        "n{leader} already leads; a higher id does not overthrow it",
        "n{leader} 已是 leader;id 更大也不会推翻它",
    ),
    "ballot": ("votes n{leader}", "投 n{leader}"),
    "ballot.none": ("has no vote", "没有选票"),
    "notify.sent": (
        "→ n{peer} round {round}: I am {state}, {vote} ({zxid}, epoch {epoch})",
        "→ n{peer} 第 {round} 轮:我是 {state},{vote}({zxid},epoch {epoch})",
    ),
    "notify.received": (
        "← n{peer} round {round}: it is {state}, {vote} ({zxid}, epoch {epoch})",
        "← n{peer} 第 {round} 轮:它是 {state},{vote}({zxid},epoch {epoch})",
    ),
    "notify.timeout": (
        "nobody said anything new: asks again, then waits {next} ms",
        "没有新消息:再问一遍,然后等 {next} ms",
    ),
    "peer.connected": (
        "election connection with n{peer}",
        "与 n{peer} 建立选举连接",
    ),
    "peer.lost": (
        "election connection with n{peer} broke: {why}",
        "与 n{peer} 的选举连接断开:{why}",
    ),
    "peer.silent": ("n{peer} does not answer", "n{peer} 没有应答"),
    "peer.silent.why": (
        "cannot open channel to {peer} at {host}:{port}: not started yet; keeps asking",
        "连不上 {peer} 的选举地址 {host}:{port}:它还没启动;会一直重试",
    ),
    "peer.failed": ("{host}:{port}: {why}", "{host}:{port}:{why}"),
    "peer.yielded": ("hangs up on n{peer}", "挂断与 n{peer} 的连接"),
    "peer.yielded.why": (
        "one connection per pair, and the higher id makes it: n{peer} calls back",
        "每两个节点只留一条连接,由 id 大的一方发起:n{peer} 会连回来",
    ),
}

_ZAB: Mapping[str, tuple[str, str]] = {
    "as-is": ("{text}", "{text}"),
    "nothing": ("", ""),
    "word.observer": ("observer", "observer"),
    "word.follower": ("follower", "follower"),
    "phase": ("{state} · {phase}", "{state} · {phase}"),
    "phase.election": ("election", "选举"),
    "phase.election.why": ("who should lead?", "谁来当 leader?"),
    "phase.discovery": ("discovery", "发现"),
    "phase.discovery.why": (
        "agree on a new epoch, tell where each history ends",
        "商定新的 epoch,报告各自历史的末尾",
    ),
    "phase.synchronization": ("synchronization", "同步"),
    "phase.synchronization.why": (
        "make the learners' histories the leader's",
        "让 learner 的历史与 leader 一致",
    ),
    "phase.broadcast": ("broadcast", "广播"),
    "phase.broadcast.why": ("clients may write", "客户端可以写入"),
    "dialed": (
        "reached n{leader}'s quorum port {host}:{port}",
        "连上 n{leader} 的仲裁端口 {host}:{port}",
    ),
    "undialed": (
        "cannot reach n{leader}'s quorum port {host}:{port}",
        "连不上 n{leader} 的仲裁端口 {host}:{port}",
    ),
    "undialed.why": ("try {tries}: {why}", "第 {tries} 次:{why}"),
    "joined": ("{packet} from n{sid}", "收到 n{sid} 的 {packet}"),
    "joined.why": (
        "the last epoch it promised to follow is {epoch}",
        "它承诺过的最新 epoch 是 {epoch}",
    ),
    "epoch": ("names epoch {epoch}", "定下 epoch {epoch}"),
    "epoch.why": (
        "{have} of {voters} reported: {heard}; need {need}; one above all they ever"
        " promised",
        "{voters} 个中 {have} 个已报到:{heard};需要 {need};比它们承诺过的都大 1",
    ),
    "epoch.accepted": (
        "promises n{leader} epoch {epoch}",
        "向 n{leader} 承诺 epoch {epoch}",
    ),
    "epoch.accepted.why": (
        "on disk first: it will never follow an older one",
        "先写盘:此后绝不追随更旧的",
    ),
    "epoch.accepted.again": (
        "it had promised this one before, so this does not count again",
        "以前已承诺过,这次不再计数",
    ),
    "epoch.acked": (
        "ACKEPOCH from n{sid}: epoch {epoch}, last zxid {zxid}",
        "n{sid} 的 ACKEPOCH:epoch {epoch},最后的 zxid {zxid}",
    ),
    "sync.DIFF": ("syncs n{sid} by DIFF{how}", "用 DIFF 同步 n{sid}{how}"),
    "sync.TRUNC": ("syncs n{sid} by TRUNC{how}", "用 TRUNC 同步 n{sid}{how}"),
    "sync.SNAP": ("syncs n{sid} by SNAP{how}", "用 SNAP 同步 n{sid}{how}"),
    "sync.with-txns": (" + {count} txns", " + {count} 个事务"),
    "sync.same": (
        "same history, both end at {last}: nothing to send",
        "历史相同,都止于 {last}:无需发送",
    ),
    "sync.behind": (
        "it ends at {last}, inside our window {min}…{max}: only what it missed",
        "它止于 {last},在窗口 {min}…{max} 之内:只补缺少的",
    ),
    "sync.ahead": (
        "it ends at {last}, beyond all that was agreed: cut back to {to}",
        "它止于 {last},超出已达成一致的历史:截断到 {to}",
    ),
    "sync.unknown-tail": (
        "its tail up to {last} was never agreed: cut back to {to}",
        "它到 {last} 的尾部从未达成一致:截断到 {to}",
    ),
    "sync.too-far-behind": (
        "it ends at {last}, before our window {min}…{max}: send the whole tree",
        "它止于 {last},早于窗口 {min}…{max}:发送整棵树",
    ),
    "sync.other-epoch": (
        "it ends at {last}; a TRUNC may not cross an epoch: send the whole tree",
        "它止于 {last};TRUNC 不得跨越 epoch:发送整棵树",
    ),
    "sync.forced": (
        "configured to send the whole tree always",
        "配置要求总是发送整棵树",
    ),
    "sync.received": (
        "{mode} up to {zxid} (had {was})",
        "{mode} 到 {zxid}(原为 {was})",
    ),
    "epoch.saved": ("currentEpoch is {epoch}", "currentEpoch 为 {epoch}"),
    "epoch.saved.why": (
        "only after the history is durable",
        "历史落盘之后才能写",
    ),
    "newleader": ("NEWLEADER, epoch {epoch}", "NEWLEADER,epoch {epoch}"),
    "newleader.why": (
        "it has the leader's whole history up to here",
        "至此已有 leader 的全部历史",
    ),
    "newleader.acked": (
        "n{sid}'s disk holds the history of epoch {epoch}",
        "n{sid} 的磁盘已有 epoch {epoch} 的历史",
    ),
    "established": ("▲ leads epoch {epoch}", "▲ 统领 epoch {epoch}"),
    "established.why": (
        "{have} of {voters} disks hold its history: {sids}; need {need}; serves clients",
        "{voters} 个磁盘中 {have} 个有其历史:{sids};需要 {need};开始服务客户端",
    ),
    "uptodate.follower": ("● FOLLOWING · broadcast", "● FOLLOWING · 广播"),
    "uptodate.observer": ("◇ OBSERVING · broadcast", "◇ OBSERVING · 广播"),
    "uptodate.why": (
        "in line with n{leader}, epoch {epoch}: serves clients",
        "与 n{leader} 一致,epoch {epoch}:开始服务客户端",
    ),
    "uptodate.observer.why": (
        "in line with n{leader}, epoch {epoch}: serves clients, votes on nothing",
        "与 n{leader} 一致,epoch {epoch}:服务客户端,但不参与任何投票",
    ),
    "serving": ("serves clients, epoch {epoch}", "服务客户端,epoch {epoch}"),
    "unserving": ("drops its clients", "断开客户端"),
    "synced": ("UPTODATE to {kind} n{sid}", "向 {kind} n{sid} 发送 UPTODATE"),
    "lost.leader": ("lost its leader n{leader}", "失去 leader n{leader}"),
    "lost.leader.why": (
        "{how}; without a leader nobody may answer: clients wait, a vote begins",
        "{how};没有 leader 谁都不能应答:客户端等待,开始投票",
    ),
    "lost.closed": ("its connection closed", "连接断开"),
    "lost.silent": (
        "it was silent for longer than syncLimit allows",
        "沉默超过了 syncLimit",
    ),
    "lost.refused": ("it refused us", "对方拒绝"),
    "lost.learner": ("lost {kind} n{sid}", "失去 {kind} n{sid}"),
    "lost.follower.enough": (
        "{how}; {have} of {voters} remain, need {need}: still a majority, keeps leading",
        "{how};{voters} 个中还剩 {have} 个,需要 {need}:仍过半,继续当 leader",
    ),
    "lost.follower.few": (
        "{how}; {have} of {voters} remain, need {need}: no majority, may not lead",
        "{how};{voters} 个中只剩 {have} 个,需要 {need}:不过半,不能再当 leader",
    ),
    "lost.observer.why": (
        "{how}; observers do not vote: the majority is untouched",
        "{how};observer 不投票:多数派不受影响",
    ),
    "over": ("▲ → ? gives up leading", "▲ → ? 放弃 leader"),
    "over.no-quorum": (
        "only {have} of {voters} are with it: {synced}; need {need}: nobody may lead",
        "{voters} 个中只有 {have} 个跟随:{synced};需要 {need}:谁都不能当 leader",
    ),
    "over.no-epoch-quorum": (
        "too few reported within initLimit: {synced}; need {need}",
        "initLimit 内报到的太少:{synced};需要 {need}",
    ),
    "over.no-newleader-quorum": (
        "too few took over its history within initLimit: {synced}; need {need}",
        "initLimit 内接过其历史的太少:{synced};需要 {need}",
    ),
    "over.rollover": (
        "the counter of this epoch is used up: a new epoch must begin",
        "本 epoch 的计数用尽:必须开始新的 epoch",
    ),
    "over.leader-lost": ("it has no leader", "它没有 leader"),
    "txns.span": ("{first}…{last}", "{first}…{last}"),
    "txns.proposed": ("PROPOSAL {which} ({count})", "PROPOSAL {which}({count} 个)"),
    "txns.logged": (
        "{which} on disk, one fsync ({count})",
        "{which} 已落盘,一次 fsync({count} 个)",
    ),
    "txns.committed": ("COMMIT {which} ({count})", "COMMIT {which}({count} 个)"),
}

_LIFE: Mapping[str, tuple[str, str]] = {
    "started": ("starts", "启动"),
    "started.voter": ("a voter", "有投票权"),
    "started.observer": ("an observer: no vote", "observer:没有投票权"),
    "recovered": ("recovers {zxid} from disk", "从磁盘恢复到 {zxid}"),
    "recovered.why": (
        "snapshot {snapshot} + {replayed} txns from the log; epoch {epoch}",
        "快照 {snapshot} + 日志中 {replayed} 个事务;epoch {epoch}",
    ),
    "recovered.torn": (
        "the log's last record was half written, never promised to anyone: dropped",
        "日志最后一条只写了一半,未向任何人承诺:丢弃",
    ),
    "recovered.empty": ("empty disk", "磁盘为空"),
    "recovered.empty.why": ("no history yet: zxid 0x0", "还没有历史:zxid 0x0"),
    "port.election": ("election", "选举"),
    "port.quorum": ("quorum", "仲裁"),
    "port.client": ("client", "客户端"),
    "port.admin": ("admin", "管理"),
    "listening": ("{port_of} port {address}:{port}", "{port_of}端口 {address}:{port}"),
    "no-admin": ("no AdminServer: port {port} is taken", "端口 {port} 被占:没有 AdminServer"),
    "no-admin.why": (
        "only a warning, as in ZooKeeper; set admin.serverPort",
        "与 ZooKeeper 一样只是警告;请设置 admin.serverPort",
    ),
    "stopped": ("✕ stopped", "✕ 已停止"),
    "stopped.asked": ("in order, because it was asked to", "应要求有序退出"),
    "stopped.why": ("{why} (exit code {code})", "{why}(退出码 {code})"),
    "state": ("{old} → {new}", "{old} → {new}"),
    "shape.LOOKING": ("? LOOKING", "? LOOKING"),
    "shape.FOLLOWING": ("● FOLLOWING", "● FOLLOWING"),
    "shape.LEADING": ("▲ LEADING", "▲ LEADING"),
    "shape.OBSERVING": ("◇ OBSERVING", "◇ OBSERVING"),
    "state.start": ("it just started", "刚刚启动"),
    "state.elected": ("the election decided so", "选举的结果"),
    "state.leader-lost": ("its leader is gone", "leader 不在了"),
    "state.quorum-lost": ("its majority is gone", "失去多数派"),
    "state.sync-failed": ("the synchronization failed", "同步失败"),
    "snapshot": (
        "snapshot at {zxid}: {bytes} bytes in {took} ms",
        "快照 {zxid}:{bytes} 字节,用时 {took} ms",
    ),
    "snapshot.why": ("older log files are not needed now", "更旧的日志不再需要"),
    "slow-disk": ("slow disk: {took} ms", "磁盘慢:{took} ms"),
    "slow-disk.why": (
        "a promise waits for its fsync, so clients waited too",
        "承诺要等 fsync,客户端也在等",
    ),
    "session.opened": (
        "session {session} for {client}, time-out {timeout} ms",
        "会话 {session}({client}),超时 {timeout} ms",
    ),
    "session.moved": (
        "session {session} moved here",
        "会话 {session} 转到这里",
    ),
    "session.moved.why": (
        "sessions belong to the ensemble, not to one server: its ephemerals live on",
        "会话属于整个集群而非某个节点:它的临时节点仍在",
    ),
    "session.refused": ("refuses {client}", "拒绝 {client}"),
    "refused.expired": ("its session has expired", "会话已过期"),
    "refused.saw-newer-zxid": (
        "the client has seen newer data than this server has",
        "客户端见过比本节点更新的数据",
    ),
    "refused.bad-password": ("wrong session password", "会话密码不对"),
    "refused.too-many-connections": (
        "too many connections from one address",
        "同一地址连接过多",
    ),
    "session.expired": ("session {session} expired", "会话 {session} 过期"),
    "session.expired.why": (
        "silent for all of its {timeout} ms: its ephemeral nodes go too",
        "整整 {timeout} ms 没有消息:其临时节点一并删除",
    ),
    "session.closed": ("session {session} closed", "会话 {session} 关闭"),
    "session.closed.why": (
        "{count} ephemeral nodes went with it",
        "带走 {count} 个临时节点",
    ),
    "client.lost": (
        "connection of {client} broke",
        "{client} 的连接断开",
    ),
    "client.lost.why": (
        "its session lives on until its time-out",
        "会话在超时之前仍然有效",
    ),
}

STORY: Mapping[str, tuple[str, str]] = {**_ELECTION, **_ZAB, **_LIFE}
