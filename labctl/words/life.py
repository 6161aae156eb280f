"""The narrator on processes, disks and sessions: English and 简体中文 side by side."""

from collections.abc import Mapping

LIFE: Mapping[str, tuple[str, str]] = {
    "NodeStarted": ("starts", "启动"),
    "NodeStarted.voter": ("a voter", "有投票权"),
    "NodeStarted.observer": ("an observer: no vote", "observer：没有投票权"),
    "Recovered": ("recovers {zxid} from disk", "从磁盘恢复到 {zxid}"),
    "Recovered.why": (
        "snapshot {snapshot} + {replayed} txns from the log; epoch {epoch}",
        "快照 {snapshot} + 日志中 {replayed} 个事务；epoch {epoch}",
    ),
    "Recovered.torn": (
        "the log's last record was half written, never promised to anyone: dropped",
        "日志最后一条只写了一半，未向任何人承诺：丢弃",
    ),
    "Recovered.empty": ("empty disk", "磁盘为空"),
    "Recovered.empty.why": ("no history yet: zxid 0x0", "还没有历史：zxid 0x0"),
    "port-of.election": ("election", "选举"),
    "port-of.quorum": ("quorum", "仲裁"),
    "port-of.client": ("client", "客户端"),
    "port-of.secure client": ("secure client", "客户端 TLS"),
    "port-of.admin": ("admin", "管理"),
    "port-of.metrics": ("metrics", "指标"),
    "ListenerOpened": (
        "{port_of} port {address}:{port}",
        "{port_of}端口 {address}:{port}",
    ),
    "PortUnavailable": (
        "cannot lead: port {port} of {address}: {why}",
        "无法领导：{address} 的端口 {port}：{why}",
    ),
    "PortUnavailable.why": (
        "without its quorum port no learner reaches it: it looks again, and retries",
        "没有仲裁端口，learner 就连不上它：重新选举，再试一次",
    ),
    "AdminUnavailable": ("no AdminServer on {port}", "端口 {port} 上没有 AdminServer"),
    "AdminUnavailable.why": (
        "{why}: only a warning, as in ZooKeeper; it goes on without",
        "{why}：与 ZooKeeper 一样只是警告，没有它照样运行",
    ),
    "NodeStopped": ("✕ stopped", "✕ 已停止"),
    "NodeStopped.asked": ("in order, because it was asked to", "应要求有序退出"),
    "NodeStopped.why": ("{why} (exit code {code})", "{why}（退出码 {code}）"),
    "StateChanged": ("{old} → {new}", "{old} → {new}"),
    "shape.LOOKING": ("? LOOKING", "? LOOKING"),
    "shape.FOLLOWING": ("● FOLLOWING", "● FOLLOWING"),
    "shape.LEADING": ("▲ LEADING", "▲ LEADING"),
    "shape.OBSERVING": ("◇ OBSERVING", "◇ OBSERVING"),
    "StateChanged.start": ("it just started", "刚刚启动"),
    "StateChanged.elected": ("the election decided so", "选举的结果"),
    "StateChanged.leader-lost": ("its leader is gone", "leader 不在了"),
    "StateChanged.quorum-lost": ("its majority is gone", "失去多数派"),
    "StateChanged.no-quorum-port": ("its quorum port cannot be had", "拿不到仲裁端口"),
    "StateChanged.no-quorum": ("a majority is no longer with it", "不再有过半节点跟随"),
    "StateChanged.no-epoch-quorum": ("too few reported in time", "按时报到的太少"),
    "StateChanged.no-epoch-acks": ("too few accepted its epoch", "接受其 epoch 的太少"),
    "StateChanged.no-newleader-quorum": (
        "too few took over its history",
        "接过其历史的太少",
    ),
    "StateChanged.no-epoch-left": (
        "all epochs are used up",
        "所有 epoch 已用尽",
    ),
    "StateChanged.sync-failed": ("the synchronization failed", "同步失败"),
    "SnapshotTaken": (
        "snapshot at {zxid}: {bytes} bytes in {took} ms",
        "快照 {zxid}:{bytes} 字节，用时 {took} ms",
    ),
    "SnapshotTaken.why": ("older log files are not needed now", "更旧的日志不再需要"),
    "OldFilesRemoved": (
        "autopurge: {snapshots} snapshots and {logs} logs deleted",
        "autopurge：删除 {snapshots} 个快照、{logs} 个日志文件",
    ),
    "OldFilesRemoved.why": (
        "recovery needs nothing before the snapshot at {oldest}",
        "恢复只需要 {oldest} 处的快照及其之后的日志",
    ),
    "SlowSync": ("slow disk: {took} ms", "磁盘慢：{took} ms"),
    "SlowSync.why": (
        "a promise waits for its fsync, so clients waited too",
        "承诺要等 fsync，客户端也在等",
    ),
    "SessionOpened": (
        "session {session} for {client}, time-out {timeout} ms",
        "会话 {session}（{client}），超时 {timeout} ms",
    ),
    "SessionOpened.moved": (
        "session {session} moved here",
        "会话 {session} 转到这里",
    ),
    "SessionOpened.moved.why": (
        "sessions belong to the ensemble, not to one server: its ephemerals live on",
        "会话属于整个集群而非某个节点：它的临时节点仍在",
    ),
    "TlsRefused": (
        "hangs up on {address} at its {port_of} port",
        "在{port_of}端口挂断 {address}",
    ),
    "TlsRefused.expired": ("its certificate has expired", "它的证书已过期"),
    "TlsRefused.foreign": (
        "nobody in our trust store has signed its certificate",
        "它的证书不是由我们信任库中的任何一方签发的",
    ),
    "TlsRefused.no-certificate": (
        "it shows no certificate, and clientAuth needs one",
        "它没有出示证书，而 clientAuth 要求出示",
    ),
    "TlsRefused.wrong-host": (
        "its certificate names another host than the one that it calls from",
        "它的证书写的是另一台主机，而不是它所在的主机",
    ),
    "TlsRefused.not-tls": (
        "it does not speak TLS, and this port speaks nothing else",
        "它不说 TLS，而这个端口只说 TLS",
    ),
    "TlsRefused.ours-refused": (
        "it does not believe our certificate",
        "它不相信我们的证书",
    ),
    "TlsRefused.silent": (
        "it did not finish the TLS handshake",
        "它没有完成 TLS 握手",
    ),
    "SessionRefused": ("refuses {client}", "拒绝 {client}"),
    "SessionRefused.expired": ("its session has expired", "会话已过期"),
    "SessionRefused.saw-newer-zxid": (
        "the client has seen newer data than this server has",
        "客户端见过比本节点更新的数据",
    ),
    "SessionRefused.bad-password": ("wrong session password", "会话密码不对"),
    "SessionRefused.too-many-connections": (
        "too many connections from one address",
        "同一地址连接过多",
    ),
    "SessionExpired": ("session {session} expired", "会话 {session} 过期"),
    "SessionExpired.why": (
        "silent for all of its {timeout} ms: its ephemeral nodes go too",
        "整整 {timeout} ms 没有消息：其临时节点一并删除",
    ),
    "SessionClosed": ("session {session} closed", "会话 {session} 关闭"),
    "SessionClosed.why": (
        "{count} ephemeral nodes went with it",
        "带走 {count} 个临时节点",
    ),
    "ClientLost": (
        "connection of {client} broke",
        "{client} 的连接断开",
    ),
    "ClientLost.why": (
        "its session lives on until its time-out",
        "会话在超时之前仍然有效",
    ),
}
