"""Findings in one zoo.cfg: its text, keys, numbers, times, folders."""

from collections.abc import Mapping

from labctl.words.doctor_parts import Said

FILES: Mapping[str, Said] = {
    "files-good": (("{n} files, nothing to say against", "{n} 个文件，没有问题"),),
    "broken": (
        ("not in properties format: {why}", "不是 properties 格式：{why}"),
        ("the server does not start", "服务器无法启动"),
        ("correct this line", "改正这一行"),
    ),
    "refused": (
        ("the server refuses this: {why}", "服务器会拒绝：{why}"),
        ("it ends at once, with exit code 2", "它会立即退出，退出码 2"),
        ("correct what the sentence names", "按提示改正"),
    ),
    "not-here": (
        ("this lab's own node refuses this: {why}", "本实验的节点会拒绝：{why}"),
        ("Java ZooKeeper obeys it", "Java ZooKeeper 会照做"),
        ("take the line out to run it here", "想在这里运行，就去掉这一行"),
    ),
    "bom": (
        ("the file begins with a byte order mark", "文件开头有 BOM"),
        (
            "an invisible character joins the first key, which is then unknown",
            "看不见的字符成了第一个键的一部分，这个键就不认识了",
        ),
        ("save it as UTF-8 without BOM", "另存为不带 BOM 的 UTF-8"),
    ),
    "crlf": (
        ("the lines end as on Windows (CRLF)", "行尾是 Windows 格式（CRLF）"),
        (
            "Java reads that, but zkServer.sh greps dataDir and gets a carriage return",
            "Java 能读，但 zkServer.sh 用 grep 取 dataDir 时会带上回车符",
        ),
        ("sed -i 's/\\r$//' on the file", "对文件执行 sed -i 's/\\r$//'"),
    ),
    "trailing": (
        ("spaces at the end of: {line}", "行末有空格：{line}"),
        (
            "ZooKeeper trims them, scripts that read the file do not",
            "ZooKeeper 会去掉，读这个文件的脚本不会",
        ),
        ("delete them", "删掉空格"),
    ),
    "id-twice": (
        (
            "{key} is given twice, first in line {first}",
            "{key} 写了两次，第一次在第 {first} 行",
        ),
        (
            "the later line wins without a word: a server is missing from the list",
            "后一行悄悄生效：列表里少了一台服务器",
        ),
        ("give every server its own number", "每台服务器用各自的编号"),
    ),
    "client-address": (
        (
            "clientPort and clientPortAddress say {own}, the line server.{sid} ends"
            " with {line} (;port alone is 0.0.0.0)",
            "clientPort 和 clientPortAddress 给出 {own}，server.{sid} 行末却是 {line}"
            "（只写 ;port 即 0.0.0.0）",
        ),
        (
            "the server refuses to start: the client address in the static file differs"
            " from the one in the dynamic list",
            "服务器拒绝启动：静态文件里的客户端地址与动态列表里的不同",
        ),
        (
            "say it in one place only: take clientPort and clientPortAddress out, and"
            " write ;{own} on the line server.{sid}; in a running ensemble by reconfig",
            "只在一处写：删掉 clientPort 和 clientPortAddress，在 server.{sid} 行末写"
            " ;{own}；运行中的集群用 reconfig 改",
        ),
    ),
    "key-twice": (
        (
            "{key} is given twice, first in line {first}",
            "{key} 写了两次，第一次在第 {first} 行",
        ),
        ("the later line wins without a word", "后一行悄悄生效"),
        ("keep one of them", "只保留一行"),
    ),
    "typo": (
        ("{key} is unknown; did you mean {near}?", "不认识 {key}；是不是想写 {near}？"),
        (
            "ZooKeeper takes it without a word, and nobody reads it",
            "ZooKeeper 不报错，但谁也不会读它",
        ),
        ("write {near}", "改成 {near}"),
    ),
    "unknown": (
        ("{key} is no key that ZooKeeper knows", "ZooKeeper 不认识 {key}"),
        (
            "it becomes a Java property zookeeper.{key}, which nobody reads",
            "它会变成 Java 属性 zookeeper.{key}，没有人读",
        ),
        ("delete the line, or look up its name", "删掉这行，或查清名字"),
    ),
    "jvm-only": (
        ("{key} has no effect in zoo.cfg", "{key} 写在 zoo.cfg 里不起作用"),
        ("it is read from the JVM's own properties", "它只从 JVM 属性读取"),
        (
            "SERVER_JVMFLAGS=-D{key}=… (and the same for clients)",
            "SERVER_JVMFLAGS=-D{key}=…（客户端也一样）",
        ),
    ),
    "not-a-flag": (
        (
            "{key} is true or false, not {value}",
            "{key} 只能是 true 或 false，不是 {value}",
        ),
        ("the server does not start", "服务器无法启动"),
        ("write true or false", "写 true 或 false"),
    ),
    "not-a-number": (
        ("{key} must be a number, not {value}", "{key} 应为数字，不是 {value}"),
        ("the server does not start", "服务器无法启动"),
        ("write a number without unit", "写不带单位的数字"),
    ),
    "no-client-port": (
        ("no clientPort", "没有 clientPort"),
        ("no client can connect to this server", "客户端连不上这台服务器"),
        ("clientPort=2181", "clientPort=2181"),
    ),
    "port-range": (
        ("{key}: there is no port {port}", "{key}：没有端口 {port}"),
        ("ports are 1 to 65535", "端口范围是 1 到 65535"),
        ("choose another", "换一个"),
    ),
    "election-alg": (
        ("electionAlg is not 3", "electionAlg 不是 3"),
        (
            "the other algorithms were removed; the server does not start",
            "其他算法早已删除；服务器无法启动",
        ),
        ("delete the line", "删掉这行"),
    ),
    "tick-zero": (
        ("tickTime must be more than 0", "tickTime 必须大于 0"),
        ("the server does not start", "服务器无法启动"),
        ("tickTime=2000", "tickTime=2000"),
    ),
    "tick-odd": (
        ("a tick of {tick} ms is unusual", "tickTime {tick} ms 不常见"),
        (
            "it is in milliseconds, and all time-outs are counted in it",
            "单位是毫秒，所有超时都以它计数",
        ),
        ("tickTime=2000", "tickTime=2000"),
    ),
    "no-limit": (
        ("{key} is missing", "缺少 {key}"),
        (
            "an ensemble's server does not start without it",
            "集群里的服务器没有它无法启动",
        ),
        ("initLimit=10 and syncLimit=5", "initLimit=10、syncLimit=5"),
    ),
    "limit-zero": (
        ("{key} must be at least 1", "{key} 至少为 1"),
        ("the server does not start", "服务器无法启动"),
        ("initLimit=10 and syncLimit=5", "initLimit=10、syncLimit=5"),
    ),
    "sync-short": (
        (
            "syncLimit {sync} × {tick} ms is very short",
            "syncLimit {sync} × {tick} ms 太短",
        ),
        (
            "one pause of garbage collector or disk costs a follower its leader",
            "一次 GC 停顿或磁盘卡顿就会让 follower 丢掉 leader",
        ),
        ("syncLimit=5", "syncLimit=5"),
    ),
    "init-short": (
        (
            "initLimit {init} is less than syncLimit {sync}",
            "initLimit {init} 小于 syncLimit {sync}",
        ),
        (
            "joining takes longer than keeping up: it may carry a whole SNAP",
            "加入比跟上更费时：可能要传完整的 SNAP",
        ),
        ("initLimit=10", "initLimit=10"),
    ),
    "session-range": (
        (
            "minSessionTimeout {low} is more than maxSessionTimeout {high}",
            "minSessionTimeout {low} 大于 maxSessionTimeout {high}",
        ),
        (
            "the server does not start (without a line they are 2 and 20 ticks)",
            "服务器无法启动（不写时是 2 个和 20 个 tick）",
        ),
        ("make room between them", "让前者小于后者"),
    ),
    "no-data-dir": (
        ("no dataDir", "没有 dataDir"),
        ("the server does not start", "服务器无法启动"),
        ("dataDir=/var/lib/zookeeper", "dataDir=/var/lib/zookeeper"),
    ),
    "relative": (
        ("dataDir {folder} is relative", "dataDir {folder} 是相对路径"),
        (
            "where it is depends on where the server was started: another time, it is"
            " empty",
            "位置取决于在哪里启动：换个目录启动，数据就“没了”",
        ),
        ("write it from the root", "写成绝对路径"),
    ),
    "in-tmp": (
        ("dataDir {folder} is below /tmp", "dataDir {folder} 在 /tmp 之下"),
        (
            "a reboot may empty it; a voter that forgot what it promised breaks"
            " the quorum's word",
            "重启机器可能清空它；忘了承诺的投票者会让多数派失信",
        ),
        ("dataDir=/var/lib/zookeeper", "dataDir=/var/lib/zookeeper"),
    ),
    "log-dir": (
        (
            "transaction log and snapshots share {folder}",
            "事务日志与快照同在 {folder}",
        ),
        (
            "while a snapshot is written, every acknowledgement waits longer",
            "写快照时，每次确认都要等得更久",
        ),
        ("dataLogDir on a disk of its own", "给 dataLogDir 单独一块盘"),
    ),
    "no-purge": (
        ("old snapshots and logs are never deleted", "旧快照和日志从不清理"),
        (
            "one day the disk is full, and the server ends",
            "总有一天磁盘写满，服务器退出",
        ),
        (
            "autopurge.purgeInterval=24 and autopurge.snapRetainCount=3",
            "autopurge.purgeInterval=24、autopurge.snapRetainCount=3",
        ),
    ),
    "retain": (
        (
            "autopurge.snapRetainCount {retain} is taken as 3",
            "autopurge.snapRetainCount {retain} 会按 3 处理",
        ),
        ("ZooKeeper keeps three at least", "ZooKeeper 至少保留三个"),
        ("write 3 or more", "写 3 或更大"),
    ),
    "words-few": (
        (
            "of the four-letter words only srvr will be answered",
            "四字命令只会回答 srvr",
        ),
        (
            "ruok, stat, mntr are refused since 3.5.3; monitors stumble over that",
            "3.5.3 起 ruok、stat、mntr 默认被拒；监控常因此出错",
        ),
        (
            "4lw.commands.whitelist=ruok,srvr,stat,mntr",
            "4lw.commands.whitelist=ruok,srvr,stat,mntr",
        ),
    ),
    "words-all": (
        ("all four-letter words are allowed", "允许所有四字命令"),
        (
            "whoever reaches the port can list sessions, watches and the environment",
            "能访问端口的人就能列出会话、watch 和环境变量",
        ),
        (
            "4lw.commands.whitelist=ruok,srvr,stat,mntr",
            "4lw.commands.whitelist=ruok,srvr,stat,mntr",
        ),
    ),
    "no-fsync": (
        ("forceSync=no", "forceSync=no"),
        (
            "writes are acknowledged before they are on disk: a power cut of a majority"
            " loses what clients were promised",
            "写还没落盘就确认：多数机器同时断电会丢掉已承诺的写",
        ),
        ("delete the line", "删掉这行"),
    ),
}
