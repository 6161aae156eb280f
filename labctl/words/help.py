"""What each verb does, in one true sentence, and the lines around them."""

from collections.abc import Mapping

HELP: Mapping[str, tuple[str, str]] = {
    "help.title": (
        "labctl, a lab for ZooKeeper's consensus: start it, break it, ask why",
        "labctl，ZooKeeper 共识的实验室：启动服务器，弄坏它们，问个究竟",
    ),
    "help.usage": (
        "usage    labctl VERB [NODES] [options]",
        "用法     labctl 动词 [节点] [选项]",
    ),
    "help.nodes": (
        "nodes    2 · 1,3 · leader · followers · follower:1 · observers · down · all",
        "节点     2 · 1,3 · leader · followers · follower:1 · observers · down · all",
    ),
    "help.options": (
        "options  --lab NAME  --lang en|zh  -v  --as zookeeper  --plain  --ascii  -y",
        "选项     --lab NAME  --lang en|zh  -v  --as zookeeper  --plain  --ascii  -y",
    ),
    "help.more": (
        "more     labctl VERB --help shows its options and an example",
        "详情     labctl 动词 --help 给出选项和示例",
    ),
    "help.example": ("For example:", "例如："),
    "help.panel.everyday": ("every day", "常用"),
    "help.panel.life": ("life", "起停"),
    "help.panel.break": ("break", "破坏"),
    "help.panel.see": ("see", "观察"),
    "help.panel.time": ("time", "时间"),
    "help.panel.data": ("data", "数据"),
    "help.panel.learn": ("learn", "学习"),
    "help.panel.admin": ("admin", "管理"),
    "help.up": (
        "Bring servers up in order, and tell how they agree on a leader.",
        "依次启动服务器，并讲述它们如何选出 leader。",
    ),
    "help.status": (
        "Show whether there is a quorum, and each node's role and faults.",
        "显示是否有法定人数，以及各节点的角色和故障。",
    ),
    "help.why": (
        "Say why a node, or the lab, is as it is: votes, counts, the rule.",
        "解释节点或整个实验室为何如此：选票、计数、起作用的规则。",
    ),
    "help.kill": (
        "Kill nodes without warning (SIGKILL), and tell what follows.",
        "不打招呼杀死节点（SIGKILL），并讲述后果。",
    ),
    "help.start": (
        "Start nodes that are down, and tell how they catch up.",
        "启动已停的节点，并讲述它们如何追上。",
    ),
    "help.partition": (
        "Cut the network into groups that cannot hear each other.",
        "把网络切成互相听不见的几组。",
    ),
    "help.heal": (
        "Take faults back: one, those of a link, or all.",
        "撤销故障：某一个、某条链路上的，或全部。",
    ),
    "help.do": (
        "Do one thing as a client: create, get, set, ls, rm, sync.",
        "以客户端身份做一件事：create、get、set、ls、rm、sync。",
    ),
    "help.export": (
        "Draw what happened: a page with play and back, svg, mermaid, text.",
        "把经过画出来：可播放可回退的网页、svg、mermaid、文本。",
    ),
    "help.play": (
        "Five minutes: three servers, a prediction, and the leader killed.",
        "五分钟：三台服务器，一次预测，杀死 leader。",
    ),
    "help.ex": (
        "Exercises: predict, do, see what happened and which rule decides.",
        "练习：预测、动手，看发生了什么、哪条规则起作用。",
    ),
    "help.grade": (
        "Grade a submission, or a folder of them, by what was recorded.",
        "按录像给一份或一整个文件夹的提交评分。",
    ),
    "help.down": (
        "End the lab and delete its data; the recording stays.",
        "结束实验室并删除数据；录像保留。",
    ),
    "help.stop": (
        "Stop nodes in order (SIGTERM); their data stays.",
        "依次停止节点（SIGTERM）；数据保留。",
    ),
    "help.restart": (
        "Stop nodes in order and start them again.",
        "依次停止节点，再启动它们。",
    ),
    "help.wait": (
        "Wait until something holds: exit 0; exit 6 when time is up.",
        "等到某个条件成立：退出码 0；超时退出码 6。",
    ),
    "help.ls": (
        "List the labs on this machine; -a: and what is left of others.",
        "列出本机上的实验室；-a：也列出遗留的东西。",
    ),
    "help.prune": (
        "Clear what labs left behind; a lab that stands is not touched.",
        "清理实验室遗留的东西；现有的实验室不受影响。",
    ),
    "help.pause": (
        "Pause nodes: silent, but not gone (SIGSTOP).",
        "暂停节点：没了声音，但没有消失（SIGSTOP）。",
    ),
    "help.resume": ("Resume paused nodes (SIGCONT).", "恢复节点（SIGCONT）。"),
    "help.crash": (
        "Cut a node's power: what its disk had not synced is gone.",
        "给节点断电：磁盘尚未落盘的内容全部丢失。",
    ),
    "help.wipe": (
        "Empty a node's disk: its log, its snapshots, its promises.",
        "清空节点的磁盘：日志、快照和它许下的承诺。",
    ),
    "help.cut": (
        "Pull one cable: 3->1 one way, 3-1 both ways.",
        "拔掉一条网线：3->1 单向，3-1 双向。",
    ),
    "help.hold": (
        "Hold a link's messages back, in order, from a type on.",
        "按顺序扣住一条链路上的消息，可从某种类型起。",
    ),
    "help.delay": (
        "Let a link's messages take longer, in order.",
        "让一条链路上的消息变慢，顺序不变。",
    ),
    "help.disk": (
        "Make a node's disk slow, full, or torn at the end of its log.",
        "让节点的磁盘变慢、写满，或在日志末尾留下残缺记录。",
    ),
    "help.clock": (
        "Set a node's wall clock wrong; Zab does not care.",
        "拨错节点的墙上时钟；Zab 并不在乎。",
    ),
    "help.chaos": (
        "Break things by a seeded plan; the seed repeats it.",
        "按种子生成的计划搞破坏；同一种子可重演。",
    ),
    "help.net": (
        "Show who hears whom, and which faults stand.",
        "显示谁听得见谁，以及现有的故障。",
    ),
    "help.fault": (
        "List the faults that stand, with the time each has left.",
        "列出现有故障和各自剩余的时间。",
    ),
    "help.watch": (
        "Follow the story live, one column per node if you like.",
        "实时跟随讲述，也可每个节点一列。",
    ),
    "help.votes": (
        "Show the last election as a matrix: who voted for whom, and why.",
        "以矩阵显示最近一次选举：谁投了谁，为什么。",
    ),
    "help.log": (
        "Show each zxid of the logs and its fate.",
        "显示日志中的每个 zxid 及其结局。",
    ),
    "help.logs": (
        "Show the nodes' own logs, in ZooKeeper's wording.",
        "显示节点自己的日志，用 ZooKeeper 的措辞。",
    ),
    "help.read": (
        "Explain any ZooKeeper's log files, line by line.",
        "逐行解释任何 ZooKeeper 的日志文件。",
    ),
    "help.explain": (
        "Explain a term of the field, with an example from your lab.",
        "解释一个术语，并用你的实验室举例。",
    ),
    "help.config": (
        "Show a node's zoo.cfg and myid, explained; or explain one KEY.",
        "显示节点的 zoo.cfg 和 myid，每行附说明。",
    ),
    "help.step": (
        "Let the servers' messages go one by one, by hand.",
        "手动放行服务器之间的消息，一次一条。",
    ),
    "help.deliver": (
        "Deliver one waiting message, by its id.",
        "按编号投递一条等待中的消息。",
    ),
    "help.go": (
        "End step mode: everything flows again, no time-out has passed.",
        "结束单步：一切恢复流动，超时不算走过。",
    ),
    "help.runs": (
        "List the recordings: every lab's life is kept.",
        "列出录像：每个实验室的一生都会保留。",
    ),
    "help.replay": (
        "Replay a recording: slower, from a point, step by step, back.",
        "重讲一段录像：放慢、从某处起、单步、回退。",
    ),
    "help.diff": (
        "Say where two recordings first differ.",
        "指出两段录像第一次分歧在哪里。",
    ),
    "help.sh": (
        "Open a shell on the tree: ls, get, set, create, watch.",
        "打开操作树的 shell：ls、get、set、create、watch。",
    ),
    "help.call": (
        "Do one thing on every node, and compare their answers.",
        "在每个节点上做同一件事，比较回答。",
    ),
    "help.tree": (
        "Show the tree of znodes, or how two nodes' trees differ.",
        "显示 znode 树，或两个节点的树有何不同。",
    ),
    "help.sessions": (
        "Show the clients' sessions and who holds their ephemerals.",
        "显示客户端会话及其临时节点。",
    ),
    "help.watches": (
        "Show who watches which znode, and on which node.",
        "显示谁在哪个节点上监视哪个 znode。",
    ),
    "help.load": (
        "Write and read with many clients, and keep their history.",
        "用多个客户端读写，并保存历史。",
    ),
    "help.check": (
        "Judge a history: nothing acknowledged lost, nothing untrue.",
        "评判一段历史：已确认的写没有丢，读到的没有假。",
    ),
    "help.recipe": (
        "Run a well-known recipe and count what it costs.",
        "运行一个经典用法，数清它的代价。",
    ),
    "help.doctor": (
        "Examine this machine, or anyone's zoo.cfg, compose files, data.",
        "检查这台机器，或任何人的 zoo.cfg、compose 文件、数据目录。",
    ),
    "help.sim": (
        "Run real servers in a simulated world; exit 8 if a promise breaks.",
        "在模拟世界里运行真服务器；若承诺被打破，退出码 8。",
    ),
    "help.version": ("Say which labctl this is.", "显示 labctl 的版本。"),
    "help.ex.look": (
        "Look at the step's logs, or at its simulated run.",
        "查看本步骤的日志，或模拟运行。",
    ),
    "help.ex.reveal": (
        "Have them explained; predict before.",
        "让它们得到解释；请先预测。",
    ),
    "help.ex.ls": ("List the exercises.", "列出练习。"),
    "help.ex.show": (
        "Show what an exercise is about, or the step you are at.",
        "显示练习的内容，或您所在的步骤。",
    ),
    "help.ex.start": (
        "Begin an exercise, or go on where you left it.",
        "开始练习，或从上次停下的地方继续。",
    ),
    "help.ex.predict": (
        "Lock a prediction, before you do the step.",
        "动手之前锁定预测。",
    ),
    "help.ex.check": (
        "Compare what was predicted with what was recorded.",
        "把预测与录像比较。",
    ),
    "help.ex.hint": (
        "Read the next hint; it may cost points.",
        "读下一个提示；可能扣分。",
    ),
    "help.ex.next": ("Go to the next step.", "进入下一步。"),
    "help.ex.solve": ("Show the solution of this step.", "显示这一步的答案。"),
    "help.ex.submit": (
        "Write what was recorded to a file that can be graded.",
        "把录像写成可评分的文件。",
    ),
    "help.ex.lint": (
        "Prove that exercises can be solved and are marked as they say.",
        "证明练习可解，且评分如其所述。",
    ),
    "help.ex.present": (
        "Present an exercise to a class: predictions counted, then the answer.",
        "给全班讲一个练习：先统计预测，再揭晓答案。",
    ),
    "help.ex.new": (
        "Write a small exercise, to be changed into your own.",
        "写出一个小练习，供您改成自己的。",
    ),
}
