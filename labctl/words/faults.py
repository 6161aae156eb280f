"""What faults are called, and what they do."""

from collections.abc import Mapping

FAULTS: Mapping[str, tuple[str, str]] = {
    "LinkFaultSet.cut": ("⊘ cut to n{to} ({fault})", "⊘ 切断到 n{to}（{fault}）"),
    "LinkFaultSet.cut.from": (
        "⊘ cut to n{to} from {type} on ({fault})",
        "⊘ 自 {type} 起切断到 n{to}（{fault}）",
    ),
    "LinkFaultSet.hold": (
        "⊘ holds all for n{to} ({fault})",
        "⊘ 扣住发往 n{to} 的消息（{fault}）",
    ),
    "LinkFaultSet.hold.from": (
        "⊘ holds all for n{to} from {type} on ({fault})",
        "⊘ 自 {type} 起扣住发往 n{to} 的消息（{fault}）",
    ),
    "LinkFaultSet.delay": (
        "⊘ {delay} ms late to n{to} ({fault})",
        "⊘ 到 n{to} 延迟 {delay} ms（{fault}）",
    ),
    "LinkFaultSet.delay.from": (
        "⊘ {delay} ms late to n{to} from {type} on ({fault})",
        "⊘ 自 {type} 起到 n{to} 延迟 {delay} ms（{fault}）",
    ),
    "LinkFaultSet.lose": (
        "⊘ loses a message for n{to} ({fault})",
        "⊘ 将丢失一条发往 n{to} 的消息（{fault}）",
    ),
    "LinkFaultSet.lose.from": (
        "⊘ loses {type} for n{to} ({fault})",
        "⊘ 将丢失发往 n{to} 的 {type}（{fault}）",
    ),
    "LinkFaultCleared": (
        "link to n{to} free of {fault}",
        "到 n{to} 的链路不再受 {fault} 影响",
    ),
    "LinkFaultCleared.asked": ("you healed it", "由你修复"),
    "LinkFaultCleared.time-up": ("its time is up", "时限已到"),
    "LinkFaultCleared.used-up": ("it has lost what it had to lose", "该丢的已经丢完"),
    "MessageLost": ("{type} for n{to} is lost", "发往 n{to} 的 {type} 丢失了"),
    "MessageLost.why": (
        "what is behind it goes on: no TCP connection ever does that",
        "后面的消息照常发出：TCP 连接绝不会这样",
    ),
    "admin.no-admin": (
        "n{sid} has no AdminServer: no fault can be injected there",
        "n{sid} 没有 AdminServer：无法向它注入故障",
    ),
    "admin.unheard": (
        "n{sid} does not answer admin requests: {why}",
        "n{sid} 不回应管理请求：{why}",
    ),
    "admin.unheard.hint": (
        "labctl status says whether it runs, labctl logs {sid} whether its "
        "AdminServer does; a paused node receives nothing",
        "labctl status 说明它是否在运行，labctl logs {sid} 说明它的 AdminServer "
        "是否在运行；暂停的节点收不到任何消息",
    ),
    "admin.refused": ("n{sid} refuses: {why}", "n{sid} 拒绝：{why}"),
    "admin.refused.hint": (
        "was it started by this lab? labctl restart {sid}",
        "它是由这个实验启动的吗？labctl restart {sid}",
    ),
    "leader.is": ("n{sid} is the leader", "n{sid} 是 leader"),
    "fault.set": ("⊘ {fault}: {what}", "⊘ {fault}：{what}"),
    "fault.over": ("{fault} is over: its time is up", "{fault} 结束：时限已到"),
    "fault.stands": (
        "{fault} stands until you heal it: labctl heal {fault}{lab}",
        "{fault} 一直有效，直到你修复：labctl heal {fault}{lab}",
    ),
    "fault.ends": (
        "{fault} ends by itself in {left} s (or: labctl heal {fault}{lab})",
        "{fault} 将在 {left} 秒后自行结束（或：labctl heal {fault}{lab}）",
    ),
    "fault.spends": (
        "{fault} is over when it has lost them (or: labctl heal {fault}{lab})",
        "{fault} 丢完就结束（或：labctl heal {fault}{lab}）",
    ),
    "fault.line": (
        "{fault} {kind} {detail}{where} · {left}{unapplied}",
        "{fault} {kind} {detail}{where} · {left}{unapplied}",
    ),
    "fault.unapplied": (
        " · recorded, not in force in {nodes}: its verb was killed; labctl heal"
        " {fault}",
        " · 已记录，在 {nodes} 上未生效：命令中途被杀；labctl heal {fault}",
    ),
    "fault.left": ("{left} s left", "还剩 {left} 秒"),
    "fault.until-healed": ("until healed", "直到修复"),
    "fault.none": ("no fault stands", "现在没有故障"),
    "partition.set": ("partition {groups}", "分区 {groups}"),
    "partition.why": (
        "nobody is told: a cut cable is silent, only time limits notice it",
        "没有谁会收到通知：断了的网线不出声，只有超时才能察觉",
    ),
    "partition.overlap": (
        "who is in two groups hears both; the others do not hear each other",
        "同时在两组里的节点两边都听得见；其余节点互相听不见",
    ),
    "cut.set": ("cut {links}", "切断 {links}"),
    "cut.why": (
        "nobody is told: a cut cable is silent, only time limits notice it",
        "没有谁会收到通知：断了的网线不出声，只有超时才能察觉",
    ),
    "cut.one-way": (
        "one way only: the other direction still works, so one end still hears",
        "只断一个方向：另一个方向照常，所以有一端仍听得见",
    ),
    "hold.set": ("hold {links}", "扣住 {links}"),
    "hold.set-from": ("hold {links} from {type}", "自 {type} 起扣住 {links}"),
    "hold.why": (
        "what is sent waits, in its order; PINGs too, so after syncLimit ({limit} s)"
        " the silence is noticed",
        "发出的消息按顺序等着，PING 也一样：过了 syncLimit（{limit} 秒）就会察觉沉默",
    ),
    "hold.why-from": (
        "all passes until the first {type}; that and everything behind it waits, for"
        " TCP keeps order",
        "第一条 {type} 之前一切照常；它和它后面的全都等着，因为 TCP 保持顺序",
    ),
    "hold.stale": (
        "you will see: after the next write a read on {nodes} still shows the old"
        " value; PINGs wait behind that {type}, so syncLimit ({limit} s) later the"
        " leader is given up there",
        "你会看到：下一次写之后，{nodes} 仍用旧值应答读请求；PING 排在那条 {type}"
        " 之后，所以过了 syncLimit（{limit} 秒）{nodes} 会放弃 leader",
    ),
    "hold.later": (
        "you will see: what waits never reaches {nodes}; when PINGs wait as well, the"
        " connection is given up after syncLimit ({limit} s)",
        "你会看到：{nodes} 听不到被扣住的消息；如果 PING 也被扣住，过了"
        " syncLimit（{limit} 秒）连接就会被放弃",
    ),
    "delay.set": ("delay {links} by {late}", "{links} 延迟 {late}"),
    "delay.why": (
        "order is kept and nothing is lost: everything just takes longer, nobody"
        " notices a fault",
        "顺序不变，也不丢失：只是都变慢，没有谁会当作故障",
    ),
    "delay.too-long": (
        "longer than syncLimit: to the other end this is silence",
        "比 syncLimit 还长：对另一端来说这就是沉默",
    ),
    "lose.set": (
        "loses {times} × {type} on {links}",
        "{links} 上丢失 {times} × {type}",
    ),
    "lose.why": (
        "what is behind the lost message goes on: a gap that Zab never expects",
        "丢失的消息后面照常到达：Zab 从不预期这样的缺口",
    ),
    "model.fifo": (
        "out of model: Zab assumes reliable FIFO channels (TCP): what is sent arrives"
        " whole and in order, or the connection breaks. From here on that is not so",
        "超出模型：Zab 假定通道可靠且先进先出（TCP）：发出的消息要么完整"
        "按序到达，要么连接断开。从现在起不再如此",
    ),
    "model.hint": (
        "add --out-of-model if that is what you want to see",
        "如果你就是想看这个，请加 --out-of-model",
    ),
    "heal.done": ("✓ heals {faults}", "✓ 修复 {faults}"),
    "heal.links": ("✓ frees {links}", "✓ 恢复 {links}"),
    "heal.why": (
        "connections given up meanwhile end now and are made anew; others go on where"
        " they stood",
        "其间已放弃的连接现在关闭并重建；其余的从原处继续",
    ),
    "heal.nothing": ("no fault stands: nothing to heal", "现在没有故障：无需修复"),
    "heal.sure": ("heal all of them?", "全部修复？"),
    "heal.which": ("heal which?", "修复哪一个？"),
    "heal.hint": (
        "labctl heal f1, labctl heal '3->1', or labctl heal --all",
        "labctl heal f1、labctl heal '3->1'，或 labctl heal --all",
    ),
    "heal.left": ("still there: {faults}", "仍然存在：{faults}"),
    "heal.whole": ("no fault stands any more", "故障已全部消除"),
    "noticed": (
        "noticed  n{sid} after {after} s: {rule}",
        "察觉     n{sid} 在 {after} 秒后：{rule}",
    ),
    "noticed.nobody": (
        "noticed  by nobody: no time limit ran out, no connection closed",
        "察觉     没有谁察觉：没有超时，也没有连接断开",
    ),
    "rule.silent": (
        "nothing heard of n{peer} for syncLimit × tickTime = {limit} s",
        "syncLimit × tickTime = {limit} 秒内没有听到 n{peer}",
    ),
    "rule.closed": (
        "n{peer} closed the connection, no time limit needed",
        "n{peer} 关闭了连接，不必等超时",
    ),
    "rule.reset": (
        "n{peer} reset the connection, no time limit needed",
        "n{peer} 重置了连接，不必等超时",
    ),
    "rule.refused": ("n{peer} refused it", "n{peer} 拒绝了它"),
    "rule.no-quorum": (
        "half a tick's count: {have} with it, need {need}: it may not lead alone",
        "每半个 tick 清点一次：{have} 个跟随，需要 {need}：不能独自当 leader",
    ),
    "side.leads": (
        "side     {part}: {have} of {voters} voters, need {need}: serves, n{leader}"
        " leads epoch {epoch}",
        "这一边   {part}：{voters} 票中得 {have} 票，需要 {need}：提供服务，n{leader}"
        " 的任期 epoch {epoch}",
    ),
    "side.mute": (
        "side     {part}: {have} of {voters} voters, need {need}: looks for a leader,"
        " serves nobody",
        "这一边   {part}：{voters} 票中得 {have} 票，需要 {need}：在寻找 leader，"
        "不提供服务",
    ),
    "partial.leads": (
        "n{leader} leads epoch {epoch} with {followers}",
        "n{leader} 的任期 epoch {epoch}，跟随者 {followers}",
    ),
    "partial.out": (
        "outside: {out}; they hear that n{leader} leads but cannot speak with it both"
        " ways, so they try again and again",
        "在外面：{out}；它们知道 n{leader} 是 leader，却无法与它双向通话，只能一试再试",
    ),
    "partial.none": (
        "nobody leads: among {nodes} no majority hears each other both ways",
        "没有 leader：{nodes} 中没有过半节点能双向通话",
    ),
    "settle.never": (
        "not at rest after {limit} s, and it may never be: one-way silence lets nodes"
        " try forever",
        "{limit} 秒后仍未平静，也许永远不会：单向的沉默让节点不断重试",
    ),
    "NodeResumed.alone": ("its time was up", "时限已到"),
    "net.head": ("who can speak to whom: row → column", "谁能对谁说话：行 → 列"),
    "net.from": ("from", "从"),
    "net.legend": (
        "─ open · ⊘ cut · ❚ held · ~ late · ? loses messages",
        "─ 畅通 · ⊘ 切断 · ❚ 扣住 · ~ 延迟 · ? 丢消息",
    ),
    "net.clients": (
        "clients reach every node that runs: link faults are between peers only",
        "客户端能连到每个运行中的节点：链路故障只在节点之间",
    ),
    "column.faults": ("faults", "故障"),
    "link.unknown": ("{words!r} is no link", "{words!r} 不是链路"),
    "link.itself": (
        "{words!r} leads from a node to itself",
        "{words!r} 从节点连到它自己",
    ),
    "link.hint": (
        "'3->1' one way, 3-1 both ways, 'leader->*' to all; quote the arrow, or the"
        " shell takes > for a file",
        "'3->1' 单向，3-1 双向，'leader->*' 到所有节点；箭头要加引号，否则 shell 会把 >"
        " 当成重定向",
    ),
    "group.none": ("a group is empty", "有一组是空的"),
    "group.whole": (
        "these groups cut nothing: everybody shares one",
        "这样分组什么也没切断：大家都在同一组",
    ),
    "group.hint": (
        "1,2 / 3 · leader / rest · 1,2,3 / 3,4,5; who is not named joins the last",
        "1,2 / 3 · leader / rest · 1,2,3 / 3,4,5；没提到的归最后一组",
    ),
    "message.unknown": ("{word} is no type of message", "{word} 不是消息类型"),
    "message.hint": ("one of {known}", "可选：{known}"),
    "chaos.plan": (
        "plan     seed {seed}: {n} faults in {for} s; the same seed on the same lab is"
        " the same plan",
        "计划     种子 {seed}：{for} 秒内 {n} 个故障；同一种子、同样的实验，计划相同",
    ),
    "chaos.step": (
        "         {at} s  {kind} {what} for {for} s",
        "         {at} 秒  {kind} {what} 持续 {for} 秒",
    ),
    "chaos.does": ("⊘ {fault}: {kind} {where}", "⊘ {fault}：{kind} {where}"),
    "chaos.heals": ("✓ chaos ends: all is healed", "✓ 混乱结束：全部修复"),
    "chaos.over": (
        "chaos    {n} faults, {votes} times a voter began to vote; longest time"
        " without a leader: {leaderless} s",
        "混乱     {n} 个故障，投票节点共 {votes} 次开始投票；"
        "最长 {leaderless} 秒没有 leader",
    ),
    "chaos.unknown": ("chaos cannot do {words}", "chaos 做不到 {words}"),
    "chaos.hint": ("--faults takes {known}", "--faults 可用 {known}"),
    "chaos.nobody": (
        "every node is spared: nothing to break",
        "所有节点都受保护：无可破坏",
    ),
    "chaos.hint-spare": ("spare fewer nodes", "少保护几个节点"),
}
