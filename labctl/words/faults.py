"""What faults are called, and what they do."""

from collections.abc import Mapping

FAULTS: Mapping[str, tuple[str, str]] = {
    "gate.cut": ("⊘ cut to n{to} ({fault})", "⊘ 切断到 n{to}（{fault}）"),
    "gate.cut.from": (
        "⊘ cut to n{to} from {type} on ({fault})",
        "⊘ 自 {type} 起切断到 n{to}（{fault}）",
    ),
    "gate.hold": (
        "⊘ holds all for n{to} ({fault})",
        "⊘ 扣住发往 n{to} 的消息（{fault}）",
    ),
    "gate.hold.from": (
        "⊘ holds all for n{to} from {type} on ({fault})",
        "⊘ 自 {type} 起扣住发往 n{to} 的消息（{fault}）",
    ),
    "gate.delay": (
        "⊘ {delay} ms late to n{to} ({fault})",
        "⊘ 到 n{to} 延迟 {delay} ms（{fault}）",
    ),
    "gate.delay.from": (
        "⊘ {delay} ms late to n{to} from {type} on ({fault})",
        "⊘ 自 {type} 起到 n{to} 延迟 {delay} ms（{fault}）",
    ),
    "gate.lose": (
        "⊘ loses a message for n{to} ({fault})",
        "⊘ 将丢失一条发往 n{to} 的消息（{fault}）",
    ),
    "gate.lose.from": (
        "⊘ loses {type} for n{to} ({fault})",
        "⊘ 将丢失发往 n{to} 的 {type}（{fault}）",
    ),
    "gate.cleared": (
        "link to n{to} free of {fault}",
        "到 n{to} 的链路不再受 {fault} 影响",
    ),
    "gate.asked": ("you healed it", "由你修复"),
    "gate.time-up": ("its time is up", "时限已到"),
    "gate.used-up": ("it has lost what it had to lose", "该丢的已经丢完"),
    "message.lost": ("{type} for n{to} is lost", "发往 n{to} 的 {type} 丢失了"),
    "message.lost.why": (
        "what is behind it goes on: no TCP connection ever does that",
        "后面的消息照常发出：TCP 连接绝不会这样",
    ),
    "order.no-admin": (
        "n{sid} has no AdminServer: nobody can order a fault there",
        "n{sid} 没有 AdminServer：无法给它下达故障",
    ),
    "order.unheard": ("n{sid} takes no orders: {why}", "n{sid} 不接受命令：{why}"),
    "order.unheard.hint": (
        "labctl status says whether it runs; a frozen node hears nothing",
        "用 labctl status 看它是否在运行；冻结的节点什么也听不见",
    ),
    "order.refused": ("n{sid} refuses: {why}", "n{sid} 拒绝：{why}"),
    "order.refused.hint": (
        "was it started by this lab? labctl restart {sid}",
        "它是由这个实验启动的吗？labctl restart {sid}",
    ),
}
