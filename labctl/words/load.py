"""What load, check history and recipe say."""

from collections.abc import Mapping

LOAD: Mapping[str, tuple[str, str]] = {
    "data.mix": ("{mix} is no mix of a hundred percent", "{mix} 不是合计 100% 的比例"),
    "data.mix.hint": (
        "r70w30 is 70 % reads and 30 % writes",
        "r70w30 表示 70% 读、30% 写",
    ),
    "data.load.plan": (
        "load     {clients} clients · {rate} requests/s · {reads} % reads, {writes} %"
        " writes · seed {seed} · below {root}",
        "负载     {clients} 个客户端 · 每秒 {rate} 个请求 · {reads}% 读、{writes}%"
        " 写 · seed {seed} · 在 {root} 之下",
    ),
    "data.load.silent": (
        "no write acknowledged for {gap} s; the clients keep trying",
        "已有 {gap} 秒没有写被确认；客户端继续尝试",
    ),
    "data.load.again": (
        "served again, after {gap} s without an acknowledged write",
        "恢复服务，其间 {gap} 秒没有写被确认",
    ),
    "data.load.done": (
        "acknowledged {writes} writes in {seconds} s ({rate}/s) · {reads} reads ·"
        " {refused} refusals (NoNode, BadVersion …: answers, too)",
        "{seconds} 秒内确认 {writes} 次写（{rate}/s）· {reads} 次读 · {refused}"
        " 次拒绝（NoNode、BadVersion 等，也是回答）",
    ),
    "data.load.unknown": (
        "{unknown} writes were never answered: each may have happened, or not",
        "{unknown} 次写没有得到回答：每一次都可能发生了，也可能没有",
    ),
    "data.load.gap": (
        "longest time without an acknowledged write: {gap} s",
        "最长的无确认写的时间：{gap} 秒",
    ),
    "data.load.nodes": ("answered by: {by_node}", "由谁回答：{by_node}"),
    "data.load.next": (
        "next     labctl check history{lab}",
        "接下来   labctl check history{lab}",
    ),
    "data.load.behind": (
        "the load runs as process {pid}; it writes to {log}",
        "负载由进程 {pid} 运行，输出在 {log}",
    ),
    "data.load.behind.end": (
        "end it with kill {pid}, and then: labctl check history{lab}",
        "用 kill {pid} 结束，然后：labctl check history{lab}",
    ),
    "data.load.failed": (
        "the load did not start; see {log}",
        "负载没有启动，见 {log}",
    ),
    "data.clients": (
        "client   {what} · process {pid} · {detail}",
        "客户端   {what} · 进程 {pid} · {detail}",
    ),
    # --- check history ---
    "data.check.what": ("cannot check {what}", "不会检查 {what}"),
    "data.check.hint": ("labctl check history", "labctl check history"),
    "data.check.running": (
        "the load still runs, so its history has no end",
        "负载还在运行，历史尚未结束",
    ),
    "data.check.running.hint": (
        "labctl sessions shows its clients; end it, or wait for it",
        "labctl sessions 可看到它的客户端；先结束它，或等它结束",
    ),
    "data.check.none": ("no history was recorded yet", "还没有记录任何历史"),
    "data.check.none.hint": ("labctl load --for 10s", "labctl load --for 10s"),
    "data.check.unreadable": (
        "{path} is no history: {why}",
        "{path} 不是历史文件：{why}",
    ),
    "data.check.head": (
        "{file}: {clients} clients, {writes} writes acknowledged, {unknown} never"
        " answered, {reads} reads",
        "{file}：{clients} 个客户端，{writes} 次写被确认，{unknown} 次没有回答，"
        "{reads} 次读",
    ),
    "data.check.witness.good": (
        "✓ the zxid witness: in the order of the servers' own zxids everything fits,"
        " nothing acknowledged is lost, nothing was done twice",
        "✓ zxid 见证：按服务器自己给出的 zxid 排序，一切吻合；已确认的没有丢失，"
        "也没有重复执行",
    ),
    "data.check.witness.bad": (
        "✕ the zxid witness: {count} contradictions",
        "✕ zxid 见证：{count} 处矛盾",
    ),
    "data.check.linear.good": (
        "✓ linearizability, without looking at zxids: some order explains all writes,"
        " and all reads sent right behind an own write",
        "✓ 线性一致性（不看 zxid）：存在一个顺序能解释所有写，以及紧跟自己的写之后的读",
    ),
    "data.check.linear.bad": (
        "✕ linearizability: {count} znodes whose answers no order explains",
        "✕ 线性一致性：有 {count} 个 znode 的回答无法用任何顺序解释",
    ),
    "data.check.problem": ("    {text}", "    {text}"),
    "data.check.fresh": (
        "✓ stale reads: none happened to be seen; they would be allowed",
        "✓ 陈旧读：这次没有见到；即使有也是允许的",
    ),
    "data.check.stale": (
        "· stale reads: {stale} of {reads}; ZooKeeper allows them: a node answers reads"
        " from its own tree",
        "· 陈旧读：{reads} 次中有 {stale} 次；ZooKeeper 允许：节点用自己的树回答读",
    ),
    "data.check.example": (
        "    n{node} read {path} = {value!r} at zxid {zxid}, though {new!r} (zxid"
        " {new_zxid}) had been acknowledged {ms} ms before it was asked",
        "    n{node} 在 zxid {zxid} 上读到 {path} = {value!r}，而 {new!r}（zxid"
        " {new_zxid}）在提问前 {ms} ms 就已被确认",
    ),
    "data.check.stale-synced": (
        "· {synced} reads behind a sync were stale: a leader that others have left, and"
        " that does not know yet, answers a sync by itself",
        "· 有 {synced} 次 sync 之后的读仍是旧的：已被别人离开、自己还不知道的 leader"
        " 会独自回答 sync",
    ),
    "data.check.doubt": ("· not sure: {why}", "· 存疑：{why}"),
    "data.doubt.cut": (
        "the history has no end mark: its load was cut off, and lines may be missing",
        "历史没有结束标记：负载被中途切断，可能缺行",
    ),
    "data.doubt.no-logs": (
        "no transaction log can be read here, so the witness has nothing to go by",
        "这里读不到事务日志，见证无从判断",
    ),
    "data.doubt.late-logs": (
        "the oldest log begins at zxid {first}, behind the first write {asked}: the"
        " witness cannot look it up",
        "最早的日志从 zxid {first} 开始，晚于第一次写 {asked}：见证无法查证",
    ),
    "data.doubt.strangers": (
        "somebody else wrote below {root}",
        "有别的客户端写过 {root} 之下",
    ),
    "data.check.good": (
        "verdict: every promise was kept",
        "结论：所有承诺都守住了",
    ),
    "data.check.bad": (
        "verdict: a promise was BROKEN",
        "结论：有承诺被打破",
    ),
    "data.check.open": (
        "verdict: open; what was seen does not suffice",
        "结论：未定；所见不足以下判断",
    ),
    # --- recipe lock ---
    "data.recipe.what": ("there is no recipe {name}", "没有 {name} 这个用法"),
    "data.recipe.hint": (
        "labctl recipe lock --bad · labctl recipe lock --good",
        "labctl recipe lock --bad · labctl recipe lock --good",
    ),
    "data.lock.bad": (
        "a lock made badly: {clients} clients watch one znode; notifications after each"
        " release:",
        "写得不好的锁：{clients} 个客户端监视同一个 znode；每次释放后的通知数：",
    ),
    "data.lock.good": (
        "a lock made well: {clients} clients, each watches the number before its own;"
        " notifications after each release:",
        "写得好的锁：{clients} 个客户端，各自只监视前一个编号；每次释放后的通知数：",
    ),
    "data.lock.release": (
        "  release {n}  {bar} {woken}",
        "  第 {n} 次释放  {bar} {woken}",
    ),
    "data.lock.more": ("  … and {more} more", "  …… 还有 {more} 次"),
    "data.lock.bad.sum": (
        "the herd: the first release woke {most} of {clients} clients, and one of them"
        " got the lock; {total} notifications and {requests} requests in all",
        "羊群效应：第一次释放惊醒了 {clients} 个客户端中的 {most} 个，只有一个拿到锁；"
        "总共 {total} 次通知、{requests} 个请求",
    ),
    "data.lock.good.sum": (
        "no herd: a release wakes at most {most}, who has the lock; {total}"
        " notifications and {requests} requests for {clients} clients",
        "没有羊群：一次释放最多惊醒 {most} 个，正是下一个持锁者；{clients} 个客户端共"
        " {total} 次通知、{requests} 个请求",
    ),
    "data.lock.safe": (
        "✓ never two holders at once",
        "✓ 任何时刻都没有两个持锁者",
    ),
    "data.lock.unsafe": (
        "✕ two held the lock at once",
        "✕ 有两个客户端同时持锁",
    ),
}
