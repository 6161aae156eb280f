"""What the lab itself says: plans, actions, outcomes, verdicts, suggestions."""

from collections.abc import Mapping

LAB: Mapping[str, tuple[str, str]] = {
    "plan": (
        "plan     {voters} voters{extra} · {runtime} · {how} · clients {clients} ·"
        " admin {admins}",
        "计划     {voters} 个投票节点{extra} · {runtime} · {how} · 客户端口 {clients} ·"
        " 管理端口 {admins}",
    ),
    "plan.observers": (" + {observers} observers", " + {observers} 个 observer"),
    "plan.order": ("start in order {order}", "依次启动 {order}"),
    "plan.together": ("start together", "同时启动"),
    "plan.timing": (
        "         tick {tick} ms · initLimit {init} · syncLimit {sync} · files below"
        " {folder}",
        "         tick {tick} ms · initLimit {init} · syncLimit {sync} · 文件在"
        " {folder}",
    ),
    "plan.mapped": (
        "         n{sid} is {file}, every line kept; dataDir cannot exist here and"
        " becomes {data}; ports on the loopback only",
        "         n{sid} 用 {file}，每一行都保留；dataDir 在本机不存在，改为"
        " {data}；端口只绑定回环地址",
    ),
    "plan.kept": (
        "         n{sid} is {file}, every line kept; data in {data} (never deleted by"
        " labctl); ports on the loopback only",
        "         n{sid} 用 {file}，每一行都保留；数据在 {data}（labctl"
        " 绝不删除）；端口只绑定回环地址",
    ),
    "plan.even": (
        "note     {n} voters survive no more deaths than one fewer would: odd numbers"
        " are better",
        "注意     {n} 个投票节点能承受的故障数并不比少一个时多：奇数更好",
    ),
    "runtime.process": ("processes", "进程"),
    "runtime.sim": ("simulated", "模拟"),
    "runtime.docker": ("docker", "docker"),
    "plan.ephemeral": (
        "note     ports {ports} are among those the system gives to outgoing"
        " connections ({first}-{last}): one may be gone before its node listens;"
        " {instead}",
        "注意     端口 {ports} 属于系统借给外连的端口（{first}-{last}）："
        "节点监听之前可能已被占用；{instead}",
    ),
    "ephemeral.below": (
        "choose some below {first}, as --base-port 22000 does",
        "请选 {first} 以下的端口，例如 --base-port 22000",
    ),
    "ephemeral.reserve": (
        "reserve them: sysctl net.ipv4.ip_local_reserved_ports",
        "可预留它们：sysctl net.ipv4.ip_local_reserved_ports",
    ),
    "disk.full": (
        "disk     {folder} has {free} left: a server that cannot write ends (exit code"
        " 10). Free some space, then: labctl start down{lab}",
        "磁盘     {folder} 只剩 {free}：写不下去的服务器会退出（退出码 10）。"
        "腾出空间，然后：labctl start down{lab}",
    ),
    "up.processes": (
        "runtime  processes on this machine: {why}",
        "运行方式  本机进程：{why}",
    ),
    "up.already": ("lab {lab} is up already", "实验 {lab} 已在运行"),
    "up.missing": (
        "lab {lab} exists; starts what is down: {nodes}",
        "实验 {lab} 已存在；只启动停着的：{nodes}",
    ),
    "diff": (
        "--{flag}: has {has}, asked for {wants}",
        "--{flag}：现有 {has}，要求 {wants}",
    ),
    "up.rolled-back": (
        "rolled back: nothing was left running; logs kept in {folder}",
        "已回滚：没有留下任何进程；日志保存在 {folder}",
    ),
    "connect": ("connect  {string}", "连接     {string}"),
    "verdict.yes": (
        "quorum: yes ({have}/{voters} voters) · leader n{leader} · epoch {epoch}",
        "已过半（{have}/{voters} 票）· leader n{leader} · epoch {epoch}",
    ),
    "verdict.no": (
        "quorum: no ({have}/{voters} voters serve, need {need}){missing}",
        "未过半（{have}/{voters} 票在服务，需要 {need}）{missing}",
    ),
    "verdict.start": (" · start {short} of {down}", " · 请启动 {down} 中的 {short} 个"),
    "next.break": (
        "next     labctl kill leader{lab} (n{leader}) · labctl status{lab} ·"
        " labctl down{lab}",
        "接下来   labctl kill leader{lab}（n{leader}）· labctl status{lab} ·"
        " labctl down{lab}",
    ),
    "next.start": (
        "next     labctl start {down}{lab} · labctl status{lab} · labctl logs -f{lab}",
        "接下来   labctl start {down}{lab} · labctl status{lab} · labctl logs -f{lab}",
    ),
    "next.start-all": (
        "next     labctl start all{lab} · labctl down{lab}",
        "接下来   labctl start all{lab} · labctl down{lab}",
    ),
    "next.resume": (
        "next     labctl resume {paused}{lab} · labctl status{lab}",
        "接下来   labctl resume {paused}{lab} · labctl status{lab}",
    ),
    "target.is": ("n{sid} {state}", "n{sid} {state}"),
    "is.LEADING": ("is the leader", "是 leader"),
    "is.FOLLOWING": ("is a follower", "是 follower"),
    "is.OBSERVING": ("is an observer", "是 observer"),
    "is.LOOKING": ("is looking for a leader", "正在寻找 leader"),
    "is.STARTING": ("runs but does not answer yet", "在运行，但尚未应答"),
    "is.DOWN": ("is down", "没有运行"),
    "is.PAUSED": ("is paused", "已暂停"),
    "already": ("is so already", "本来就是这样"),
    "NodeEnded.terminating": ("✕ SIGTERM", "✕ SIGTERM"),
    "stop.slow": (
        "did not stop within {limit} s: SIGKILL",
        "{limit} 秒内没有停止：SIGKILL",
    ),
    "NodePaused": ("❚ paused", "❚ 已暂停"),
    "NodePaused.why": (
        "silent, yet its connections stand: the others notice by their time-outs",
        "不作声，但连接还在：其他节点要等超时才会察觉",
    ),
    "zombie": ("▲ still says leader", "▲ 仍自称 leader"),
    "zombie.why": (
        "of epoch {epoch}, while n{new} leads epoch {new_epoch}: two say leader, but a"
        " commit needs a majority, and only n{new} has one",
        "epoch {epoch} 的 leader，而 n{new} 已在领导 epoch {new_epoch}：两个都自称"
        " leader，但提交需要多数派，只有 n{new} 拥有",
    ),
    "NodeResumed": ("resumed", "已恢复"),
    "NodeResumed.why": (
        "it does not know that time has passed",
        "它不知道时间已经过去",
    ),
    "NodeEnded.unasked": ("✕ ended by itself", "✕ 自行退出"),
    "NodeEnded.unasked.why": ("{why}", "{why}"),
    "outcome.same": (
        "no election: n{new} leads on, {have} of {voters} voters run, need {need}",
        "没有选举：n{new} 继续当 leader，{voters} 个投票节点中 {have} 个在运行，需要"
        " {need}",
    ),
    "outcome.same-joined": (
        "n{new} leads on in epoch {epoch}: who looked for a leader found it",
        "n{new} 继续任期 epoch {epoch}：寻找 leader 的节点找到了它",
    ),
    "outcome.new": (
        "new leader: n{old} → n{new}, epoch {old_epoch} → {epoch}",
        "换了 leader：n{old} → n{new}，epoch {old_epoch} → {epoch}",
    ),
    "outcome.again": (
        "n{new} leads again, epoch {old_epoch} → {epoch}",
        "n{new} 再次当选 leader，epoch {old_epoch} → {epoch}",
    ),
    "outcome.first": (
        "n{new} leads, epoch {epoch}",
        "n{new} 当选 leader，epoch {epoch}",
    ),
    "outcome.none": (
        "no leader: {have} of {voters} voters run, need {need}; what was agreed is safe"
        " on their disks",
        "没有 leader：{voters} 个投票节点中 {have}"
        " 个在运行，需要 {need}；已达成一致的数据都在磁盘上",
    ),
    "down.nothing": (
        "lab {lab} does not exist: nothing to remove",
        "实验 {lab} 不存在：无需删除",
    ),
    "down.sure": (
        "delete lab {lab} with all its data?",
        "删除实验 {lab} 及其全部数据？",
    ),
    "down.kept": ("lab {lab} stays", "保留实验 {lab}"),
    "down.done": (
        "lab {lab} is gone: ended {nodes}; removed {what}",
        "实验 {lab} 已删除：结束 {nodes}；移除 {what}",
    ),
    "down.stays": (
        "{folder} is yours and stays",
        "{folder} 是你的，予以保留",
    ),
    "wait.yes": ("{condition}: yes", "{condition}：是"),
    "ls.none": ("no labs on this machine", "本机没有实验"),
    "ls.next": ("next     labctl up", "接下来   labctl up"),
    "ls.left-over": (
        "left over  {what} (its state folder, {folder}, does not know it)",
        "遗留       {what}（其状态目录 {folder} 不认识它）",
    ),
    "ls.left-over.bare": ("left over  {what}", "遗留       {what}"),
    "ls.elsewhere.bare": (
        "elsewhere  {what} (of an older labctl, which did not say whose)",
        "他处       {what}（来自较旧的 labctl，没有写明属于谁）",
    ),
    "ls.lab": (
        "elsewhere  {what} (state folder {folder})",
        "他处       {what}（状态目录 {folder}）",
    ),
    "ls.elsewhere": (
        "elsewhere  {what} (another user's, or of an older labctl: {folder})",
        "他处       {what}（属于其他用户，或由旧版 labctl 创建：{folder}）",
    ),
    "ls.prune": (
        "next     labctl prune --dry-run · labctl prune",
        "接下来   labctl prune --dry-run · labctl prune",
    ),
    "belonging": ("{what}{of}", "{what}{of}"),
    "belonging.of": (" of lab {lab}", "，属于实验 {lab}"),
    "belonging.process": ("process {name}", "进程 {name}"),
    "belonging.container": ("container {name}", "容器 {name}"),
    "belonging.network": ("network {name}", "网络 {name}"),
    "belonging.volume": ("volume {name}", "卷 {name}"),
    "belonging.image": ("old image {name}", "旧镜像 {name}"),
    "belonging.folder": ("half-removed folder {name}", "没删完的目录 {name}"),
    "prune.nothing": (
        "nothing is left over: nothing to remove",
        "没有遗留：无需删除",
    ),
    "prune.no-engine": (
        "containers are not looked for: {why}",
        "没有查找容器：{why}",
    ),
    "prune.exercises": (
        "stays    {n} begun exercises in {folder}; labctl ex ls shows them",
        "保留     {folder} 里已开始的 {n} 个练习；labctl ex ls 可列出",
    ),
    "prune.dry": (
        "{n} to remove; nothing was touched",
        "共 {n} 项可删除；什么都没有动",
    ),
    "prune.sure": ("end and delete these {n}?", "结束并删除这 {n} 项？"),
    "prune.kept": ("they stay", "予以保留"),
    "prune.done": ("removed {n}", "已移除 {n} 项"),
    "column.lab": ("lab", "实验"),
    "column.runtime": ("runtime", "运行方式"),
    "column.up": ("up", "运行"),
    "column.quorum": ("quorum", "法定人数"),
    "column.clients": ("clients", "客户端口"),
    "column.node": ("node", "节点"),
    "column.state": ("state", "状态"),
    "column.phase": ("phase", "阶段"),
    "column.epoch": ("epoch", "epoch"),
    "column.zxid": ("zxid", "zxid"),
    "column.client": ("client", "客户端"),
    "column.admin": ("admin", "管理"),
    "quorum.yes": ("yes · n{leader}", "有 · n{leader}"),
    "quorum.no": ("no", "无"),
    "stranger": ("somebody else is on its port", "端口被别人占用"),
    "docker.building": (
        "image    builds {image} (first use)",
        "镜像     构建 {image}（首次使用）",
    ),
    "docker.step": ("         {step}", "         {step}"),
    "docker.built": ("image    {image} is ready", "镜像     {image} 已就绪"),
}
