"""Faults of disks and clocks: English and 简体中文 side by side."""

from collections.abc import Mapping

NODE_FAULTS: Mapping[str, tuple[str, str]] = {
    "NodeFaultSet.fsync-delay": ("disk: fsync + {ms} ms", "磁盘：fsync + {ms} ms"),
    "NodeFaultSet.fsync-delay.why": (
        "each fsync of its log takes {ms} ms longer, and a promise waits for its fsync",
        "日志的每次 fsync 多花 {ms} ms，而承诺要等 fsync 完成才能发出",
    ),
    "NodeFaultSet.full": ("disk: full", "磁盘：已满"),
    "NodeFaultSet.full.why": (
        "its next write finds no space: then it must end, for a node that cannot "
        "log cannot promise",
        "下一次写入将没有空间：那时它必须退出，因为写不了日志就无法作出承诺",
    ),
    "NodeFaultSet.torn-tail": ("disk: tears", "磁盘：会写半截"),
    "NodeFaultSet.torn-tail.why": (
        "when the power goes, half a record will be left at the log's end",
        "断电时，日志末尾会留下半条记录",
    ),
    "NodeFaultSet.clock": ("clock: {s} s", "时钟：{s} 秒"),
    "NodeFaultSet.clock.why": (
        "only ctime and mtime of what it proposes move; ticks, time limits and "
        "sessions go by a clock that never jumps",
        "只有它所提议事务的 ctime 和 mtime 会变；tick、时限和会话用的是从不跳变的时钟",
    ),
    "NodeFaultCleared": ("healed: {what}", "已恢复：{what}"),
    "NodeFaultCleared.name.fsync-delay": ("slow fsync", "fsync 变慢"),
    "NodeFaultCleared.name.full": ("full disk", "磁盘已满"),
    "NodeFaultCleared.name.torn-tail": ("disk that tears", "会写半截的磁盘"),
    "NodeFaultCleared.name.clock": ("clock", "时钟"),
    "NodeFaultCleared.asked": ("because it was asked for", "应要求"),
    "NodeFaultCleared.time-up": ("its time is up", "时间到"),
    "PowerLost": ("✕ power cut", "✕ 断电"),
    "PowerLost.none": (
        "nothing was written since its last fsync: the disk loses nothing",
        "上次 fsync 之后没有写过任何内容：磁盘什么都没丢",
    ),
    "PowerLost.txns": (
        "{txns} txns ({bytes} bytes) were written but not yet synced: gone. It had "
        "acknowledged none of them",
        "{txns} 个事务（{bytes} 字节）已写入但未 fsync：丢失。它一个都没有确认过",
    ),
    "PowerLost.torn": (
        "{why}; half a record is left at the log's end",
        "{why}；日志末尾留下半条记录",
    ),
    "SteppingChanged.on": ("steps", "进入单步"),
    "SteppingChanged.on.why": (
        "its messages wait until somebody delivers them; its clock stands still",
        "消息等人逐条投递；它的时钟停住",
    ),
    "SteppingChanged.off": ("goes by itself", "恢复自动运行"),
    "SteppingChanged.off.why": (
        "{waiting} messages that waited go now; its clock goes on where it stood",
        "{waiting} 条等待中的消息现在发出；时钟从停住处继续走",
    ),
    "MessageDelivered": (
        "n{me}>n{to}#{number} {type} is delivered",
        "投递 n{me}>n{to}#{number} {type}",
    ),
    "crash.resumed": ("resumes for an instant", "恢复一瞬间"),
    "crash.resumed.why": (
        "only what runs can lose its cache; the power goes before it can do much",
        "只有运行中的节点才会丢缓存：它来不及做什么，电就断了",
    ),
    "wiped": (
        "n{sid}: {count} files deleted ({what}); myid and configuration stay",
        "n{sid}：删除了 {count} 个文件（{what}）；myid 和配置保留",
    ),
    "wipe-of.log": ("the transaction log", "事务日志"),
    "wipe-of.snapshots": ("the snapshots", "快照"),
    "wipe-of.epochs": ("its promises, the epoch files", "它的承诺，即 epoch 文件"),
    "wipe-of.all": (
        "log, snapshots and epochs: all it ever promised",
        "日志、快照和 epoch：它承诺过的一切",
    ),
    "wipe.unknown": ("{what} cannot be wiped: {kinds}", "无法清除 {what}：{kinds}"),
    "wipe.kills": (
        "{nodes} must be down to be wiped: killed first",
        "{nodes} 要先停下才能清盘：先杀死",
    ),
    "wipe.majority": (
        "wiped ({wiped}) and away ({away}) make {have} of {voters} voters: a majority "
        "that may have forgotten what was promised",
        "被清的（{wiped}）加上不在的（{away}）占 {voters} 票中的 {have} 票："
        "这个多数派可能忘了承诺过的写入",
    ),
    "wipe.majority.hint": (
        "bring the others back first; --out-of-model does it all the same",
        "先让其他节点恢复；--out-of-model 可以照做不误",
    ),
    "wipe.beyond": (
        "out of the model: Zab assumes that the disks of a majority keep what they "
        "promised. {wiped} forget, {away} are away: acknowledged writes may be lost",
        "超出模型：Zab 假设多数派的磁盘保住承诺过的内容。"
        "{wiped} 遗忘，{away} 不在：已确认的写入可能丢失",
    ),
    "wipe.next": (
        "next     labctl start {nodes}{lab}: see how it is made whole",
        "下一步   labctl start {nodes}{lab}：看它如何恢复完整",
    ),
    "disk.one": (
        "say what is wrong with the disk: --fsync-delay 800ms, --full or --torn-tail",
        "请说明磁盘怎么坏：--fsync-delay 800ms、--full 或 --torn-tail",
    ),
    "clock.none": ("say how far off: +30s or -5m", "请说明偏差多少：+30s 或 -5m"),
    "fault.name": (
        "fault {fault} stands  →  labctl heal {fault}{lab}",
        "故障 {fault} 生效中  →  labctl heal {fault}{lab}",
    ),
    "fault.name.for": (
        "fault {fault} stands for {s} s; the node itself ends it",
        "故障 {fault} 持续 {s} 秒；由节点自己结束",
    ),
    "fault.later": (
        "n{sid} is not running: it suffers this when it starts or resumes",
        "n{sid} 没有运行：启动或恢复后才会受此影响",
    ),
    "fault.expect.full": (
        "nothing happens until it has to write: a write of a client, a new epoch",
        "要等它需要写盘时才会发生：客户端的写入，或新的 epoch",
    ),
    "fault.expect.fsync-delay": (
        "writes go on at the speed of the faster majority: on a follower one slow "
        "disk costs nothing, on the leader neither, as long as the others are quick",
        "写入按较快的多数派的速度进行：只要其他节点快，"
        "慢盘无论在 follower 还是 leader 上都不拖累",
    ),
    "fault.expect.torn-tail": (
        "nothing happens until its power is cut: labctl crash {nodes}{lab}",
        "断电之前什么都不会发生：labctl crash {nodes}{lab}",
    ),
    "fault.expect.clock": (
        "the quorum does not notice; look at ctime and mtime of what the leader "
        "writes now (a follower's clock shows nowhere)",
        "集群毫无察觉；看 leader 现在写入的 ctime 和 mtime（follower 的时钟无处可见）",
    ),
}
