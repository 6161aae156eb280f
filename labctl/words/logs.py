"""What the lines of a ZooKeeper log mean."""

from collections.abc import Mapping

from labctl.words import log_clients
from labctl.words.answers import ERRORS
from labctl.words.answers_metrics import METRICS
from labctl.words.answers_server import FRAME, PORTS, WORDS
from labctl.words.cause import spread
from labctl.words.log_causes_disk import DISK
from labctl.words.log_causes_start import START
from labctl.words.log_causes_talk import TALK
from labctl.words.log_expected import EXPECTED
from labctl.words.log_findings import FINDINGS
from labctl.words.log_themes import THEMES
from labctl.words.log_verdicts import ACT, DEPENDS

_MEANING: Mapping[str, tuple[str, str]] = {
    "looking": ("? LOOKING", "? LOOKING"),
    "following": ("● FOLLOWING", "● FOLLOWING"),
    "leading": ("▲ LEADING", "▲ LEADING"),
    "observing": ("◇ OBSERVING", "◇ OBSERVING"),
    "took": ("takes up its role; electing took {ms} ms", "就任；选举用了 {ms} ms"),
    "election": (
        "new election: proposes itself, last zxid {zxid}",
        "新一轮选举：先提名自己，最后的 zxid 是 {zxid}",
    ),
    "vote": (
        "n{sid} ({state}) votes n{leader}: epoch 0x{epoch}, zxid 0x{zxid},"
        " round 0x{round}",
        "n{sid}（{state}）投 n{leader}：epoch 0x{epoch}，zxid 0x{zxid}，轮次 0x{round}",
    ),
    "asks": (
        "nobody said anything new: asks again, then waits {ms} ms",
        "没有新消息：再问一遍，然后等 {ms} ms",
    ),
    "open": ("no answer from n{sid} at {addr}", "n{sid} 在 {addr} 没有应答"),
    "yields": (
        "one connection per pair, and the higher id makes it: hangs up",
        "每两个节点只留一条连接，由 id 大的一方发起：挂断",
    ),
    "broken": (
        "election connection with n{sid} broke",
        "与 n{sid} 的选举连接断开",
    ),
    "broken.tail": (
        "the threads of a broken election connection end",
        "断开的选举连接，其线程随之结束",
    ),
    "accepts": (
        "n{sid} listens for election messages",
        "n{sid} 开始监听选举消息",
    ),
    "caller": ("a peer connects for the election", "有节点为选举连进来"),
    "begins": ("starts", "启动"),
    "reads-config": ("reads {file}", "读取 {file}"),
    "standalone": (
        "no server.N lines: runs alone, without a quorum",
        "没有 server.N 配置：单机运行，没有 quorum",
    ),
    "diff": (
        "synchronises by DIFF, up to {zxid}",
        "以 DIFF 方式同步，直到 {zxid}",
    ),
    "snap": (
        "synchronises by SNAP: the leader's whole tree, at {zxid}",
        "以 SNAP 方式同步：接收 leader 的整棵树，截至 {zxid}",
    ),
    "trunc": (
        "synchronises by TRUNC: cuts its log back to {zxid}",
        "以 TRUNC 方式同步：把日志截回 {zxid}",
    ),
    "plan": (
        "compares with n{sid}: it ends at {peer}, memory spans {min} to {max}",
        "与 n{sid} 对账：它到 {peer} 为止，内存里有 {min} 到 {max}",
    ),
    "sends-diff": ("sends n{sid} a DIFF to {zxid}", "给 n{sid} 发 DIFF，直到 {zxid}"),
    "sends-trunc": (
        "tells n{sid} to cut its log back to {zxid}",
        "让 n{sid} 把日志截回 {zxid}",
    ),
    "sends-snap": (
        "sends a snapshot: the learner ends at {zxid}",
        "发送 snapshot：learner 只到 {zxid}",
    ),
    "sends-memory": (
        "what is missing is still in memory",
        "缺的部分还在内存里",
    ),
    "memory-short": (
        "the log does not reach back far enough",
        "事务日志没有保留到那么早",
    ),
    "joins": ("n{sid} asks to be led", "n{sid} 前来跟随"),
    "quorum": (
        "a quorum [{sids}] follows: the new epoch begins at {zxid}",
        "[{sids}] 构成 quorum：新 epoch 从 {zxid} 开始",
    ),
    "connected": ("reached the leader at {addr}", "连上 leader：{addr}"),
    "retry": (
        "cannot reach the leader at {addr} (try {tries})",
        "连不上 leader {addr}（第 {tries} 次）",
    ),
    "no-leader": ("gives up on that leader", "放弃这个 leader"),
    "newleader": (
        "NEWLEADER: all it must know before it may follow has arrived",
        "收到 NEWLEADER：跟随之前该知道的都到了",
    ),
    "uptodate": ("UPTODATE: may serve clients", "收到 UPTODATE：可以服务客户端"),
    "phase": ("phase: {phase}", "阶段：{phase}"),
    "lost": ("loses the leader", "失去 leader"),
    "lost-after": ("had followed for {ms} ms", "此前跟随了 {ms} ms"),
    "gave-up": ("stops leading: {reason}", "不再领导：{reason}"),
    "back": ("goes back to the election", "回到选举"),
    "handler": (
        "the connection with a learner or client broke",
        "与某个 learner 或客户端的连接断开",
    ),
    "goodbye": ("a learner is gone", "一个 learner 离开了"),
    "goodbye.sid": ("learner n{sid} is gone", "learner n{sid} 离开了"),
    "observes": ("observes leader {leader} {addr}", "观察 leader {leader} {addr}"),
    "observer-waits": (
        "waits {ms} ms, so that observers do not all return at once",
        "先等 {ms} ms，免得 observer 同时涌回",
    ),
    "first-proposal": (
        "zxid {zxid} where {want} was next",
        "收到 zxid {zxid}，按序应为 {want}",
    ),
    "snapshot": ("writes a snapshot at {zxid}", "在 {zxid} 处写 snapshot"),
    "snapshot-done": ("snapshot took {ms} ms", "写 snapshot 用了 {ms} ms"),
    "purge": ("deletes old snapshots and logs", "删除旧快照和旧日志"),
    "purge-done": ("old snapshots and logs are gone", "旧快照和旧日志已删除"),
    "loads": ("reads its data from disk", "从磁盘读取数据"),
    "new-log": ("begins log file {file}", "新建日志文件 {file}"),
    "fsync": ("forcing the log to disk took {ms} ms", "日志落盘用了 {ms} ms"),
    "fresh": ("no epoch on disk: a new server", "磁盘上没有 epoch：新节点"),
    "session": ("session {id} is known to all", "会话 {id} 全员知晓"),
    "expires": (
        "session {id} expires: silent for {ms} ms",
        "会话 {id} 过期：{ms} ms 没有声音",
    ),
    "closes": ("session {id} is to be closed", "会话 {id} 将被关闭"),
    "client-left": ("a client hung up", "一个客户端断开了"),
    "client": ("a client connects", "一个客户端连进来"),
    "word": ("answers the four-letter word {word}", "回答四字命令 {word}"),
    "port": ("opens the client port", "打开客户端端口"),
    "admin": ("the AdminServer listens", "AdminServer 开始监听"),
    "bind": ("cannot listen on its port", "无法监听端口"),
    "too-many": ("refuses a client: too many connections", "连接过多，拒绝客户端"),
    "ending": ("shuts its parts down", "逐个关闭内部组件"),
    "setting": ("a setting", "一项设置"),
    "banner": ("the banner", "启动横幅"),
    "exception": ("an exception: {text}", "一个异常：{text}"),
}

_AROUND: Mapping[str, tuple[str, str]] = {
    "unknown": ("unknown: {text}", "未知：{text}"),
    "folded": ("{count} lines: {what}", "{count} 行：{what}"),
    "kind.expected": ("expected: {how}", "正常：{how}"),
    "kind.act": ("act: {how}", "要处理：{how}"),
    "kind.depends": ("it depends: {how}", "看情况：{how}"),
    "open.later": (
        "n{sid} was not up yet; it is heard at {when}",
        "n{sid} 还没启动；{when} 就听到它了",
    ),
    "open.again": (
        "n{sid} is back at {when}",
        "n{sid} 在 {when} 回来了",
    ),
    "open.itself": (
        "n{sid} was away; its own log goes on at {when}",
        "n{sid} 当时不在；它自己的日志在 {when} 继续",
    ),
    "open.never": (
        "n{sid} is never heard after this; start it, or check server.{sid}",
        "此后再没听到 n{sid}；启动它，或检查 server.{sid}",
    ),
    "often": (
        "{count} times in this log: {how}",
        "这份日志里出现 {count} 次：{how}",
    ),
    "look": (
        "nobody here knows this line: read it, nothing says that it is harmless",
        "这里没人认识这一行：请看看它，没有理由认为它无害",
    ),
    "verdicts": (
        "warnings and errors: {expected} expected, {act} to act on, {depends} that"
        " depend",
        "WARN 和 ERROR：{expected} 条正常，{act} 条要处理，{depends} 条看情况",
    ),
    "summary": (
        "{lines} lines, {known} known ({percent} %), {unknown} unknown,"
        " {transitions} transitions",
        "{lines} 行，认识 {known} 行（{percent} %），未知 {unknown} 行，"
        "状态变化 {transitions} 次",
    ),
    "layout": (
        "layout   {names}, of {lines} lines",
        "布局     {names}，共 {lines} 行",
    ),
    "dropped": (
        "{file}: its newest {kept} lines; {dropped} older ones are left out",
        "{file}：只读最新的 {kept} 行，略去更早的 {dropped} 行",
    ),
    "no-layout": (
        "layout   unknown: templates are looked for anywhere in a line",
        "布局     未知：在整行里寻找模板",
    ),
    "layout-unknown": ("no layout is called {word}", "没有叫 {word} 的布局"),
    "layout-unknown.hint": (
        "a conversion pattern such as '[%d] %p %m (%c)', or of these: {names}",
        "给出转换模式，如 '[%d] %p %m (%c)'，或从中选：{names}",
    ),
    "found": (
        "see      {who}line {line}: {what}",
        "注意     {who}第 {line} 行：{what}",
    ),
    "found.act": (
        "found    {who}line {line}: {what}",
        "发现     {who}第 {line} 行：{what}",
    ),
    "found.keep": ("  first  {text}", "  首先   {text}"),
    "found.repair": ("  repair {text}", "  修复   {text}"),
    "stranger": (
        "not one of {lines} lines was understood: that says nothing about what is"
        " wrong",
        "{lines} 行里一行也没读懂：这不说明没有问题",
    ),
    "stranger.hint": (
        "if it is ZooKeeper's log, give its layout: --layout '{layout}'; it"
        " begins: {text}",
        "若确是 ZooKeeper 的日志，请给出布局：--layout '{layout}'；它的开头是：{text}",
    ),
    "few": (
        "only {known} of {lines} lines were understood: that says little about what is"
        " wrong",
        "{lines} 行里只读懂 {known} 行：不足以说明有没有问题",
    ),
    "few.hint": (
        "labctl read --unknown lists the others; --layout gives their layout",
        "labctl read --unknown 列出其余各行；--layout 可给出布局",
    ),
    "no-logs": ("no log in {file}", "{file} 里没有日志"),
    "no-logs.hint": (
        "files are taken whose name has .log, .out, .err or .txt; name others by hand",
        "只取名字含 .log、.out、.err 或 .txt 的文件；其他文件请直接写出",
    ),
    "no-file": ("cannot read {file}: {why}", "读不了 {file}：{why}"),
    "no-file.hint": (
        "name a ZooKeeper log, or - for standard input",
        "请给出 ZooKeeper 日志文件；- 表示标准输入",
    ),
}

_WHY: Mapping[str, tuple[str, str]] = {
    "start": ("it just started", "刚刚启动"),
    "restart": (
        "the process ended (stopped, killed or without power: it logs none of these)"
        " and started again",
        "进程结束（停止、被杀或断电，它都不写日志），又重新启动",
    ),
    "eof": (
        "the leader closed the connection: it ended, or gave up leading",
        "leader 关闭了连接：进程结束，或不再领导",
    ),
    "silent": (
        "the leader was silent for longer than syncLimit: paused or cut off",
        "leader 沉默超过 syncLimit：被暂停或断网",
    ),
    "refused": (
        "nobody listens where the elected leader should be",
        "当选的 leader 所在地址没有人监听",
    ),
    "own-pause": (
        "it stood still itself (GC, suspended) for so long that the leader gave it up",
        "它自己停顿了太久（GC、被挂起），leader 已放弃它",
    ),
    "reset": ("the connection with the leader broke", "与 leader 的连接断开"),
    "no-quorum": (
        "quorum lost: too few followers, only [{sids}] in step",
        "失去 quorum：follower 太少，只有 [{sids}] 跟得上",
    ),
    "stepped-down": ("stopped leading: {reason}", "不再领导：{reason}"),
    "unsaid": ("the log does not say", "日志没有说明"),
    "observer": (
        "it has no vote: it takes the leader that the voters name",
        "它没有投票权：投票者说谁是 leader，它就跟谁",
    ),
    "joined": (
        "n{leader} already leads: no new election",
        "n{leader} 已是 leader：无需再选",
    ),
    "newer-epoch": (
        "n{leader} wins over n{other}: newer epoch 0x{a}, not 0x{b}",
        "n{leader} 胜过 n{other}：epoch 更新，0x{a} 大于 0x{b}",
    ),
    "newer-zxid": (
        "n{leader} wins over n{other}: same epoch, newer zxid 0x{a}, not 0x{b}",
        "n{leader} 胜过 n{other}：epoch 相同，zxid 更新，0x{a} 大于 0x{b}",
    ),
    "higher-id": (
        "n{leader} wins over n{other}: same epoch, same zxid, higher id",
        "n{leader} 胜过 n{other}：epoch 与 zxid 都相同，id 更大",
    ),
    "only": ("n{leader} is the only candidate it heard", "只听到 n{leader} 一个候选者"),
    "diff": (
        "the leader still has what it misses (it ended at {mine})",
        "缺的部分 leader 都还留着（它到 {mine} 为止）",
    ),
    "same": (
        "nothing is missing: both end at {mine}",
        "什么都不缺：两边都到 {mine} 为止",
    ),
    "diff.bare": ("the leader still has what it misses", "缺的部分 leader 都还留着"),
    "snap.bare": (
        "what it misses is not in the leader's memory or log",
        "缺的部分 leader 的内存和日志里都没有",
    ),
    "trunc.bare": (
        "it had logged what no quorum ever agreed on",
        "它记了从未得到 quorum 同意的事务",
    ),
    "snap": (
        "it ended at {mine}: what lies between is not in the leader's memory or log",
        "它到 {mine} 为止：中间的部分 leader 的内存和日志里都没有",
    ),
    "trunc": (
        "it had logged up to {mine} what no quorum ever agreed on",
        "它记到 {mine} 的那些事务，从未得到 quorum 同意",
    ),
}

LOGS: Mapping[str, tuple[str, str]] = {
    **{f"log.{key}": words for key, words in ({**_MEANING, **THEMES}).items()},
    **{f"log.{key}": words for key, words in log_clients.CLIENTS.items()},
    **FRAME,
    **{f"ask.error.{key}": words for key, words in ERRORS.items()},
    **{f"ask.word.{key}": words for key, words in WORDS.items()},
    **{f"ask.metric.{key}": words for key, words in METRICS.items()},
    **{f"ask.port.{key}": words for key, words in PORTS.items()},
    "cause.address-not-said": ("its address is not said", "没有写明地址"),
    **spread({**DISK, **START, **TALK, **FINDINGS}),
    **{f"read.{key}": words for key, words in _AROUND.items()},
    **{f"logwhy.{key}": words for key, words in _WHY.items()},
    **{f"expected.{key}": words for key, words in EXPECTED.items()},
    **{f"act.{key}": words for key, words in ACT.items()},
    **{f"depends.{key}": words for key, words in DEPENDS.items()},
}
