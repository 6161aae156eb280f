"""Ills of disks and clocks: English and 简体中文 side by side."""

from collections.abc import Mapping

ILLS: Mapping[str, tuple[str, str]] = {
    "ill.fsync-delay": ("disk: fsync + {ms} ms", "磁盘：fsync + {ms} ms"),
    "ill.fsync-delay.why": (
        "each fsync of its log takes {ms} ms longer, and a promise waits for its fsync",
        "日志的每次 fsync 多花 {ms} ms，而承诺要等 fsync 完成才能发出",
    ),
    "ill.full": ("disk: full", "磁盘：已满"),
    "ill.full.why": (
        "its next write finds no space: then it must end, for a node that cannot "
        "log cannot promise",
        "下一次写入将没有空间：那时它必须退出，因为写不了日志就无法作出承诺",
    ),
    "ill.torn-tail": ("disk: tears", "磁盘：会写半截"),
    "ill.torn-tail.why": (
        "when the power goes, half a record will be left at the log's end",
        "断电时，日志末尾会留下半条记录",
    ),
    "ill.clock": ("clock: {s} s", "时钟：{s} 秒"),
    "ill.clock.why": (
        "only ctime and mtime of what it proposes move; ticks, time limits and "
        "sessions go by a clock that never jumps",
        "只有它所提议事务的 ctime 和 mtime 会变；tick、时限和会话用的是从不跳变的时钟",
    ),
    "ill.cleared": ("healed: {what}", "已恢复：{what}"),
    "ill-name.fsync-delay": ("slow fsync", "fsync 变慢"),
    "ill-name.full": ("full disk", "磁盘已满"),
    "ill-name.torn-tail": ("disk that tears", "会写半截的磁盘"),
    "ill-name.clock": ("clock", "时钟"),
    "healed.asked": ("because it was asked for", "应要求"),
    "healed.time-up": ("its time is up", "时间到"),
    "power.lost": ("✕ power cut", "✕ 断电"),
    "power.lost.none": (
        "no write was waiting for its fsync: nothing is lost",
        "没有写入在等 fsync：什么都没丢",
    ),
    "power.lost.txns": (
        "{txns} txns ({bytes} bytes) were written but not yet synced: gone. It had "
        "acknowledged none of them",
        "{txns} 个事务（{bytes} 字节）已写入但未 fsync：丢失。它一个都没有确认过",
    ),
    "power.lost.torn": (
        "{why}; half a record is left at the log's end",
        "{why}；日志末尾留下半条记录",
    ),
    "stepping.on": ("steps", "进入单步"),
    "stepping.on.why": (
        "its messages wait until somebody delivers them; its clock stands still",
        "消息等人逐条投递；它的时钟停住",
    ),
    "stepping.off": ("goes by itself", "恢复自动运行"),
    "stepping.off.why": (
        "{waiting} messages that waited go now; its clock goes on where it stood",
        "{waiting} 条等待中的消息现在发出；时钟从停住处继续走",
    ),
    "message.delivered": (
        "n{me}>n{to}#{number} {type} is delivered",
        "投递 n{me}>n{to}#{number} {type}",
    ),
}
