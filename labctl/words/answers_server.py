"""Answers of `labctl explain`: four-letter words, metrics, ports."""

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    "ruok": (
        "answers imok if the process runs: not whether there is a quorum",
        "进程在运行就回答 imok：不说明有没有 quorum",
    ),
    "srvr": (
        "mode, zxid, latency and counts of this server; allowed unless told otherwise",
        "本机的角色、zxid、延迟和计数；默认放行",
    ),
    "stat": ("as srvr, and each client connection", "同 srvr，另加每个客户端连接"),
    "mntr": (
        "everything to be monitored, one key a line",
        "监控用的全部指标，每行一个",
    ),
    "conf": ("the configuration that is in force", "生效的配置"),
    "cons": ("each connection with its counts and session", "每个连接及其计数和会话"),
    "crst": ("sets the counts of all connections to 0", "把所有连接的计数清零"),
    "srst": ("sets the server's counts to 0", "把服务器的计数清零"),
    "dump": ("sessions and their ephemerals (leader)", "会话及其临时节点（leader）"),
    "envi": ("versions, paths and other environment", "版本、路径等环境"),
    "isro": ("ro in read-only mode, else rw", "只读模式回答 ro，否则 rw"),
    "wchs": ("how many watches there are", "watch 的数量"),
    "wchc": ("watches by session: costly", "按会话列出 watch：代价大"),
    "wchp": ("watches by path: costly", "按路径列出 watch：代价大"),
    "dirs": ("bytes of snapshots and logs", "快照和日志的字节数"),
    "hash": ("recent digests of the tree", "最近的树摘要"),
    "gtmk": ("the trace mask", "跟踪掩码"),
    "stmk": ("sets the trace mask", "设置跟踪掩码"),
}
COMMON_METRICS: Mapping[str, tuple[str, str]] = {
    "zk_server_state": (
        "leader, follower, observer or standalone; looking means no quorum",
        "leader、follower、observer 或 standalone；looking 表示没有 quorum",
    ),
    "zk_avg_latency": ("ms a request takes, on average", "请求的平均毫秒数"),
    "zk_max_latency": (
        "ms of the slowest request since the last reset",
        "最慢请求的毫秒数",
    ),
    "zk_min_latency": ("ms of the quickest request", "最快请求的毫秒数"),
    "zk_outstanding_requests": (
        "requests that wait: if it grows, the disk or the leader is too slow",
        "排队的请求：若增长，磁盘或 leader 太慢",
    ),
    "zk_num_alive_connections": ("open client connections", "打开的客户端连接"),
    "zk_znode_count": ("znodes in the tree", "树里的 znode 数"),
    "zk_watch_count": ("watches that stand", "现有的 watch"),
    "zk_ephemerals_count": ("ephemeral nodes", "临时节点数"),
    "zk_approximate_data_size": ("bytes of all data, roughly", "全部数据的大致字节数"),
    "zk_open_file_descriptor_count": ("open files and sockets", "打开的文件和连接"),
    "zk_max_file_descriptor_count": ("how many may be open", "允许打开的数量"),
    "zk_packets_received": ("packets received", "收到的包"),
    "zk_packets_sent": ("packets sent", "发出的包"),
    "zk_followers": (
        "learners of this leader (old name)",
        "leader 的 learner 数（旧名）",
    ),
    "zk_learners": ("learners of this leader", "leader 的 learner 数"),
    "zk_synced_followers": (
        "followers in step: with the leader they must be a majority",
        "同步的 follower：加上 leader 须过半",
    ),
    "zk_synced_observers": ("observers in step", "同步的 observer"),
    "zk_synced_non_voting_followers": (
        "followers without a vote",
        "没有投票权的 follower",
    ),
    "zk_pending_syncs": ("sync requests that wait", "等待的 sync 请求"),
    "zk_last_proposal_size": ("bytes of the last proposal", "最近一次提案的字节数"),
    "zk_max_proposal_size": ("bytes of the largest proposal", "最大提案的字节数"),
    "zk_min_proposal_size": ("bytes of the smallest proposal", "最小提案的字节数"),
    "zk_fsynctime": (
        "ms a forced write of the log takes: every write waits for it",
        "日志落盘的毫秒数：每次写都要等它",
    ),
    "zk_snapshottime": ("ms a snapshot takes", "写快照的毫秒数"),
    "zk_election_time": ("ms an election took", "选举用时"),
    "zk_leader_uptime": ("ms this leader leads", "本 leader 已领导的毫秒数"),
    "zk_uptime": ("ms since it serves", "开始服务以来的毫秒数"),
    "zk_global_sessions": ("sessions all servers know", "全员知晓的会话"),
    "zk_local_sessions": ("sessions this server alone knows", "只有本机知道的会话"),
    "zk_connection_rejected": ("connections refused", "被拒绝的连接"),
    "zk_stale_sessions_expired": ("sessions that expired", "过期的会话"),
    "zk_jvm_pause_time_ms": ("ms Java stood still", "Java 停顿的毫秒数"),
    "zk_version": ("the release", "版本"),
    "zk_peer_state": ("phase of this server", "本机的阶段"),
    "zk_quorum_size": ("voters in the configuration", "配置里的投票者数"),
}
PORTS: Mapping[str, tuple[str, str]] = {
    "2181": ("clientPort: where clients connect", "clientPort：客户端连接的端口"),
    "2281": (
        "secureClientPort by habit: clients with TLS",
        "习惯上的 secureClientPort：TLS 客户端",
    ),
    "2888": (
        "the quorum port of server.N: the leader listens there, learners connect;"
        " nobody"
        " listens on a follower",
        "server.N 的 quorum 端口：leader 在此监听，learner 连来；follower 上没人监听",
    ),
    "3888": (
        "the election port of server.N: every server listens there, the larger id"
        " calls",
        "server.N 的选举端口：每台都监听，id 大的一方拨号",
    ),
    "8080": (
        "the AdminServer (admin.serverPort): a clash with another program is common",
        "AdminServer（admin.serverPort）：常与别的程序冲突",
    ),
    "7000": (
        "metrics for Prometheus (metricsProvider.httpPort)",
        "Prometheus 指标（metricsProvider.httpPort）",
    ),
}
FRAME: Mapping[str, tuple[str, str]] = {
    "ask.error": (
        "{name}: an error of clients (code {code})",
        "{name}：客户端错误（代码 {code}）",
    ),
    "ask.key": ("{name}: a key of zoo.cfg", "{name}：zoo.cfg 的键"),
    "ask.key.what": ("{what} (default: {default})", "{what}（默认：{default}）"),
    "ask.variable": ("{name}: an image's variable", "{name}：镜像的变量"),
    "ask.variable.of": ("the {image} image reads it", "{image} 镜像会读取它"),
    "ask.variable.my-id": (
        "the number of this server, written to myid when the data folder is begun; each"
        " server has its own, the N of its server.N",
        "本服务器的编号，首次建立数据目录时写入 myid；每台各不相同，即自己那行 server.N"
        " 的 N",
    ),
    "ask.variable.servers": (
        "the list of all servers, the same for each; the official image wants"
        " server.N=host:2888:3888;2181 with spaces between",
        "全部服务器的列表，每台都一样；官方镜像要写"
        " server.N=host:2888:3888;2181，用空格分隔",
    ),
    "ask.refused": (
        "the host answers and nobody listens on that port: the server does not run"
        " (yet), listens on another port or address, or the name leads elsewhere",
        "主机有应答，但那个端口没有人监听：服务器没有（或尚未）运行、监听的是别的端口或"
        "地址，或名字指错了主机",
    ),
    "ask.refused.repair": (
        "on that host: is it running, what does it listen on (ss -ltn)? For 3888 it"
        " passes when the peer is up; for 2888 only a leader listens",
        "到那台主机上看：在运行吗，监听什么（ss -ltn）？3888 等对方起来就好；2888 只有"
        " leader 监听",
    ),
    "ask.word": ("{name}: a four-letter word", "{name}：四字命令"),
    "ask.metric": ("{name}: a metric (mntr)", "{name}：指标（mntr）"),
    "ask.port": ("{name}: a port", "{name}：端口"),
    "ask.line": ("a line of a ZooKeeper log", "ZooKeeper 日志里的一行"),
    "ask.cause": ("an exception: {what}", "一个异常：{what}"),
    "ask.number": ("{name} as a length", "{name} 作为长度"),
    "ask.keep": ("first    {text}", "首先   {text}"),
    "ask.repair": ("repair   {text}", "修复   {text}"),
    "ask.because": ("because  {why}", "理由   {why}"),
    "ask.exact": ("its name is this one", "名字就是它"),
    "ask.code": ("its code is {code}", "代码是 {code}"),
    "ask.inside": ("the text contains {word}", "文字里有 {word}"),
    "ask.template": (
        "the text fits a line that ZooKeeper logs",
        "文字符合 ZooKeeper 的一种日志行",
    ),
    "ask.bytes": ("the four bytes of the number", "这个数的四个字节"),
}
