"""What was done to the lab, and why something happened: votes, counts, rules."""

from collections.abc import Mapping

WHY: Mapping[str, tuple[str, str]] = {
    "deed.opened": (
        "a lab of {voters} voters ({runtime})",
        "实验集群：{voters} 个有投票权的节点（{runtime}）",
    ),
    "deed.opened.observers": (
        "a lab of {voters} voters and {observers} observers ({runtime})",
        "实验集群：{voters} 个有投票权的节点、{observers} 个 observer（{runtime}）",
    ),
    "deed.verb": ("$ {words}", "$ {words}"),
    "deed.ended.killed": ("✕ SIGKILL", "✕ SIGKILL"),
    "deed.ended.terminated": ("✕ SIGTERM, and gone", "✕ SIGTERM，已退出"),
    "deed.ended.unsynced-lost": (
        "✕ power cut: what was not yet synced is lost",
        "✕ 断电：尚未落盘的都丢了",
    ),
    "deed.ended.died": ("✕ ended by itself", "✕ 自己退出了"),
    "deed.wiped.all": ("disk emptied", "磁盘已清空"),
    "deed.wiped.log": ("transaction log deleted", "事务日志已删除"),
    "deed.wiped.snapshots": ("snapshots deleted", "快照已删除"),
    "deed.wiped.epochs": ("epoch files deleted", "epoch 文件已删除"),
    "deed.fault": (
        "fault {fault}: {kind} {where} {detail}",
        "故障 {fault}：{kind} {where} {detail}",
    ),
    "deed.fault.for": ("for {for_s} s", "持续 {for_s} 秒"),
    "deed.fault.until": ("until it is healed", "直到被修复"),
    "deed.healed": ("fault {fault} is gone: {kind}", "故障 {fault} 解除：{kind}"),
    "deed.healed.asked": ("somebody healed it", "有人修复了它"),
    "deed.healed.time-up": ("its time is up", "时间到了"),
    "deed.healed.node-gone": ("its node is gone", "它所在的节点没了"),
    "deed.client": (
        "{client}: {op} {path} → {result} ({took} ms)",
        "{client}：{op} {path} → {result}（{took} ms）",
    ),
}
