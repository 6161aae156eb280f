"""Step mode: English and 简体中文 side by side."""

from collections.abc import Mapping

STEP: Mapping[str, tuple[str, str]] = {
    "step.entered": (
        "step mode: {nodes} hold their messages to each other, and their clocks "
        "stand still. Clients are served; a write waits for your hand",
        "单步模式：{nodes} 扣住彼此之间的消息，时钟停住。客户端照常服务；写入等你投递",
    ),
    "step.not": (
        "the lab is not stepping: messages go by themselves",
        "实验室没有在单步：消息自行流动",
    ),
    "step.not.hint": ("labctl step begins it", "用 labctl step 开始"),
    "step.gone": (
        "everything flows again: {waiting} waiting messages go, clocks go on where "
        "they stood",
        "一切恢复流动：{waiting} 条等待的消息发出，时钟从停住处继续",
    ),
    "step.stands": (
        "the lab is stepping: nothing goes on until you deliver it  →  labctl "
        "step{lab}  ·  labctl go{lab}",
        "正在单步：不投递就不会继续  →  labctl step{lab}  ·  labctl go{lab}",
    ),
    "step.waiting": (
        "{count} messages wait, oldest first:",
        "{count} 条消息在等，最早的在前：",
    ),
    "step.waiting.one": ("one message waits:", "1 条消息在等："),
    "step.line": ("  {id}  {type}  {what}", "  {id}  {type}  {what}"),
    "step.line.behind": (
        "  {id}  {type}  {what}  (behind another)",
        "  {id}  {type}  {what}  （排在别的消息之后）",
    ),
    "step.more": ("  … and {count} more", "  ……还有 {count} 条"),
    "step.idle": (
        "no message waits; the next step moves time {ms} ms, to {nodes}: {name}",
        "没有消息在等；下一步让时间前进 {ms} ms，到 {nodes} 的{name}",
    ),
    "step.dead": (
        "no message waits, and no timer runs",
        "没有消息在等，也没有定时器在走",
    ),
    "step.next": (
        "next     labctl step{lab}  ·  labctl deliver ID{lab}  ·  labctl go{lab}",
        "下一步   labctl step{lab}  ·  labctl deliver ID{lab}  ·  labctl go{lab}",
    ),
    "step.delivers": ("→ {id} {type}", "→ {id} {type}"),
    "step.time": ("time moves {ms} ms", "时间前进 {ms} ms"),
    "step.bytes": ("{bytes} bytes", "{bytes} 字节"),
    "step.vote": (
        "votes for n{leader} (epoch {epoch}, zxid {zxid}), round {round}; is {state}",
        "投给 n{leader}（epoch {epoch}，zxid {zxid}），第 {round} 轮；自身 {state}",
    ),
    "step.vote.none": (
        "votes for nobody, round {round}; it is {state}",
        "不投给任何人，第 {round} 轮；自身 {state}",
    ),
    "step.packet": ("zxid {zxid}", "zxid {zxid}"),
    "step.PROPOSAL": (
        "zxid {zxid}: {what}. Log it and say so",
        "zxid {zxid}：{what}。请写日志并答复",
    ),
    "step.INFORM": ("zxid {zxid}: {what}, committed", "zxid {zxid}：{what}，已提交"),
    "step.ACK": ("zxid {zxid} is on my disk", "zxid {zxid} 已在我的磁盘上"),
    "step.COMMIT": (
        "zxid {zxid}: a majority has it, apply it",
        "zxid {zxid}：多数派已有，请应用",
    ),
    "step.REQUEST": ("a client here asks for {what}", "我这里的客户端请求 {what}"),
    "step.PING": ("still there? (zxid {zxid})", "还在吗？（zxid {zxid}）"),
    "step.FOLLOWERINFO": (
        "a follower: I have accepted epoch {epoch}",
        "我是 follower：接受过 epoch {epoch}",
    ),
    "step.OBSERVERINFO": (
        "an observer: I have accepted epoch {epoch}",
        "我是 observer：接受过 epoch {epoch}",
    ),
    "step.LEADERINFO": ("the new epoch is {epoch}", "新的 epoch 是 {epoch}"),
    "step.ACKEPOCH": (
        "epoch accepted; my history ends at {zxid} in epoch {current}",
        "接受 epoch；我的历史止于 {zxid}，epoch {current}",
    ),
    "step.DIFF": (
        "what you lack up to {zxid} follows",
        "你缺的部分（直到 {zxid}）随后就到",
    ),
    "step.TRUNC": ("cut your log back to {zxid}", "把日志截回 {zxid}"),
    "step.SNAP": ("the whole tree at {zxid} follows", "{zxid} 时的整棵树随后就到"),
    "step.NEWLEADER": (
        "that is all of history: confirm, and I lead epoch {epoch}",
        "历史到此为止：请确认，我将成为 epoch {epoch} 的 leader",
    ),
    "step.UPTODATE": ("you may serve clients", "可以服务客户端了"),
    "timer.tick": (
        "{nodes}: half a tick is over; look who is still there, and ping",
        "{nodes} 的半个 tick 到了：看看谁还在，并发 PING",
    ),
    "timer.init": (
        "{nodes}: the patience (initLimit) is over",
        "{nodes} 的耐心（initLimit）到头了",
    ),
    "timer.redial": (
        "{nodes}: the pause is over, the leader is called again",
        "{nodes} 的间歇结束：再次呼叫 leader",
    ),
    "timer.resend": (
        "{nodes}: nothing heard, so the vote is sent again",
        "{nodes} 什么都没听到：再发一次选票",
    ),
    "timer.finalize": (
        "{nodes}: the wait for a better vote ends",
        "{nodes} 等待更好选票的时间结束",
    ),
    "timer-name.tick": ("half tick", "半个 tick"),
    "timer-name.init": ("initLimit", "initLimit"),
    "timer-name.redial": ("next call", "下次呼叫"),
    "timer-name.resend": ("next vote", "重发选票"),
    "timer-name.finalize": ("wait for a better vote", "等待更好选票"),
    "deliver.unknown": (
        "{id} is no message's id: they look like n1>n2#17",
        "{id} 不是消息编号：编号形如 n1>n2#17",
    ),
    "deliver.gone": ("no message {id} waits", "没有等待中的消息 {id}"),
    "deliver.gone.hint": (
        "labctl step 0 shows what does; the sender's death takes its messages along",
        "labctl step 0 列出等待的消息；发送者死了，它的消息也没了",
    ),
    "deliver.order": (
        "{id} is not the first of its connection: {before} is",
        "{id} 不是它那条连接上的第一条：{before} 才是",
    ),
    "deliver.order.hint": (
        "TCP keeps order, and Zab relies on it; --out-of-model breaks it on purpose",
        "TCP 保证次序，Zab 依赖于此；--out-of-model 可以故意打破",
    ),
    "deliver.beyond": (
        "out of the model: TCP would never let a message overtake another. Zab's "
        "assumption of reliable FIFO channels ends here",
        "超出模型：TCP 绝不会让一条消息超过另一条。Zab 对可靠 FIFO 通道的假设到此为止",
    ),
    "step.status": (
        "stepping: {nodes} hold their messages  →  labctl step{lab}  ·  labctl go{lab}",
        "正在单步：{nodes} 扣住消息  →  labctl step{lab}  ·  labctl go{lab}",
    ),
}
