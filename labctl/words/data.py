"""What the data verbs say: shell, tree, sessions, watches."""

from collections.abc import Mapping

from labctl.words.load import LOAD

DATA: Mapping[str, tuple[str, str]] = {
    **LOAD,
    # --- the grammar ---
    "data.grammar": (
        "one of: create [-e] [-s] PATH [DATA] · set PATH DATA [VERSION] · get PATH ·"
        " ls [PATH] · stat PATH · rm PATH [VERSION] · sync PATH · watch PATH ·"
        " multi 'create /a 1' 'set /b 2' …",
        "可用：create [-e] [-s] 路径 [数据] · set 路径 数据 [版本] · get 路径 ·"
        " ls [路径] · stat 路径 · rm 路径 [版本] · sync 路径 · watch 路径 ·"
        " multi 'create /a 1' 'set /b 2' …",
    ),
    "data.unclear": ("{line}: {why}", "{line}：{why}"),
    "data.nothing": ("an empty command does nothing", "空命令什么也不做"),
    "data.unknown-verb": ("{verb} is no command here", "没有 {verb} 这个命令"),
    "data.unknown-flag": ("{flag} means nothing in: {line}", "{flag} 没有意义：{line}"),
    "data.too-much": ("{word} is too much in: {line}", "{word} 是多余的：{line}"),
    "data.no-data": ("set needs the new data: {line}", "set 需要新数据：{line}"),
    "data.no-path": ("a path is missing: {line}", "缺少路径：{line}"),
    "data.no-number": (
        "a version is a number, not {word!r}: {line}",
        "版本号应为数字，不是 {word!r}：{line}",
    ),
    "data.bad-path": (
        "{path} is no path: it begins with / and does not end with one",
        "{path} 不是合法路径：要以 / 开头，且不能以 / 结尾",
    ),
    "data.empty-multi": ("multi of nothing", "multi 里什么也没有"),
    "data.not-in-multi": (
        "{kind} cannot be part of a multi: {line}",
        "multi 里不能有 {kind}：{line}",
    ),
    # --- who answers ---
    "data.nobody": ("no node serves clients. {now}", "没有节点在服务客户端。{now}"),
    "data.nobody.hint": ("labctl start down{lab}", "labctl start down{lab}"),
    "data.silent": (
        "no answer from {nodes} within {limit} s",
        "{nodes} 在 {limit} 秒内没有回答",
    ),
    "data.silent.hint": (
        "a write that was sent may still happen, or not: labctl call 'get …' tells"
        " later; labctl status tells why",
        "已发出的写可能发生，也可能不会：之后用 labctl call 'get …'"
        " 查看；原因见 labctl status",
    ),
    "data.lost": (
        "the connection broke before the answer came: the outcome is unknown",
        "回答到来之前连接断了：结果未知",
    ),
    "data.gone": (
        "nobody answers: the process of {nodes} has ended",
        "没有回答：{nodes} 的进程已结束",
    ),
    "data.gone.hint": (
        "labctl start down; labctl status tells more",
        "labctl start down；详情见 labctl status",
    ),
    # --- what was done ---
    "data.done.create": ("created {made}, {kind}", "已创建 {made}（{kind}）"),
    "data.done.set": (
        "set {path}: its data is now version {version}",
        "已写入 {path}：数据现在是版本 {version}",
    ),
    "data.done.delete": ("removed {path}", "已删除 {path}"),
    "data.done.get": (
        "{path} = {value}  (version {version})",
        "{path} = {value}  （版本 {version}）",
    ),
    "data.done.children": ("{path}: {names}", "{path}：{names}"),
    "data.done.childless": ("{path} has no children", "{path} 没有子节点"),
    "data.done.exists": ("{path}: {stat}", "{path}：{stat}"),
    "data.done.sync": (
        "synced: this node has applied all that the leader had committed when asked",
        "已同步：leader 被问到时已提交的一切，本节点都已应用",
    ),
    "data.done.check": ("{path} has that version", "{path} 正是这个版本"),
    "data.done.multi": (
        "all {parts} done, as one transaction with one zxid",
        "{parts} 个操作作为一个事务全部完成，只占一个 zxid",
    ),
    "data.done.watch": (
        "watching {path} and its children; each watch fires once",
        "正在监视 {path} 及其子节点；每个 watch 只触发一次",
    ),
    "data.done.watch-absent": (
        "{path} does not exist; watching for its creation",
        "{path} 不存在；等它被创建时会通知",
    ),
    "data.mode.plain": ("persistent", "持久节点"),
    "data.mode.ephemeral": (
        "ephemeral: it goes with this session",
        "临时节点：随会话结束而消失",
    ),
    "data.mode.sequential": (
        "numbered by its parent's counter",
        "顺序节点：编号来自父节点的计数器",
    ),
    "data.mode.both": (
        "ephemeral and numbered: it goes with this session",
        "临时顺序节点：随会话结束而消失",
    ),
    "data.failed": ("{result}: {why}", "{result}：{why}"),
    "data.failed.multi": (
        "{result} at “{part}”: nothing of the multi was done",
        "{result}，出在 “{part}”：整个 multi 一点都没有执行",
    ),
    "data.err.NO_NODE": ("there is no {path}, or no parent", "没有 {path} 或其父节点"),
    "data.err.NODE_EXISTS": ("{path} is there already", "{path} 已经存在"),
    "data.err.NOT_EMPTY": ("{path} has children", "{path} 还有子节点"),
    "data.err.BAD_VERSION": (
        "{path} has another version: somebody changed it since",
        "{path} 的版本不符：期间有人改过它",
    ),
    "data.err.NO_CHILDREN_FOR_EPHEMERALS": (
        "an ephemeral znode has no children",
        "临时节点不能有子节点",
    ),
    "data.err.NO_AUTH": ("its ACL does not allow that", "ACL 不允许"),
    "data.err.BAD_ARGUMENTS": ("the server refuses the path", "服务器拒绝这个路径"),
    "data.err.SESSION_EXPIRED": ("the session has expired", "会话已过期"),
    "data.place.write": (
        "  zxid {zxid} = epoch {epoch}, counter {counter} · n{node} answered in {ms}"
        " ms, with a quorum's disks holding it",
        "  zxid {zxid} = epoch {epoch}，计数 {counter} · n{node} 用 {ms} ms"
        " 回答，此时多数派的磁盘都已存下它",
    ),
    "data.place.refused": (
        "  zxid {zxid} = epoch {epoch}, counter {counter} · n{node}: a refusal has its"
        " place in the order, too",
        "  zxid {zxid} = epoch {epoch}，计数 {counter} · n{node}：拒绝在全序中也有位置",
    ),
    "data.place.read": (
        "  n{node} answered in {ms} ms from its own tree, as of zxid {zxid} = epoch"
        " {epoch}, counter {counter}",
        "  n{node} 用 {ms} ms 从自己的树上回答，状态截至 zxid {zxid} = epoch"
        " {epoch}，计数 {counter}",
    ),
    "data.way.leader": (
        "  n{node} is the leader: it proposed the write, and committed it when a"
        " quorum had logged it",
        "  n{node} 就是 leader：它提出 proposal，多数派写入日志后即提交",
    ),
    "data.way.follower": (
        "  n{node} is not the leader: it passed the write to n{leader}, and answered"
        " when the COMMIT had come back",
        "  n{node} 不是 leader：它把写转给 n{leader}，等 COMMIT 回来才回答",
    ),
    # --- do --async ---
    "data.async.one": ("--async takes one command", "--async 只接受一条命令"),
    "data.async.only": ("{option} needs --async", "{option} 要与 --async 一起用"),
    "data.async.sent": (
        "sent to n{node}: {line} · no answer yet: its fate is open",
        "已发给 n{node}：{line} · 还没有回答：命运未定",
    ),
    "data.async.soon": (
        "session {session} is open on n{node}; in {after} s it will send: {line}",
        "会话 {session} 已在 n{node} 上打开；{after} 秒后发出：{line}",
    ),
    "data.async.held": (
        "  session {session} is kept alive for {hold} s by process {pid}, which then"
        " ends by itself",
        "  会话 {session} 由进程 {pid} 保持 {hold} 秒，之后它自行结束",
    ),
    "data.async.none": (
        "{nodes} gave no session within {limit} s, so nothing was sent",
        "{nodes} 在 {limit} 秒内没有给出会话，所以什么也没发出",
    ),
    "data.async.none.hint": (
        "opening a session is itself a write: open it before the fault, with --after"
        " 5s, and set the fault meanwhile",
        "打开会话本身就是一次写：用 --after 5s 先打开会话，再在这期间设置故障",
    ),
    # --- call ---
    "column.answer": ("answer", "回答"),
    "data.call.none": ("does not serve", "不在服务"),
    "data.call.same": (
        "all who serve say the same",
        "所有在服务的节点说法一致",
    ),
    "data.call.differ": (
        "≠ marks who differs. Not yet at zxid {zxid}: {nodes}. A read is answered"
        " from the node's own tree, which may lag; `sync` first, to be sure",
        "≠ 表示不同。{nodes} 还没到 zxid {zxid}：读由节点自己的树回答，可能落后；"
        "要确定就先 sync",
    ),
    "data.call.reads": (
        "call asks every node, so it only reads",
        "call 会问每个节点，因此只能读",
    ),
    "data.call.reads.hint": (
        "labctl do 'create /a 1' writes once, for all of them",
        "labctl do 'create /a 1' 写一次，对所有节点都生效",
    ),
    # --- tree ---
    "data.tree.head": (
        "n{node}'s tree as of zxid {zxid}: {count} znodes",
        "n{node} 的树，截至 zxid {zxid}：{count} 个 znode",
    ),
    "data.tree.none": ("n{node} has no {path}", "n{node} 上没有 {path}"),
    "data.diff.same": (
        "n{one} and n{other} hold the same {count} znodes",
        "n{one} 与 n{other} 的 {count} 个 znode 完全相同",
    ),
    "data.diff.head": (
        "n{one} at zxid {one_zxid} and n{other} at {other_zxid} differ in {count}:",
        "n{one}（zxid {one_zxid}）与 n{other}（{other_zxid}）有 {count} 处不同：",
    ),
    "data.diff.both": (
        "≠ {path}   n{one}: {left}   n{other}: {right}",
        "≠ {path}   n{one}：{left}   n{other}：{right}",
    ),
    "data.diff.left": (
        "- {path}   only on n{one}: {left}",
        "- {path}   只在 n{one} 上：{left}",
    ),
    "data.diff.right": (
        "+ {path}   only on n{other}: {right}",
        "+ {path}   只在 n{other} 上：{right}",
    ),
    "data.diff.why": (
        "n{behind} is behind: it has not applied what the other has. Both were true,"
        " at their zxids",
        "n{behind} 落后：对方应用过的它还没有应用。两边在各自的 zxid 上都是对的",
    ),
    "data.diff.level": (
        "both stand at the same zxid now: one of them caught up while we were reading",
        "现在两边 zxid 相同：读取期间其中一个追上了",
    ),
    # --- sessions and watches ---
    "column.session": ("session", "会话"),
    "column.timeout": ("time-out", "超时"),
    "column.ephemerals": ("ephemerals", "临时节点"),
    "column.path": ("path", "路径"),
    "column.watchers": ("watched by", "监视者"),
    "data.sessions.none": ("no client has a session", "没有客户端会话"),
    "data.sessions.nowhere": ("not connected", "未连接"),
    "data.sessions.why": (
        "sessions are in the tree, so every node knows them; the leader alone lets"
        " them expire",
        "会话记在树里，每个节点都知道；只有 leader 会让它们过期",
    ),
    "data.watches.none": ("nobody watches anything", "没有人在监视任何节点"),
    "data.watches.why": (
        "a watch is kept only by the node that the client is connected to: it is in no"
        " log, and the client leaves it again after a reconnect",
        "watch 只存在于客户端所连的节点上：不进日志，重连后由客户端重新设置",
    ),
    # --- the shell ---
    "data.sh.hello": (
        "connected to n{node}; the session lasts {timeout} ms beyond our last word."
        " help · quit",
        "已连接 n{node}；会话超时 {timeout} ms。help 查看命令 · quit 退出",
    ),
    "data.sh.help": (
        "create [-e] [-s] PATH [DATA] · set PATH DATA [VERSION] · get [-w] PATH ·"
        " ls [-w] [PATH] · stat PATH · rm PATH [VERSION] · sync PATH · watch PATH ·"
        " check PATH VERSION · multi 'create /a 1' 'set /b 2' · quit",
        "create [-e] [-s] 路径 [数据] · set 路径 数据 [版本] · get [-w] 路径 ·"
        " ls [-w] [路径] · stat 路径 · rm 路径 [版本] · sync 路径 · watch 路径 ·"
        " check 路径 版本 · multi 'create /a 1' 'set /b 2' · quit 退出",
    ),
    "data.event": (
        "◇ watch: {path} {what}; it fired and is gone",
        "◇ watch：{path} {what}；触发后即失效",
    ),
    "data.event.created": ("was created", "被创建"),
    "data.event.deleted": ("was removed", "被删除"),
    "data.event.changed": ("has new data", "数据已改变"),
    "data.event.children": ("has other children", "子节点有变化"),
}
