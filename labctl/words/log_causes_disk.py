"""Causes on the disk that a log's exceptions name: what, what to keep, the repair.

No repair deletes what another server does not have, unless the text shows that it
holds nothing.
"""

from collections.abc import Mapping

from labctl.words.cause import Cause, Pair

_COPY: Pair = (
    "stop this server and copy dataDir and dataLogDir whole, before anything else",
    "先停下这台服务器，把 dataDir 和 dataLogDir 完整复制一份，再做别的",
)

DISK: Mapping[str, Cause] = {
    "no-space": (
        ("the disk is full (or a quota is)", "磁盘已满（或配额用尽）"),
        _COPY,
        (
            "make room, but not among snapshot.* and log.* by hand; then autopurge,"
            " and dataLogDir on a disk of its own",
            "腾出空间，但不要手工删 snapshot.* 和 log.*；然后打开 autopurge，"
            "让 dataLogDir 独占一块盘",
        ),
    ),
    "no-purge": (
        (
            "autopurge.purgeInterval=0: old snapshots and logs are never deleted, so"
            " the disk fills up again",
            "autopurge.purgeInterval=0：旧快照和旧日志从不删除，磁盘会再次写满",
        ),
        None,
        (
            "in zoo.cfg, on every server: autopurge.purgeInterval=24,"
            " autopurge.snapRetainCount=3; images take it from a variable,"
            " ZOO_AUTOPURGE_PURGEINTERVAL or ZOO_AUTOPURGE_INTERVAL",
            "在每台的 zoo.cfg 里写 autopurge.purgeInterval=24、"
            "autopurge.snapRetainCount=3；镜像用变量 ZOO_AUTOPURGE_PURGEINTERVAL 或 "
            "ZOO_AUTOPURGE_INTERVAL",
        ),
    ),
    "read-only-disk": (
        (
            "the file system is read-only: mounted so, or made so after an error",
            "文件系统只读：挂载如此，或出错后被内核改成只读",
        ),
        None,
        (
            "look at dmesg and the mount; repair the disk, then restart this server",
            "查 dmesg 和挂载选项；修好磁盘后重启这台服务器",
        ),
    ),
    "disk-io": (
        ("the disk answers with an error", "磁盘返回了错误"),
        _COPY,
        (
            "replace the disk; the server gets what it lacks from the leader",
            "换掉磁盘；缺的数据由 leader 补给它",
        ),
    ),
    "permission": (
        (
            "this user may not use a file that it needs ({path})",
            "这个用户无权使用它需要的文件（{path}）",
        ),
        None,
        (
            "give the folder to the user that ZooKeeper runs as (in a container: look"
            " at runAsUser and fsGroup): chown -R, not chmod 777",
            "把目录交给运行 ZooKeeper 的用户（容器里看 runAsUser 和 fsGroup）："
            "用 chown -R，不要 chmod 777",
        ),
    ),
    "log-empty": (
        (
            "a log.* file has no whole header, most likely the newest: the server was"
            " stopped while it began the file, or the disk was full",
            "有一个 log.* 文件的文件头不完整，多半是最新的那个：刚建文件时服务器被"
            "停掉，或磁盘已满",
        ),
        _COPY,
        (
            "look for the log.* file of 0 or few bytes (ls -l version-2): with the"
            " copy kept, that one file may go, not the folder; then df -h",
            "用 ls -l version-2 找出只有 0 或几个字节的 log.* 文件：留好副本后，"
            "只移走那一个文件，不要动整个目录；再看 df -h",
        ),
    ),
    "log-magic": (
        (
            "a file in version-2 is no log or snapshot of ZooKeeper: it was damaged,"
            " or laid there by something else",
            "version-2 里有个文件不是 ZooKeeper 的日志或快照：已损坏，或是别的程序"
            "放进去的",
        ),
        _COPY,
        (
            "move the file that is named out of version-2; if it is a log.* file, let"
            " this server come back from the leader instead",
            "把指出的文件移出 version-2；若是 log.* 文件，改为让这台服务器从 leader"
            " 那里恢复",
        ),
    ),
    "no-snapshot": (
        (
            "log files are there and no snapshot is: the snapshots were lost or moved"
            " away, or this is an upgrade from 3.4, which wrote none at first",
            "有日志文件却没有快照：快照丢了或被移走；也可能是从 3.4 升级，"
            "它起初不写快照",
        ),
        _COPY,
        (
            "look whether snapshot.* files were moved or stand in another dataDir; only"
            " if the logs are known to be whole from the first, start once with"
            " snapshot.trust.empty=true; else let it come back from the leader",
            "找一找 snapshot.* 是否被移走或在另一个 dataDir 里；只有确知日志从头完整，"
            "才用 snapshot.trust.empty=true 启动一次；否则让它从 leader 那里恢复",
        ),
    ),
    "no-valid-snapshot": (
        (
            "no snapshot in {path} can be read: all of them are damaged",
            "{path} 里没有一个快照能读：全都损坏",
        ),
        _COPY,
        (
            "if a majority of the others is well, let this server come back from the"
            " leader with version-2 moved aside; else restore the copy of a server that"
            " is whole",
            "若其他服务器的多数都好，让本机移开 version-2 后从 leader 恢复；否则用一台"
            "完好服务器的副本恢复",
        ),
    ),
    "log-crc": (
        (
            "a record of the log, or a snapshot, is not what was written: its checksum"
            " differs",
            "日志或快照里有一条记录与写入时不同：校验和不对",
        ),
        _COPY,
        (
            "zkTxnLogToolkit.sh (or labctl log) shows the record; if the others are a"
            " majority and well, this server may come back from the leader; look at"
            " the disk and memory",
            "用 zkTxnLogToolkit.sh（或 labctl log）查看那条记录；若其他服务器构成多数"
            "且完好，本机可从 leader 恢复；检查磁盘和内存",
        ),
    ),
    "log-partial": (
        (
            "the last record of a log file is cut: the server ended while it wrote it",
            "日志文件最后一条记录不完整：写到一半服务器就结束了",
        ),
        None,
        (
            "nothing: it was never acknowledged by this server, and is skipped; after"
            " each restart, look at the disk",
            "不用做什么：本机从未确认过它，会跳过；若每次重启都有，检查磁盘",
        ),
    ),
    "epoch-behind": (
        (
            "the file currentEpoch ({epoch}) is older than the newest zxid ({zxid}):"
            " files of two moments are mixed, as after a copy, a full disk, or a power"
            " cut while it caught up",
            "currentEpoch 文件（{epoch}）比最新的 zxid（{zxid}）旧：混入了两个时刻的"
            "文件，例如只复制了一部分、磁盘曾满，或追赶途中断电",
        ),
        _COPY,
        (
            "if a majority of the others is well, let this server come back from the"
            " leader with version-2 moved aside (its myid stays; the others are left"
            " alone); never raise the number by hand on a majority",
            "若其他服务器的多数都好，让本机移开 version-2 后从 leader 恢复（保留 myid，"
            "别动其他服务器）；切勿在多数节点上手工改这个数",
        ),
    ),
    "epoch-accepted": (
        (
            "acceptedEpoch ({a}) is less than currentEpoch ({b}): the two files are not"
            " of one moment",
            "acceptedEpoch（{a}）小于 currentEpoch（{b}）：两个文件不是同一时刻的",
        ),
        _COPY,
        (
            "put both files back from one backup, or let this server come back from the"
            " leader",
            "用同一份备份还原这两个文件，或让本机从 leader 恢复",
        ),
    ),
    "epoch-leader": (
        (
            "the leader is of epoch {a}, and this server has promised epoch {b}: it"
            " refuses an old leader, as it must",
            "leader 的 epoch 是 {a}，本机已承诺 {b}：它拒绝旧 leader，理当如此",
        ),
        None,
        (
            "wait for the next election; if it never ends, the servers' data folders"
            " come from different ensembles or backups: compare acceptedEpoch",
            "等下一次选举；若一直如此，说明各服务器的数据来自不同集群或备份："
            "比较 acceptedEpoch",
        ),
    ),
    "length.disk": (
        (
            "a record on the disk says it is {size} long ({number}): longer than"
            " jute.maxbuffer, or damaged",
            "磁盘上有条记录自称长 {size}（{number}）：超过 jute.maxbuffer，或已损坏",
        ),
        _COPY,
        (
            "if a write may really have been that large: the same, larger"
            " jute.maxbuffer"
            " on every server and client; else it is damage: see CRC",
            "若确实写过这么大的数据：在所有服务器和客户端上设同样更大的"
            " jute.maxbuffer；否则是损坏，按 CRC 出错处理",
        ),
    ),
}
