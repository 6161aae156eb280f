"""A word on each line of a node's files, for `labctl config`."""

from collections.abc import Mapping

SETTINGS: Mapping[str, tuple[str, str]] = {
    "set.tickTime": (
        "milliseconds: the unit of all limits below, and of heartbeats",
        "毫秒：以下各限额和心跳的时间单位",
    ),
    "set.initLimit": (
        "ticks a learner may take to connect and be synchronized",
        "learner 连接并完成同步可用的 tick 数",
    ),
    "set.syncLimit": (
        "ticks of silence after which leader or learner is given up",
        "沉默多少个 tick 后放弃对方",
    ),
    "set.dataDir": (
        "snapshots, log, epochs and myid live here",
        "快照、日志、epoch 与 myid 都在这里",
    ),
    "set.dataLogDir": (
        "the transaction log lives here",
        "事务日志在这里",
    ),
    "set.clientPort": ("where clients connect", "客户端连接的端口"),
    "set.clientPortAddress": (
        "reachable from this machine only",
        "只有本机可以连接",
    ),
    "set.admin.serverAddress": (
        "reachable from this machine only",
        "只有本机可以连接",
    ),
    "set.admin.serverPort": (
        "HTTP for people and labctl; 8080 unless set, so each node needs its own",
        "供人和 labctl 使用的 HTTP；不设则为 8080，所以各节点要各设一个",
    ),
    "set.server": (
        "a member: host, port between leader and learners, port for elections",
        "一个成员：主机、leader 与 learner 之间的端口、选举端口",
    ),
    "set.peerType": (
        "an observer: serves clients, has no vote",
        "observer：服务客户端，没有投票权",
    ),
    "set.4lw.commands.whitelist": (
        "four-letter words that are answered, such as srvr",
        "允许的四字命令，例如 srvr",
    ),
    "set.quorumlab.lab": (
        "whose node this is; Java ZooKeeper ignores it",
        "属于哪个实验；Java ZooKeeper 会忽略",
    ),
    "set.quorumlab.events": (
        "where the node writes its events; Java ZooKeeper ignores it",
        "节点写事件的地方；Java ZooKeeper 会忽略",
    ),
    "set.myid": (
        "who this server is: the N of its line server.N",
        "本节点的编号：server.N 中的 N",
    ),
}
