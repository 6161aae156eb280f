"""What `labctl sim` says beside the narrator: what is done to the servers, verdicts."""

from collections.abc import Mapping

SIM: Mapping[str, tuple[str, str]] = {
    "sim.plan": (
        "plan     seed {seed}: everything below follows from it; virtual time",
        "计划     种子 {seed}：下面的一切都由它决定；虚拟时间",
    ),
    "sim.bug": (
        "planted  {name}: {sentence} ({source})",
        "植入错误  {name}：{sentence}（{source}）",
    ),
    "sim.kill": ("✕ killed", "✕ 被杀死"),
    "sim.kill.why": ("its writes survive in the cache", "写入仍在缓存中"),
    "sim.power": ("✕ loses power", "✕ 断电"),
    "sim.power.why": (
        "of what was not synced any sector may be lost",
        "未同步的数据，任何扇区都可能丢失",
    ),
    "sim.fsync": ("✕ ends: fsync failed", "✕ 退出：fsync 失败"),
    "sim.fsync.why": (
        "nobody knows what is on the disk: only recovery can tell",
        "没人知道磁盘上有什么：只有恢复才知道",
    ),
    "sim.repaired": ("an operator repairs its disk", "运维人员修复磁盘"),
    "sim.repaired.why": (
        "a torn record that was never synced is cut off",
        "切掉从未同步过的残缺记录",
    ),
    "sim.partition": ("is cut off", "被隔离"),
    "sim.partition.why": (
        "alone or with others, in one direction or both",
        "单独或与其他节点一起，单向或双向",
    ),
    "sim.reset": ("loses its quorum connections", "仲裁连接断开"),
    "sim.reset.why": ("what was on its way is lost", "途中的数据丢失"),
    "sim.delay": ("the network is slow", "网络变慢"),
    "sim.delay.why": ("votes may get lost", "投票可能丢失"),
    "sim.pause": ("❚ paused", "❚ 暂停"),
    "sim.pause.why": ("everything waits for it, time does not", "一切等它，时间不等"),
    "sim.resume": ("goes on", "继续运行"),
    "sim.resume.why": ("it finds all that has waited", "它收到等待中的一切"),
    "sim.clock": ("its wall clock jumps", "墙上时钟跳变"),
    "sim.clock.why": ("no decision may rest on it", "任何决定都不能依赖它"),
    "sim.slow": ("its disk is slow", "磁盘变慢"),
    "sim.slow.why": ("promises wait for it", "承诺要等磁盘"),
    "sim.client": ("a client loses its way to it", "一个客户端与它失联"),
    "sim.client.why": ("the session moves or expires", "会话转移或过期"),
    "sim.peace": ("no more faults", "不再有故障"),
    "sim.peace.why": (
        "within 30 s: one leader, all in line, a write acknowledged",
        "30 秒内：一个 leader，全部一致，一次写入得到确认",
    ),
    "sim.clean": (
        "✓ no promise was broken: {schedules} schedules · {deaths} deaths ·"
        " {elections} elections decided · {commits} commits · {answers} answers judged",
        "✓ 没有违反任何承诺：{schedules} 个日程 · {deaths} 次故障停机 ·"
        " {elections} 次选举裁决 · {commits} 次提交 · 核对 {answers} 个应答",
    ),
    "sim.broken": ("✕ seed {seed}: {why}", "✕ 种子 {seed}：{why}"),
    "sim.replay": ("replay   {command}", "重放     {command}"),
    "sim.export": (
        "--export html and -o FILE go together",
        "--export html 与 -o 文件 要一起用",
    ),
    "sim.export.hint": (
        "as in labctl sim --seed 7 --export html -o run.html",
        "例如 labctl sim --seed 7 --export html -o run.html",
    ),
    "sim.export.one": (
        "a page shows one schedule: leave out --schedules",
        "一页只展示一个日程：请去掉 --schedules",
    ),
    "sim.gallery.alone": (
        "{flags}: not with --gallery, whose stories are known",
        "{flags}：不能与 --gallery 一起用，画廊里的故事是固定的",
    ),
    "sim.gallery.alone.hint": (
        "one schedule of your own: labctl sim --seed 7 --export html -o run.html",
        "自己的一个日程：labctl sim --seed 7 --export html -o run.html",
    ),
    "sim.no-bug": ("there is no planted bug {name!r}", "没有名为 {name!r} 的植入错误"),
    "sim.no-bug.hint": ("one of: {names}", "可选：{names}"),
    "sim.no-fault": ("there is no fault {name!r}", "没有名为 {name!r} 的故障"),
    "sim.no-fault.hint": ("none, or some of: {names}", "none，或其中若干：{names}"),
}
