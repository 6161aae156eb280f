"""What went wrong, and the hint that goes with it."""

from collections.abc import Mapping

ERRORS: Mapping[str, tuple[str, str]] = {
    "lab.bad-name": (
        "{name!r} is no name for a lab",
        "{name!r} 不能用作实验名",
    ),
    "lab.bad-name.hint": (
        "lower-case letters, digits and hyphens, at most 40",
        "只用小写字母、数字和连字符，最多 40 个",
    ),
    "lab.none": ("there is no lab {lab}", "没有实验 {lab}"),
    "lab.none.hint": (
        "labctl up makes one; labctl ls lists them",
        "labctl up 可以新建；labctl ls 可以列出",
    ),
    "lab.unreadable": (
        "{path} cannot be read: {why}",
        "{path} 无法读取：{why}",
    ),
    "lab.unreadable.hint": (
        "delete that folder if the lab is not needed",
        "如果不需要这个实验，请删除该目录",
    ),
    "consent.needed": (
        "labctl {verb} deletes, and nobody is here to be asked: say --yes",
        "labctl {verb} 会删除数据，而这里没有人可问：请加 --yes",
    ),
    "lab.locked": (
        "another labctl works on lab {lab}: pid {pid}, `{verb}`, for {for} s",
        "另一个 labctl 正在操作实验 {lab}:pid {pid},`{verb}`，已 {for} 秒",
    ),
    "lab.locked.hint": (
        "wait for it, or end it; the lock goes with it",
        "等它结束，或终止它；锁会随之释放",
    ),
    "lab.gone": (
        "somebody has taken lab {lab} down",
        "有人已经用 down 结束了实验 {lab}",
    ),
    "port.taken": (
        "port {port} (n{sid}) is taken{who}; nothing was started",
        "端口 {port}（n{sid}）已被占用{who}；什么都没有启动",
    ),
    "port.holder": (" by {who}", "，占用者 {who}"),
    "port.taken.hint": (
        "free it, or choose others: labctl up --base-port 21810 --lab second",
        "释放它，或换一组端口：labctl up --base-port 21810 --lab second",
    ),
    "port.twice": (
        "port {port} is wanted twice: {one} and {other}",
        "端口 {port} 被用了两次：{one} 和 {other}",
    ),
    "port.twice.hint": (
        "give each its own port",
        "请给每个节点各自的端口",
    ),
    "port.twice.admin": (
        "the AdminServer listens on 8080 unless admin.serverPort says otherwise: set"
        " one per file",
        "AdminServer 默认用 8080，请在每个文件里设置不同的 admin.serverPort",
    ),
    "port.range": (
        "{count} nodes do not fit behind base port {port}",
        "以 {port} 为起点放不下 {count} 个节点的端口",
    ),
    "port.range.hint": (
        "each of the four families takes up to 100 ports, all below 65536",
        "四组端口每组最多 100 个，且都要小于 65536",
    ),
    "up.few": (
        "one voter holds no election: ZooKeeper runs it standalone",
        "一个投票节点无从选举：ZooKeeper 会以单机方式运行它",
    ),
    "up.few.hint": ("labctl up --nodes 3", "labctl up --nodes 3"),
    "up.many": (
        "{n} nodes are many for one machine",
        "一台机器上 {n} 个节点有点多",
    ),
    "up.many.sure": (
        "start {n} nodes on this machine?",
        "在本机启动 {n} 个节点？",
    ),
    "up.many.hint": ("--yes if you mean it", "确定的话请加 --yes"),
    "up.conflict": (
        "lab {lab} exists and is another one",
        "实验 {lab} 已存在，且与要求不同",
    ),
    "up.conflict.hint": (
        "labctl down --lab {lab} first, or choose another --lab",
        "先 labctl down --lab {lab}，或换一个 --lab",
    ),
    "up.no-quorum": (
        "no quorum: {have} voters serve, need {need}",
        "没有达到法定人数：{have} 个投票节点在服务，需要 {need}",
    ),
    "up.no-quorum.hint": (
        "the logs kept above say why",
        "原因见上面保存的日志",
    ),
    "start.slow": (
        "{nodes} did not settle within {limit} s",
        "{nodes} 在 {limit} 秒内没有稳定下来",
    ),
    "start.slow.hint": (
        "labctl logs{lab} shows what it waits for",
        "labctl logs{lab} 可以看到它在等什么",
    ),
    "start.died": (
        "n{sid} ended (exit code {code}): {why}",
        "n{sid} 已退出（退出码 {code}）：{why}",
    ),
    "settle.slow": (
        "not settled within {limit} s",
        "{limit} 秒内没有稳定下来",
    ),
    "settle.slow.hint": (
        "labctl status{lab}; labctl logs -f{lab}",
        "labctl status{lab};labctl logs -f{lab}",
    ),
    "target.none": (
        "which nodes? nothing is never taken for all",
        "哪些节点？不写绝不等于全部",
    ),
    "usage.no-verb": ("there is no verb {verb}{near}", "没有动词 {verb}{near}"),
    "usage.no-option": ("there is no option {option}{near}", "没有选项 {option}{near}"),
    "usage.near": ("; did you mean {names}?", "；您是否想输入 {names}？"),
    "usage.missing": ("{what} is missing", "缺少 {what}"),
    "usage.needs-value": ("{option} needs a value", "{option} 后面要有一个值"),
    "usage.no-value": ("{option} takes no value", "{option} 后面不能有值"),
    "usage.extra": (
        "{words} is not expected here",
        "这里不该有 {words}",
    ),
    "usage.bad-number": (
        "{what} takes a number, not {value}",
        "{what} 需要一个数字，而不是 {value}",
    ),
    "usage.bad-value": ("{what} {value}: {why}", "{what} {value}：{why}"),
    "usage.other": ("{why}", "{why}"),
    "usage.hint": (
        "labctl {verb}--help shows how it is written",
        "labctl {verb}--help 说明它的写法",
    ),
    "target.hint": (
        "2 · 1,3 · leader · followers · follower:1 · observers · voters · up · down ·"
        " !2 · all",
        "2 · 1,3 · leader · followers · follower:1 · observers · voters · up · down ·"
        " !2 · all",
    ),
    "target.unknown": (
        "{term!r} is neither a node nor a role{near}",
        "{term!r} 既不是节点也不是角色{near}",
    ),
    "target.unknown-id": (
        "there is no node {term}; there are {nodes}",
        "没有节点 {term}；有 {nodes}",
    ),
    "target.empty": (
        "nothing matches {words!r}; up are {up}",
        "没有节点符合 {words!r}；在运行的有 {up}",
    ),
    "target.no-leader": (
        "there is no leader now; up are {up}",
        "现在没有 leader；在运行的有 {up}",
    ),
    "node.unstartable": (
        "n{sid} could not be started: {why}",
        "n{sid} 无法启动：{why}",
    ),
    "node.not-yours": (
        "n{sid} (pid {pid}) belongs to another user",
        "n{sid}（pid {pid}）属于其他用户",
    ),
    "archive.refused": ("{archive}: {why}", "{archive}：{why}"),
    "archive.refused.hint": (
        "unpack it into a folder of its own with a tool you trust, and name the folder",
        "请用可信的工具解压到单独的目录，再给出该目录",
    ),
    "archive.outside": (
        "{name} leads out of the archive",
        "{name} 指向归档之外",
    ),
    "archive.members": ("more than {n} files", "文件多于 {n} 个"),
    "archive.unfolds": ("unfolds to more than {mb} MB", "展开后超过 {mb} MB"),
    "archive.headers": (
        "its headers are longer than {mb} MB",
        "它的头部超过 {mb} MB",
    ),
    "config.no-match": (
        "no file matches {glob!r}",
        "没有文件符合 {glob!r}",
    ),
    "config.no-match.hint": (
        "quote the pattern: labctl up --config 'conf/zoo_sample*.cfg'",
        "请给通配符加引号：labctl up --config 'conf/zoo_sample*.cfg'",
    ),
    "config.bad": ("{path}: {why}", "{path}:{why}"),
    "config.bad.hint": (
        "each file is one node's zoo.cfg, with a line server.N for every node",
        "每个文件是一个节点的 zoo.cfg，其中每个节点有一行 server.N",
    ),
    "config.same-id": (
        "two files are the same server",
        "两个文件是同一个节点",
    ),
    "config.no-file": (
        "it names {nodes} as members, but no file is theirs",
        "它把 {nodes} 列为成员，但没有它们的文件",
    ),
    "config.whose": (
        "whose file is it? No myid, and no number at the end of its name",
        "这是哪个节点的？没有 myid，文件名末尾也没有数字",
    ),
    "config.docker": (
        "--config runs the files on this machine, not in Docker",
        "--config 在本机运行这些文件，不用 Docker",
    ),
    "config.docker.hint": (
        "their addresses are 127.0.0.1: use --runtime process",
        "它们的地址是 127.0.0.1：请用 --runtime process",
    ),
    "wait.no": (
        "{condition}: not within {limit} s ({now})",
        "{condition}:{limit} 秒内没有（{now}）",
    ),
    "wait.unknown": (
        "cannot wait for {condition!r}",
        "无法等待 {condition!r}",
    ),
    "wait.hint": (
        "quorum · leader · synced · no-leader · no-quorum · no-sessions · down · sent"
        " · n2=FOLLOWING",
        "quorum · leader · synced · no-leader · no-quorum · no-sessions · down · sent"
        " · n2=FOLLOWING",
    ),
    "output.unknown": (
        "there is no output {output!r}",
        "没有输出格式 {output!r}",
    ),
    "output.hint": ("-o text or -o json", "-o text 或 -o json"),
    "docker.hint": (
        "start the engine, or use --runtime process: it needs nothing",
        "启动 Docker，或用 --runtime process：它什么都不需要",
    ),
    "docker.no-engine": (
        "no Docker engine answers ({why})",
        "没有 Docker 引擎应答（{why}）",
    ),
    "docker.no-image": (
        "the image could not be built: {why}",
        "镜像构建失败：{why}",
    ),
    "docker.no-image.hint": (
        "name a base image that the engine has: BASE_IMAGE=NAME; or make one from"
        " Debian packages: .ci/docker-base; or use --runtime process: no engine needed",
        "指定引擎里已有的基础镜像：BASE_IMAGE=NAME；或用 Debian 软件包做一个："
        ".ci/docker-base；或用 --runtime process：不需要引擎",
    ),
    "docker.failed": (
        "Docker refused: {why}",
        "Docker 拒绝：{why}",
    ),
    "docker.failed.hint": (
        "labctl doctor looks at the engine; --runtime process needs none",
        "labctl doctor 会检查引擎；--runtime process 不需要引擎",
    ),
    "docker.conflict": (
        "a conflict, says Docker: {why}",
        "Docker 报告冲突：{why}",
    ),
    "docker.conflict.hint": (
        "labctl ls -a shows who has it; end that lab: labctl down --lab NAME; or clear"
        " what no lab needs: labctl prune",
        "labctl ls -a 显示是谁占着；结束那个实验室：labctl down --lab NAME；"
        "或清除没有实验室需要的东西：labctl prune",
    ),
    "docker.held": (
        "the name {name} is taken: container {id} of lab {lab} has it",
        "名称 {name} 已被占用：实验室 {lab} 的容器 {id}",
    ),
    "docker.held.hint": (
        "labctl ls -a shows it; end that lab: labctl down --lab {lab}; or, if it was"
        " left over: labctl prune",
        "labctl ls -a 会显示它；结束那个实验室：labctl down --lab {lab}；"
        "若是遗留的：labctl prune",
    ),
    "docker.held.stranger": (
        "the name {name} is taken: container {id} has it, and no lab made that one",
        "名称 {name} 已被占用：容器 {id}，它不是实验室创建的",
    ),
    "docker.held.stranger.hint": (
        "rename or remove that container, or call the lab something else: --lab NAME",
        "给那个容器改名或删除它，或给实验室换个名字：--lab NAME",
    ),
    "disk": ("{why}", "{why}"),
    "disk.hint": (
        "is there room, and are you allowed to write to {folder}?",
        "还有空间吗？对 {folder} 有写权限吗？",
    ),
    "span.unknown": ("{words!r} is no span of time", "{words!r} 不是一段时间"),
    "span.hint": (
        "a number with its unit, from 1ms to 24h: {example}",
        "数字加单位，从 1ms 到 24h：{example}",
    ),
    "bug": (
        "a bug in labctl: {why}",
        "labctl 自身的错误：{why}",
    ),
    "bug.hint": (
        "please report it with {path}",
        "请附上 {path} 报告此问题",
    ),
    "as.unknown": ("nobody logs as {as!r}", "没有名为 {as!r} 的日志措辞"),
    "as.hint": ("--as takes one of {known}", "--as 可以是 {known}"),
    "lang.unknown": ("there is no language {lang!r}", "没有语言 {lang!r}"),
    "lang.hint": ("--lang en or --lang zh", "--lang en 或 --lang zh"),
}
