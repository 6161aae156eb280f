"""Why a server does not start, as its log's exceptions name it."""

from collections.abc import Mapping

from labctl.words.cause import Cause

START: Mapping[str, Cause] = {
    "no-memory": (
        ("Java's heap is too small", "Java 堆太小"),
        None,
        (
            "raise -Xmx (the whole tree is in memory) and keep it below the machine's"
            " or"
            " container's limit; look for a client that makes znodes without end",
            "调大 -Xmx（整棵树都在内存里），但要低于机器或容器的限额；"
            "查是否有客户端不停创建 znode",
        ),
    ),
    "open-files": (
        ("too many files and sockets are open", "打开的文件和连接太多"),
        None,
        (
            "raise the limit (ulimit -n, LimitNOFILE); look for a client that opens"
            " sessions without closing them",
            "调大上限（ulimit -n、LimitNOFILE）；查是否有客户端只开会话不关",
        ),
    ),
    "my-id-file": (
        ("there is no file {path}", "没有文件 {path}"),
        None,
        (
            "write this server's number into it, the N of its server.N line (official"
            " image: ZOO_MY_ID)",
            "把本机的编号写进去，即它那行 server.N 的 N（官方镜像用 ZOO_MY_ID）",
        ),
    ),
    "my-id-text": (
        (
            "the file myid holds {said}, which is no number",
            "myid 文件里是 {said}，不是数字",
        ),
        None,
        ("write one number into it, and nothing else", "里面只写一个数字，别的都不要"),
    ),
    "my-id-strange": (
        (
            "this server's myid is {sid}, and there is no server.{sid}",
            "本机的 myid 是 {sid}，却没有 server.{sid}",
        ),
        None,
        (
            "correct myid, or add the line to every server's file",
            "改正 myid，或在每台服务器的文件里加上这一行",
        ),
    ),
    "config-missing": (
        ("{key} is not set", "没有设置 {key}"),
        None,
        ("add the line to zoo.cfg", "在 zoo.cfg 里加上这一行"),
    ),
    "config-file": (
        ("there is no file {path}", "没有文件 {path}"),
        None,
        ("name the file that exists", "给出存在的文件"),
    ),
    "config-number": (
        ("{said} stands where a number must", "该写数字的地方写了 {said}"),
        None,
        (
            "correct the line; labctl doctor zoo.cfg names it",
            "改正那一行；labctl doctor zoo.cfg 会指出来",
        ),
    ),
    "server-form": (
        ("a server.N line cannot be read", "有一行 server.N 读不懂"),
        None,
        (
            "write server.N=host:2888:3888, in 3.5 and later with ;2181 behind it",
            "写成 server.N=host:2888:3888，3.5 起可在后面加 ;2181",
        ),
    ),
    "no-standalone": (
        (
            "standaloneEnabled is false and no server is listed",
            "standaloneEnabled 为 false，却没有列出服务器",
        ),
        None,
        (
            "list the servers: in zoo.cfg or the file that dynamicConfigFile names",
            "列出服务器：写在 zoo.cfg 或 dynamicConfigFile 指的文件里",
        ),
    ),
    "port-taken": (
        ("another process has this port", "端口已被别的进程占用"),
        None,
        (
            "ss -ltnp shows who: an old server that still runs, or the AdminServer's"
            " 8080; end it or take another port",
            "用 ss -ltnp 看是谁：还在运行的旧服务器，或 AdminServer 的 8080；"
            "结束它或换端口",
        ),
    ),
    "not-my-address": (
        (
            "it shall listen on an address that this machine does not have",
            "要监听的地址不属于本机",
        ),
        None,
        (
            "in a container or behind NAT: quorumListenOnAllIPs=true; else correct this"
            " server's own line",
            "在容器里或 NAT 之后：quorumListenOnAllIPs=true；否则改正本机那行 server.N",
        ),
    ),
    "name-unknown": (
        ("the name {host} has no address", "主机名 {host} 解析不到地址"),
        None,
        (
            "if it comes later, the other was only not up yet (in Kubernetes:"
            " publishNotReadyAddresses); else correct the name or the DNS",
            "若后来好了，只是对方还没起来（Kubernetes 里用 publishNotReadyAddresses）；"
            "否则改正名字或 DNS",
        ),
    ),
    "java-old": (
        ("this Java is too old for this ZooKeeper", "Java 版本对这个 ZooKeeper 太旧"),
        None,
        (
            "install a newer Java: 8 for 3.5 to 3.9",
            "安装更新的 Java：3.5 到 3.9 需要 8",
        ),
    ),
    "java-class": (
        ("a class is missing", "缺少某个类"),
        None,
        (
            "take the binary package (apache-zookeeper-…-bin.tar.gz), not the sources",
            "要下载二进制包（apache-zookeeper-…-bin.tar.gz），不是源码包",
        ),
    ),
}
