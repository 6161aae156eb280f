"""What was done to the lab, and why something happened: votes, counts, rules."""

from collections.abc import Mapping

WHY: Mapping[str, tuple[str, str]] = {
    "LabOpened": (
        "a lab of {voters} voters ({runtime})",
        "实验集群：{voters} 个有投票权的节点（{runtime}）",
    ),
    "LabOpened.observers": (
        "a lab of {voters} voters and {observers} observers ({runtime})",
        "实验集群：{voters} 个有投票权的节点、{observers} 个 observer（{runtime}）",
    ),
    "VerbGiven": ("$ {words}", "$ {words}"),
    "NodeEnded.killed": ("✕ SIGKILL", "✕ SIGKILL"),
    "NodeEnded.terminated": ("✕ SIGTERM, and gone", "✕ SIGTERM，已退出"),
    "NodeEnded.unsynced-lost": (
        "✕ power cut: what was not yet synced is lost",
        "✕ 断电：尚未落盘的都丢了",
    ),
    "NodeEnded.died": ("✕ ended by itself", "✕ 自己退出了"),
    "NodeWiped.all": ("disk emptied", "磁盘已清空"),
    "NodeWiped.log": ("transaction log deleted", "事务日志已删除"),
    "NodeWiped.snapshots": ("snapshots deleted", "快照已删除"),
    "NodeWiped.epochs": ("epoch files deleted", "epoch 文件已删除"),
    "FaultSet": (
        "⊘ {fault}: {kind} {detail}",
        "⊘ {fault}：{kind} {detail}",
    ),
    "FaultSet.for": ("{where}; for {for_s} s", "{where}；持续 {for_s} 秒"),
    "FaultSet.until": ("{where}; until it is healed", "{where}；直到被修复"),
    "FaultHealed": ("fault {fault} is gone: {kind}", "故障 {fault} 解除：{kind}"),
    "FaultHealed.asked": ("somebody healed it", "有人修复了它"),
    "FaultHealed.time-up": ("its time is up", "时间到了"),
    "FaultHealed.node-gone": ("its node is gone", "它所在的节点没了"),
    "RecipeDone": (
        "a {how} {recipe}: {clients} clients, the first release woke {first_woken}, "
        "{notifications} notifications in all",
        "{recipe}（{how}）：{clients} 个客户端，第一次释放唤醒 {first_woken} 个，共 "
        "{notifications} 条通知",
    ),
    "ClientDid": (
        "{client}: {op} {path} → {result} ({took} ms)",
        "{client}：{op} {path} → {result}（{took} ms）",
    ),
    "why.is": ("n{sid} is {shape}", "n{sid} 现在是 {shape}"),
    "why.leads": (
        "n{sid} is {shape} in epoch {epoch}, and serves",
        "n{sid} 现在是 {shape}，epoch {epoch}，正在服务",
    ),
    "why.follows": (
        "n{sid} is {shape} under n{leader} in epoch {epoch}, and serves",
        "n{sid} 现在是 {shape}，leader 是 n{leader}，epoch {epoch}，正在服务",
    ),
    "why.not-serving": (
        "n{sid} is {shape} and does not serve yet: phase {phase}",
        "n{sid} 现在是 {shape}，还不能服务：阶段 {phase}",
    ),
    "why.unknown": (
        "nothing was recorded of n{sid} yet",
        "还没有关于 n{sid} 的记录",
    ),
    "why.quorum": (
        "quorum: yes · n{leader} leads epoch {epoch} · {have} of {voters} voters live,"
        " need {need}",
        "已过半 · n{leader} 领导 epoch {epoch} · {voters} 个投票者中 {have} 个"
        "在运行，需要 {need}",
    ),
    "why.no-quorum": (
        "quorum: no · {have} of {voters} voters live, need {need}: nobody may lead,"
        " nobody may serve",
        "法定人数：没有 · {voters} 个投票者中 {have} 个在运行，需要 {need}：谁也不能"
        "当 leader，谁也不能服务",
    ),
    "why.votes": ("votes, as it heard them", "它听到的选票"),
    "why.heard": ("yes", "是"),
    "why.unheard": ("no", "否"),
    "why.count": ("count   {count}", "计票    {count}"),
    "why.enough": (
        "{have} of {voters}: {votes}; need {need}: a majority",
        "{voters} 票中得 {have} 票：{votes}；需要 {need}：已过半",
    ),
    "why.few": (
        "{have} of {voters}: {votes}; need {need}: no majority",
        "{voters} 票中得 {have} 票：{votes}；需要 {need}：未过半",
    ),
    "why.rule": ("rule    {it}", "规则    {it}"),
    "why.rule-more": ("        {it}", "        {it}"),
    "why.against": ("over n{loser}: {reason}", "胜过 n{loser}：{reason}"),
    "why.joined": (
        "n{leader} was established already and {have} said so (need {need}): who comes"
        " late joins, whatever its id",
        "n{leader} 早已当选，{have} 个节点都这么说（需要 {need}）：后来者只能加入，"
        "id 多大都一样",
    ),
    "why.chain": (
        "chain   from the root to this (labctl why --event N asks about one of them)",
        "因果链  从根源到这里（labctl why --event N 可追问其中一个）",
    ),
    "why.repair.start": (
        "repair  {short} more must run: labctl start one of {down}",
        "修复    还差 {short} 个：用 labctl start 启动 {down} 之一",
    ),
    "why.repair.resume": (
        "repair  {short} more must run: labctl resume one of {paused}",
        "修复    还差 {short} 个：用 labctl resume 恢复 {paused} 之一",
    ),
    "why.repair.heal": (
        "repair  enough voters live, but faults stand: {faults}; labctl heal --all",
        "修复    存活的投票者足够，但故障还在：{faults}；labctl heal --all",
    ),
    "why.repair.wait": (
        "repair  {need} voters live: an election is under way, ask again in a second",
        "修复    存活的投票者够 {need} 个：选举正在进行，稍后再问",
    ),
    "why.no-event": (
        "there is no event e{number}: the run has e1 to e{last}",
        "没有事件 e{number}：这次记录只有 e1 到 e{last}",
    ),
    "run.no-lab": (
        "no lab named {lab} is up, so it has no recording to look into",
        "没有名为 {lab} 的实验在运行，也就没有记录可看",
    ),
    "run.hint": (
        "labctl runs lists the recordings; RUN is an id's beginning, latest, or a file",
        "labctl runs 列出所有记录；RUN 可以是 id 的开头、latest 或文件路径",
    ),
    "run.none": (
        "no lab and no recording is called {name}",
        "没有叫 {name} 的实验或记录",
    ),
    "run.several": (
        "{name} may mean several recordings: {ids}",
        "{name} 可以指多个记录：{ids}",
    ),
    "run.unreadable": ("cannot read {path}: {why}", "无法读取 {path}：{why}"),
    "run.empty": (
        "{path} holds no event that this version knows",
        "{path} 中没有本版本认识的事件",
    ),
    "runs.none": (
        "nothing recorded yet: labctl up begins a recording, labctl down keeps it",
        "还没有记录：labctl up 开始记录，labctl down 保存记录",
    ),
    "runs.present": ("now", "进行中"),
    "runs.kept": ("kept", "已保存"),
    "replay.head": (
        "run {id}: {events} events in {took} s; e1, e2, … are their numbers",
        "记录 {id}：{took} 秒内 {events} 个事件；e1、e2……是编号",
    ),
    "replay.idle": ("… {idle} s in which nothing happened", "……{idle} 秒内没有事件"),
    "replay.step": (
        "Enter: next · b: back · q: end",
        "Enter：下一步 · b：后退 · q：结束",
    ),
    "replay.back": ("◀ back at e{number}", "◀ 回到 e{number}"),
    "replay.start": ("◀ this is the beginning", "◀ 已在开头"),
    "replay.end": ("the end", "结束"),
    "diff.same": (
        "the same story: {steps} steps alike, times and ports aside",
        "情节相同：除时间和端口外，{steps} 步全部一致",
    ),
    "diff.alike": (
        "{steps} steps alike; then they part:",
        "前 {steps} 步一致，然后出现分歧：",
    ),
    "diff.ends": ("(the story ends here)", "（到此为止）"),
    "diff.side": ("{side} {id}", "{side} {id}"),
    "down.run": (
        "its recording stays: labctl replay {id}   ({path})",
        "记录已保留：labctl replay {id}   （{path}）",
    ),
    "column.voter": ("   voter", "   投票者"),
    "column.votes-for": ("votes for", "投给"),
    "column.round": ("round", "轮次"),
    "column.heard": ("heard", "听到"),
    "column.run": ("run", "记录"),
    "column.began": ("began", "开始"),
    "column.took": ("took", "时长"),
    "column.events": ("events", "事件"),
    "column.nodes": ("nodes", "节点"),
    "column.kept": ("kept", "状态"),
    "rule.itself": (
        "n{voter} votes for itself: epoch {epoch}, zxid {zxid}",
        "n{voter} 先投自己：epoch {epoch}，zxid {zxid}",
    ),
    "rule.newer-epoch": (
        "n{voter} heard n{from}: n{leader} has a newer epoch, {epoch}",
        "n{voter} 从 n{from} 听到：n{leader} 的 epoch 更新，{epoch}",
    ),
    "rule.newer-zxid": (
        "n{voter} heard n{from}: n{leader} has a newer zxid, {zxid}",
        "n{voter} 从 n{from} 听到：n{leader} 的 zxid 更新，{zxid}",
    ),
    "rule.higher-id": (
        "n{voter} heard n{from}: same epoch, same zxid, n{leader} has the higher id",
        "n{voter} 从 n{from} 听到：epoch 和 zxid 都相同，n{leader} 的 id 更大",
    ),
    "rule.newer-round": (
        "n{voter} heard n{from}: the round is {round}, old votes are void",
        "n{voter} 从 n{from} 听到：已是第 {round} 轮，旧票作废",
    ),
    "rule.join": (
        "n{voter} hears that n{leader} leads already: it joins",
        "n{voter} 得知 n{leader} 已是 leader：加入",
    ),
    "rule.better": (
        "n{voter} takes over the vote for n{leader}",
        "n{voter} 改投 n{leader}",
    ),
    "votes.none": (
        "no election was recorded yet: labctl start all",
        "还没有记录到选举：labctl start all",
    ),
    "votes.decided": (
        "n{sid} decides {state}: n{leader} has {have} of {voters}: {votes}; need"
        " {need}; took {took} ms",
        "n{sid} 决定 {state}：n{leader} 在 {voters} 票中得 {have} 票：{votes}；"
        "需要 {need}；用时 {took} ms",
    ),
    "column.time": ("time", "时间"),
    "column.why": ("* changed, because", "* 改变的原因"),
    "column.txn": ("type", "类型"),
    "column.path": ("path", "路径"),
    "log.none": (
        "no transaction yet: every write takes a zxid, and so does every session",
        "还没有事务：每次写入占一个 zxid，每个会话的建立也占一个",
    ),
    "fate.none": ("-", "-"),
    "fate.committed": ("committed", "已提交"),
    "fate.logged": ("logged", "已落盘"),
    "fate.doomed": ("doomed", "注定丢弃"),
    "fate.cut": ("cut", "已截掉"),
    "fate.before": ("snapshot", "在快照里"),
    "fate.logged.why": (
        "logged     on this disk; that a majority has it, this node has yet to hear",
        "已落盘    在这块磁盘上；过半节点都有它，这一点本节点还没听说",
    ),
    "fate.doomed.why": (
        "doomed     on this disk, but a new epoch began without it: TRUNC or SNAP"
        " will take it",
        "注定丢弃  在这块磁盘上，但新 epoch 开始时没有它：TRUNC 或 SNAP 会去掉它",
    ),
    "fate.cut.why": (
        "cut        was on this disk and is gone: TRUNC, SNAP, a power cut or a wipe",
        "已截掉    曾在这块磁盘上，已被 TRUNC、SNAP、断电或清空磁盘去掉",
    ),
    "fate.before.why": (
        "snapshot   part of the snapshot that came by SNAP, no record of its own",
        "在快照里  包含在 SNAP 送来的快照里，没有单独的记录",
    ),
    "watch.head": (
        "watching lab {lab}: Ctrl-C ends the watching, not the lab",
        "正在观看实验 {lab}：Ctrl-C 只结束观看，不影响实验",
    ),
    "watch.over": ("lab {lab} is gone", "实验 {lab} 已不在"),
    "watch.topic": (
        "there is no topic {topic}: {topics}",
        "没有 {topic} 这个主题：{topics}",
    ),
}
