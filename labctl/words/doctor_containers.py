"""Findings in compose files, manifests, variables of images, and data folders."""

from collections.abc import Mapping

from labctl.words.doctor_parts import Said

CONTAINERS: Mapping[str, Said] = {
    "c-yaml": (
        ("this YAML cannot be read: {why}", "这个 YAML 读不了：{why}"),
        None,
        ("correct the line", "改正这一行"),
    ),
    "c-no-my-id": (
        ("{name} has no {variable}", "{name} 没有 {variable}"),
        (
            "the image then takes 1: two servers are the same one to all others, and no"
            " majority forms",
            "镜像于是取 1：在别人看来两台是同一台，凑不成多数",
        ),
        (
            "give it the N of its own server.N; a data folder that was begun with 1"
            " keeps"
            " its myid: correct that, too",
            "设成自己那行 server.N 的 N；用 1 建过的数据目录里 myid 还在，也要改",
        ),
    ),
    "c-copies": (
        (
            "{name} runs {n} copies with one set of variables",
            "{name} 用同一组变量运行 {n} 份",
        ),
        (
            "every copy is the same server to the others",
            "在别人看来每份都是同一台服务器",
        ),
        (
            "a StatefulSet whose command writes myid from the host name's number",
            "用 StatefulSet，由启动命令按主机名的序号写 myid",
        ),
    ),
    "c-commas": (
        ("{variable} is split by commas", "{variable} 用逗号分隔"),
        (
            "this image splits at spaces only: the whole is one line that cannot be"
            " read",
            "这个镜像只按空格拆分：整串成了读不懂的一行",
        ),
        ("put spaces between the servers", "服务器之间用空格"),
    ),
    "c-no-client-part": (
        ("{ids}: no ;2181 at the end", "{ids}：末尾没有 ;2181"),
        (
            "from 3.5 on this image writes no clientPort of its own: without the client"
            " part no client can connect",
            "3.5 起这个镜像自己不写 clientPort：没有客户端部分，客户端连不上",
        ),
        ("server.N=zooN:2888:3888;2181", "server.N=zooN:2888:3888;2181"),
    ),
    "c-own-other": (
        (
            "{name} is server.{sid}, and that line names {host}",
            "{name} 是 server.{sid}，那一行写的却是 {host}",
        ),
        (
            "it listens under another's name: the number or the line is another"
            " server's",
            "它以别人的名义监听：编号或那一行是别的服务器的",
        ),
        ("give {name} its own number", "给 {name} 自己的编号"),
    ),
    "c-stranger": (
        (
            "server.{sid} is {host}, and no service here has that name",
            "server.{sid} 是 {host}，这里没有这个名字的服务",
        ),
        (
            "the name has no address in the network of these containers",
            "在这些容器的网络里，这个名字解析不到",
        ),
        (
            "write the service's name, or give it that hostname or alias",
            "写服务名，或给它这个 hostname 或别名",
        ),
    ),
    "c-variable-near": (
        (
            "the {image} image does not read {name}; it reads {near}",
            "{image} 镜像不读 {name}，它读 {near}",
        ),
        (
            "the variable has no effect, and nothing says so",
            "这个变量不起作用，也没有提示",
        ),
        ("write {near}", "改成 {near}"),
    ),
    "c-variable": (
        ("the {image} image does not read {name}", "{image} 镜像不读 {name}"),
        (
            "the variable has no effect, and nothing says so",
            "这个变量不起作用，也没有提示",
        ),
        ("look it up in the image's page", "查镜像的说明"),
    ),
    "c-unit-script": (
        (
            "{names}: only a container image reads that, and {program} is none",
            "{names}：只有容器镜像才读它，而 {program} 不是镜像",
        ),
        (
            "the variables have no effect: the server reads its zoo.cfg and its myid",
            "这些变量不起作用：服务器读的是 zoo.cfg 和 myid",
        ),
        (
            "server.N=host:2888:3888 goes to zoo.cfg, N to the file myid in dataDir",
            "把 server.N=host:2888:3888 写进 zoo.cfg，把 N 写进 dataDir 里的 myid",
        ),
    ),
    "c-unit-program": (
        (
            "{names}: no image of ZooKeeper is started here that would read it",
            "{names}：这里没有启动会读它的 ZooKeeper 镜像",
        ),
        (
            "{program} may read it for itself; ZooKeeper's own scripts do not",
            "{program} 也许自己读它；ZooKeeper 自己的脚本不读",
        ),
        (
            "give labctl doctor the server's zoo.cfg instead",
            "请把服务器的 zoo.cfg 交给 labctl doctor",
        ),
    ),
    "c-unit-split": (
        (
            "systemd ends {name} at a space: {word} is no part of it",
            "systemd 在空格处截断 {name}：{word} 不属于它",
        ),
        (
            "the rest of the line is dropped, with a warning in the journal",
            "这一行其余部分被丢弃，journal 里只有一条警告",
        ),
        (
            'quote the whole: Environment="NAME=value with spaces"',
            '整个加引号：Environment="NAME=带空格的值"',
        ),
    ),
    "c-anonymous": (
        (
            "{name} allows no anonymous login and sets no users",
            "{name} 既不许匿名，又没设用户",
        ),
        ("this image then refuses to start", "这个镜像于是拒绝启动"),
        (
            "ALLOW_ANONYMOUS_LOGIN=yes for a trial; ZOO_ENABLE_AUTH and users"
            " otherwise",
            "试验用 ALLOW_ANONYMOUS_LOGIN=yes；正式用 ZOO_ENABLE_AUTH 并设用户",
        ),
    ),
    "c-client-port": (
        ("{name} has no ZOOKEEPER_CLIENT_PORT", "{name} 没有 ZOOKEEPER_CLIENT_PORT"),
        ("this image refuses to start without it", "没有它这个镜像拒绝启动"),
        ("ZOOKEEPER_CLIENT_PORT: 2181", "ZOOKEEPER_CLIENT_PORT: 2181"),
    ),
    "c-no-volume": (
        ("{name} keeps its data inside the container", "{name} 的数据留在容器里"),
        (
            "removing the container removes its history; a majority removed at once is"
            " data lost",
            "删掉容器就删掉它的历史；同时删掉多数就丢了数据",
        ),
        (
            "a volume of its own for the data folder, and one for the log",
            "给数据目录一个自己的卷，日志再一个",
        ),
    ),
    "c-port-twice": (
        (
            "{name} publishes port {port} of the host, which is {other}'s",
            "{name} 要发布主机端口 {port}，它已属于 {other}",
        ),
        ("whoever starts second does not start", "后启动的起不来"),
        ("2181:2181, 2182:2181, 2183:2181", "2181:2181、2182:2181、2183:2181"),
    ),
    "c-volume-twice": (
        ("{name} and {other} share {folder}", "{name} 和 {other} 共用 {folder}"),
        (
            "two servers with one myid and one history: each destroys what the other"
            " writes",
            "两台服务器共用一个 myid 和一份历史：各自毁掉对方写的",
        ),
        ("one volume for each server", "每台服务器一个卷"),
    ),
    "c-no-servers": (
        ("{names}: none has {variable}", "{names}：都没有 {variable}"),
        (
            "each runs alone: writes to one are not seen by the others",
            "各自单机运行：写到一台的，别的看不到",
        ),
        (
            "the same list of all servers for each",
            "给每台同样的、列出全部服务器的列表",
        ),
    ),
}

KEYS: Mapping[str, Said] = {
    "no-keystore": (
        ("{key} is on, and {store} is not set", "开了 {key}，却没有设 {store}"),
        (
            "TLS needs a key to show: no connection comes about on that port",
            "TLS 要有密钥可出示：那个端口上建不成连接",
        ),
        (
            "set {store} and its password, and the trust store; or take {key} out",
            "设 {store}、它的密码和 truststore；或去掉 {key}",
        ),
    ),
    "needs-netty": (
        ("secureClientPort without Netty", "secureClientPort 没有配 Netty"),
        ("only Netty's connections can do TLS", "只有 Netty 的连接能用 TLS"),
        (
            "serverCnxnFactory=org.apache.zookeeper.server.NettyServerCnxnFactory",
            "serverCnxnFactory=org.apache.zookeeper.server.NettyServerCnxnFactory",
        ),
    ),
    "dynamic-missing": (
        ("{path} cannot be read", "{path} 读不到"),
        (
            "the servers stand there: without it none is known, and this one must not"
            " run"
            " alone",
            "服务器列表在那里：没有它就谁也不认识，本机不该单独运行",
        ),
        (
            "bring the file, and name it from the root: it is looked for where the"
            " server"
            " is started",
            "补上文件，并写绝对路径：它按启动时的目录查找",
        ),
    ),
    "no-standalone": (
        (
            "standaloneEnabled=false, and no server is listed",
            "standaloneEnabled=false，却没有列出服务器",
        ),
        ("the server does not start", "服务器无法启动"),
        (
            "list the servers here or in a dynamicConfigFile",
            "在这里或 dynamicConfigFile 里列出服务器",
        ),
    ),
    "backslash": (
        ("dataDir={raw} is read as {folder}", "dataDir={raw} 会读成 {folder}"),
        (
            "in this format a single backslash begins an escape, and is dropped",
            "这种格式里单个反斜杠是转义的开头，会被去掉",
        ),
        (
            "C:/zookeeper/data, or two backslashes each",
            "写 C:/zookeeper/data，或每处两个",
        ),
    ),
    "resolves-loopback": (
        ("{host} is {address} on this machine", "在本机 {host} 是 {address}"),
        (
            "if a server runs here, it listens and calls itself there, and the others"
            " do not reach it",
            "若服务器在这台机器上，它会在那里监听、连自己，别人连不上",
        ),
        (
            "in /etc/hosts, give the name its real address instead of 127.0.1.1",
            "在 /etc/hosts 里把这个名字从 127.0.1.1 改成真实地址",
        ),
    ),
}

DATA: Mapping[str, Said] = {
    "data-good": (
        (
            "{logs} log files, {snapshots} snapshots: whole",
            "{logs} 个日志、{snapshots} 个快照：完好",
        ),
    ),
    "data-no-my-id": (
        ("there is no myid in this data folder", "这个数据目录里没有 myid"),
        (
            "a server of an ensemble does not start without it",
            "集群里的服务器没有它无法启动",
        ),
        ("write the N of its own server.N", "写上自己那行 server.N 的 N"),
    ),
    "data-log-empty": (
        (
            "the newest log file has {size} bytes: no whole header",
            "最新的日志文件只有 {size} 字节：文件头不完整",
        ),
        (
            "the server was stopped as it began the file, or the disk was full; older"
            " releases do not start with it",
            "刚建文件时服务器被停掉，或磁盘已满；旧版本会因此无法启动",
        ),
        (
            "copy the whole folder; then this one file may go, and no other",
            "先复制整个目录；然后只移走这一个文件，别的不动",
        ),
    ),
    "data-log-short": (
        (
            "a log file has {size} bytes, and newer ones follow",
            "有个日志文件只有 {size} 字节，后面还有更新的",
        ),
        ("what stood in it is missing from the history", "它里面的内容从历史里缺失"),
        (
            "copy the whole folder, and let this server come back from the leader",
            "先复制整个目录，再让本机从 leader 恢复",
        ),
    ),
    "data-magic": (
        ("this is no log of ZooKeeper's", "这不是 ZooKeeper 的日志"),
        ("the server does not start with it", "服务器会因此无法启动"),
        ("copy the folder, then move the file out", "先复制目录，再把它移出去"),
    ),
    "data-unreadable": (
        ("cannot be read by this user", "这个用户读不了"),
        ("nor, perhaps, by the server's", "服务器的用户可能也读不了"),
        ("look at owner and mode: ls -l", "用 ls -l 看属主和权限"),
    ),
    "data-no-snapshot": (
        ("{logs} log files, and no snapshot", "有 {logs} 个日志，却没有快照"),
        (
            "3.5 and later refuse to start: the snapshots were moved away or lost, or"
            " this is an upgrade from 3.4",
            "3.5 起会拒绝启动：快照被移走或丢了，或这是从 3.4 升级",
        ),
        (
            "keep a copy; find the snapshots; only if the logs are whole from the"
            " first:"
            " snapshot.trust.empty=true once",
            "留副本；找回快照；只有日志从头完整时，才用一次 snapshot.trust.empty=true",
        ),
    ),
    "data-snapshot-bad": (
        ("this is no whole snapshot", "这不是完整的快照"),
        ("an older one is taken instead", "会改用更旧的"),
        ("keep it until you know why", "查清原因之前留着它"),
    ),
    "data-many": (
        ("{n} snapshots: nobody purges", "{n} 个快照：没有人清理"),
        (
            "one day the disk is full, and the server ends",
            "总有一天磁盘写满，服务器就结束",
        ),
        ("autopurge.purgeInterval=24", "autopurge.purgeInterval=24"),
    ),
    "data-epoch-text": (
        ("this is no number", "这不是数字"),
        ("the server does not start", "服务器无法启动"),
        ("bring it back from a backup of this server", "用本机的备份还原"),
    ),
    "data-epoch-order": (
        (
            "acceptedEpoch is {accepted}, currentEpoch {current}",
            "acceptedEpoch 是 {accepted}，currentEpoch 是 {current}",
        ),
        (
            "the promise is never older than the history: the files are of two moments",
            "承诺不会比历史旧：两个文件不是同一时刻的",
        ),
        (
            "keep a copy; put both back from one backup, or come back from the leader",
            "留副本；用同一份备份还原，或从 leader 恢复",
        ),
    ),
    "data-epoch-behind": (
        (
            "currentEpoch is {current}, and there is history of epoch {newest}",
            "currentEpoch 是 {current}，却有 epoch {newest} 的历史",
        ),
        (
            "the server does not start: the files are of two moments",
            "服务器无法启动：文件不是同一时刻的",
        ),
        (
            "keep a copy; if a majority of the others is well, let this server come"
            " back"
            " from the leader",
            "留副本；若其他服务器的多数都好，让本机从 leader 恢复",
        ),
    ),
}
