"""What `labctl doctor` says: of the machine here, of files in the next ones.

A finding is up to three sentences: what is so, why that matters, how to repair it.
"""

from collections.abc import Mapping

from labctl.words.doctor_containers import CONTAINERS, DATA, KEYS
from labctl.words.doctor_ensemble import BETWEEN, SERVERS
from labctl.words.doctor_files import FILES
from labctl.words.doctor_kept import KEPT
from labctl.words.doctor_parts import Said, spread

MACHINE: Mapping[str, Said] = {
    "python": (("Python {version}", "Python {version}"),),
    "no-uvloop": (
        ("uvloop is not installed", "没有安装 uvloop"),
        ("nodes run all the same, at half the speed", "节点照样运行，只是慢一半"),
        ("pip install uvloop", "pip install uvloop"),
    ),
    "no-h11": (
        ("h11 is not installed", "没有安装 h11"),
        (
            "the AdminServer, by which labctl knows its nodes, needs it",
            "AdminServer 需要它，labctl 靠 AdminServer 认出自己的节点",
        ),
        ("pip install h11", "pip install h11"),
    ),
    "engine": (("Docker engine {version} answers", "Docker 引擎 {version} 有应答"),),
    "no-engine": (
        ("no Docker engine: {why}", "没有 Docker 引擎：{why}"),
        (
            "labs then run as processes of this machine, which teaches the same",
            "实验会改为本机进程，能学到的一样多",
        ),
        (
            "start Docker, or use labctl up --runtime process",
            "启动 Docker，或用 labctl up --runtime process",
        ),
    ),
    "ports-free": (
        (
            "a lab of three has its ports free (2181, 2888, 3888, 8081, two above)",
            "三节点实验的端口都空闲（2181、2888、3888、8081 及其后两个）",
        ),
    ),
    "port-taken": (
        (
            "port {port} ({kind}) is taken by {who}",
            "端口 {port}（{kind}）被 {who} 占用",
        ),
        (
            "it may be a lab of yours, or a ZooKeeper that was forgotten",
            "可能是你自己的实验，也可能是忘了关的 ZooKeeper",
        ),
        (
            "labctl ls · or take other ports: labctl up --base-port 22000",
            "labctl ls · 或换端口：labctl up --base-port 22000",
        ),
    ),
    "ports-kept": (
        (
            "outgoing connections get ports {first}-{last}, the labs have others",
            "外连使用端口 {first}-{last}，实验的端口都不在其中",
        ),
    ),
    "ports-ephemeral": (
        (
            "ports of labs ({ports}) are among those the system gives to outgoing"
            " connections ({first}-{last})",
            "实验的端口（{ports}）属于系统借给外连的端口（{first}-{last}）",
        ),
        (
            "any connection may be given one while its node is down or not yet there",
            "节点停着或尚未监听时，任何外连都可能分到它",
        ),
        ("{instead}", "{instead}"),
    ),
    "clock": (
        (
            "wall clock and steady clock agree ({off} ms in 200 ms)",
            "系统时钟与单调时钟一致（200 ms 内相差 {off} ms）",
        ),
    ),
    "clock-jumps": (
        (
            "the wall clock moved by {off} ms in 200 ms",
            "系统时钟在 200 ms 内跳动了 {off} ms",
        ),
        (
            "the protocol does not care, it counts steady time; but the times of events"
            " and logs will not fit together",
            "协议不受影响（它用单调时钟），但各节点事件和日志的时间会对不上",
        ),
        ("let chrony or ntpd slew it", "让 chrony 或 ntpd 平滑校时"),
    ),
    "disk-free": (
        ("{free} MB are free below {folder}", "{folder} 还有 {free} MB 空间"),
    ),
    "disk-full": (
        (
            "only {free} MB are free below {folder}; a lab needs {least}",
            "{folder} 只剩 {free} MB；一个实验需要 {least}",
        ),
        (
            "a node reserves 64 MB for each log file and ends when a write fails",
            "节点为每个日志文件预留 64 MB，写失败就会退出",
        ),
        ("make room, or set LABCTL_HOME", "清理磁盘，或设置 LABCTL_HOME"),
    ),
    "disk-refuses": (
        ("{folder} takes no files: {why}", "{folder} 不能写文件：{why}"),
        None,
        ("set LABCTL_HOME to a folder of yours", "把 LABCTL_HOME 设为自己的目录"),
    ),
    "sync": (
        (
            "fdatasync takes {ms} ms (every acknowledged write waits for one on a"
            " quorum's disks)",
            "fdatasync 需要 {ms} ms（每次确认的写都要等多数派的磁盘各做一次）",
        ),
    ),
    "sync-slow": (
        ("fdatasync takes {ms} ms", "fdatasync 需要 {ms} ms"),
        (
            "every acknowledged write waits for one on a quorum's disks",
            "每次确认的写都要等多数派的磁盘各做一次",
        ),
        (
            "put LABCTL_HOME on another disk; in production, dataLogDir on its own",
            "把 LABCTL_HOME 放到别的磁盘；生产环境给 dataLogDir 单独一块盘",
        ),
    ),
    "tmpfs": (
        ("{folder} is in memory (tmpfs)", "{folder} 在内存里（tmpfs）"),
        (
            "synced means nothing there: a power cut of this machine takes all",
            "在那里“落盘”没有意义：整机断电就全没了",
        ),
        (
            "fine for exercises; else set LABCTL_HOME",
            "做练习没问题；否则设置 LABCTL_HOME",
        ),
    ),
    "files": (("{limit} open files are allowed", "允许打开 {limit} 个文件"),),
    "few-files": (
        ("only {limit} open files are allowed", "只允许打开 {limit} 个文件"),
        (
            "each client costs a node one; beyond that it accepts nobody",
            "每个客户端占用节点一个；超过后谁也连不上",
        ),
        ("ulimit -n {least}", "ulimit -n {least}"),
    ),
    "left-over": (
        (
            "{n} × {kind} of a lab {lab}, left over: no state folder knows of it",
            "遗留 {n} 个{kind}（实验 {lab}）：没有状态目录知道它",
        ),
        (
            "its folder was deleted by hand, or a labctl was killed; it may hold ports",
            "目录被手工删掉了，或 labctl 被杀掉了；它可能占着端口",
        ),
        ("labctl ls -a, then labctl prune", "labctl ls -a，然后 labctl prune"),
    ),
    "elsewhere": (
        (
            "{n} × {kind} of a lab {lab} that is not below this state folder",
            "有 {n} 个{kind}（实验 {lab}）不属于本状态目录",
        ),
    ),
}

DOCTOR: Mapping[str, tuple[str, str]] = {
    "kind.process": ("process", "进程"),
    "kind.container": ("container", "容器"),
    "kind.network": ("network", "网络"),
    "kind.volume": ("volume", "卷"),
    "kind.image": ("image", "镜像"),
    "kind.folder": ("folder", "目录"),
    "doctor.word.fix": ("fix it", "须修"),
    "doctor.word.consider": ("consider", "留意"),
    "doctor.word.fine": ("fine", "正常"),
    "doctor.part.why": ("    why     {text}", "    原因  {text}"),
    "doctor.part.repair": ("    repair  {text}", "    解法  {text}"),
    "doctor.sum.bad": (
        "{fix} to fix, {rest} others",
        "{fix} 处须修，另有 {rest} 条",
    ),
    "doctor.sum.good": ("nothing must be fixed", "没有必须修的"),
    "doctor.unreadable": ("{path}: {why}", "{path}：{why}"),
    "doctor.refused-to-run": (
        "{n} faults in these files, nothing was started",
        "这些文件有 {n} 处错误，什么都没有启动",
    ),
    "doctor.refused-to-run.hint": ("labctl doctor {files}", "labctl doctor {files}"),
    "doctor.nothing": (
        "nothing of ZooKeeper's in {path}",
        "{path} 里没有 ZooKeeper 的东西",
    ),
    "doctor.nothing.hint": (
        "name a zoo.cfg, a compose file, a manifest, an .env file or a data folder",
        "请给出 zoo.cfg、compose 文件、清单、.env 或数据目录",
    ),
    "doctor.is-log": ("{path} is a log", "{path} 是日志"),
    "doctor.is-log.hint": ("labctl read {path}", "labctl read {path}"),
    **spread(MACHINE),
    **spread(FILES),
    **spread(SERVERS),
    **spread(BETWEEN),
    **spread(CONTAINERS),
    **spread(KEPT),
    **spread(KEYS),
    **spread(DATA),
}
