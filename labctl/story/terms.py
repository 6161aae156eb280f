"""The terms that `labctl explain` knows: theme, other names, where to read on."""

from collections.abc import Mapping
from typing import NamedTuple


class Term(NamedTuple):
    """One entry; its text is the phrase `term.NAME`."""

    aliases: str  # split at commas; Chinese ones too
    ours: str  # file of our source
    theirs: str  # class of Apache ZooKeeper, or the paper
    related: str  # split at spaces


Theme = Mapping[str, Term]

_PAPER = "Junqueira, Reed, Serafini: Zab (DSN 2011)"
_FLE = "FastLeaderElection.java"
_LEADER, _LEARNER = "Leader.java", "Learner.java"
_HANDLER = "LearnerHandler.java"
_E, _V = "node/election/machine.py", "node/election/vote.py"
_L, _F = "node/broadcast/leader.py", "node/broadcast/learner.py"
_S, _Q = "node/broadcast/sync.py", "node/wire/quorum.py"

ENSEMBLE: Theme = {
    "ensemble": Term(
        "cluster,集群", "node/config.py", "QuorumPeerConfig.java", "quorum"
    ),
    "quorum": Term(
        "法定人数,仲裁", "node/quorum.py", "QuorumMaj.java", "majority even"
    ),
    "majority": Term("过半,多数派", "node/quorum.py", "QuorumMaj.java", "quorum even"),
    "voter": Term(
        "participant,投票者", "node/config.py", "QuorumPeer.java", "observer quorum"
    ),
    "leader": Term("领导者,LEADING", _L, _LEADER, "follower epoch"),
    "follower": Term("追随者,FOLLOWING", _F, "Follower.java", "leader observer"),
    "observer": Term("观察者,OBSERVING", _F, "Observer.java", "INFORM voter"),
    "learner": Term("学习者", _F, _LEARNER, "follower observer"),
    "sid": Term("id,server id,服务器编号", _V, "QuorumPeer.java", "myid rule"),
    "myid": Term("", "node/config.py", "QuorumPeerConfig.java", "sid dataDir"),
    "even": Term("even ensemble,偶数", "node/quorum.py", "QuorumMaj.java", "majority"),
    "LOOKING": Term("寻找", "node/peer.py", "QuorumPeer.java", "election"),
    "election": Term("FLE,fast leader election,选举", _E, _FLE, "vote rule round"),
    "vote": Term("ballot,选票,投票", _V, "Vote.java", "rule notification"),
    "rule": Term("order of votes,规则,比较", _V, _FLE, "vote zxid epoch sid"),
    "notification": Term("通知", "node/wire/notification.py", _FLE, "vote round"),
    "round": Term("electionEpoch,logical clock,轮次", _E, _FLE, "epoch election"),
    "finalize": Term("finalizeWait,200 ms,等待", _E, _FLE, "election"),
    "join": Term("no coup,加入", _E, _FLE, "election leader"),
    "dialing": Term(
        "connection,拨号,连接",
        "node/shell/election_port.py",
        "QuorumCnxManager.java",
        "sid",
    ),
}

ZAB: Theme = {
    "Zab": Term("atomic broadcast,原子广播", _L, _PAPER, "discovery broadcast"),
    "epoch": Term("term,纪元,任期", "node/zxid.py", _PAPER, "acceptedEpoch zxid"),
    "acceptedEpoch": Term(
        "promise,承诺", "node/storage/epochfiles.py", "QuorumPeer.java", "epoch"
    ),
    "currentEpoch": Term(
        "peerEpoch", "node/storage/epochfiles.py", "QuorumPeer.java", "acceptedEpoch"
    ),
    "discovery": Term("发现", _L, _PAPER, "FOLLOWERINFO LEADERINFO ACKEPOCH"),
    "synchronization": Term("sync phase,同步", _S, _PAPER, "DIFF TRUNC SNAP"),
    "broadcast": Term("广播", _L, _PAPER, "PROPOSAL ACK COMMIT"),
    "FOLLOWERINFO": Term("OBSERVERINFO", _Q, _HANDLER, "discovery LEADERINFO"),
    "LEADERINFO": Term("", _Q, _HANDLER, "epoch ACKEPOCH"),
    "ACKEPOCH": Term("", _Q, _HANDLER, "acceptedEpoch"),
    "DIFF": Term("", _S, _HANDLER, "TRUNC SNAP"),
    "TRUNC": Term("truncate,截断", _S, _HANDLER, "ghost DIFF"),
    "SNAP": Term("", _S, _HANDLER, "snapshot DIFF"),
    "NEWLEADER": Term("", _Q, _LEADER, "UPTODATE currentEpoch"),
    "UPTODATE": Term("", _Q, _LEARNER, "NEWLEADER"),
    "PROPOSAL": Term("propose,提案", _L, _LEADER, "ACK COMMIT"),
    "ACK": Term("确认", _F, "SendAckRequestProcessor.java", "fsync COMMIT"),
    "COMMIT": Term("提交", "node/broadcast/agreement.py", _LEADER, "committed ACK"),
    "INFORM": Term("", _L, _LEADER, "observer COMMIT"),
    "PING": Term("heartbeat,心跳", _L, _HANDLER, "syncLimit session"),
    "REQUEST": Term("请求", _F, "FollowerRequestProcessor.java", "PROPOSAL"),
    "SYNC": Term("sync()", _L, "SyncRequestProcessor.java", "stale-read"),
}

HISTORY: Theme = {
    "zxid": Term("transaction id,事务编号", "node/zxid.py", "ZxidUtils.java", "epoch"),
    "transaction": Term("txn,事务", "node/wire/txn.py", "TxnHeader", "zxid log"),
    "log": Term(
        "transaction log,日志", "node/storage/txnlog.py", "FileTxnLog.java", "fsync"
    ),
    "snapshot": Term("快照", "node/storage/snapshot.py", "FileSnap.java", "log SNAP"),
    "fsync": Term("fdatasync,落盘", "node/shell/storage.py", "FileTxnLog.java", "ACK"),
    "group-commit": Term(
        "batch,组提交", "node/storage/txnlog.py", "SyncRequestProcessor.java", "fsync"
    ),
    "committed": Term(
        "agreed,已提交", "node/broadcast/agreement.py", _PAPER, "majority ghost"
    ),
    "ghost": Term("doomed,uncommitted,未提交,幽灵", _S, _PAPER, "TRUNC committed"),
    "dataDir": Term(
        "dataLogDir,数据目录", "node/config.py", "QuorumPeerConfig.java", "log snapshot"
    ),
    "recovery": Term(
        "restart,恢复",
        "node/storage/recovery.py",
        "FileTxnSnapLog.java",
        "snapshot log",
    ),
}

CLIENTS: Theme = {
    "znode": Term("node,节点", "node/tree/znodes.py", "DataTree.java", "version"),
    "session": Term(
        "会话", "node/clients/session.py", "SessionTrackerImpl.java", "ephemeral tick"
    ),
    "ephemeral": Term("临时节点", "node/tree/znodes.py", "DataTree.java", "session"),
    "sequential": Term(
        "顺序节点", "node/clients/prepare.py", "PrepRequestProcessor.java", "znode"
    ),
    "watch": Term("watcher,监听", "node/tree/watches.py", "WatchManager.java", "znode"),
    "lock": Term(
        "distributed lock,lock lost,lost lock,lock held twice,分布式锁,锁",
        "node/clients/session.py",
        "SessionTrackerImpl.java",
        "session ephemeral sequential fencing",
    ),
    "herd-effect": Term(
        "herd,herd effect,thundering herd,羊群效应,惊群",
        "node/tree/watches.py",
        "WatchManager.java",
        "watch lock sequential",
    ),
    "version": Term(
        "compare-and-set,版本", "node/clients/prepare.py", "Stat", "znode multi"
    ),
    "multi": Term(
        "多操作", "node/tree/apply.py", "MultiOperationRecord.java", "version"
    ),
    "ACL": Term("权限", "node/tree/acl.py", "ACL", "znode"),
    "stale-read": Term(
        "stale read,过时读",
        "node/clients/reads.py",
        "FinalRequestProcessor.java",
        "SYNC",
    ),
    "linearizable": Term(
        "linearizability,线性一致",
        "node/clients/service.py",
        "Herlihy, Wing 1990",
        "SYNC",
    ),
    "four-letter-words": Term(
        "4lw,四字命令", "node/admin/words.py", "FourLetterCommands.java", "session"
    ),
}

TROUBLE: Theme = {
    "tick": Term("tickTime", "node/settings.py", "QuorumPeer.java", "syncLimit"),
    "initLimit": Term("", "node/settings.py", "QuorumPeer.java", "syncLimit tick"),
    "syncLimit": Term("", "node/settings.py", "QuorumPeer.java", "tick PING"),
    "partition": Term(
        "网络分区,分区", "node/faults/link_faults.py", _PAPER, "split-brain quorum"
    ),
    "split-brain": Term("split brain,脑裂", _L, _PAPER, "quorum epoch"),
    "crash": Term("kill,崩溃", "node/storage/recovery.py", _PAPER, "recovery"),
    "pause": Term(
        "stall,GC,GC pause,gc pause,long gc,暂停,GC 停顿",
        "node/broadcast/limits.py",
        _LEARNER,
        "syncLimit fencing",
    ),
    "fencing": Term("隔离", _F, _LEARNER, "epoch split-brain"),
    "clock": Term(
        "时钟", "node/broadcast/limits.py", "SessionTrackerImpl.java", "tick"
    ),
    "FIFO": Term("order,顺序", "node/shell/quorum_port.py", _PAPER, "Zab"),
}

THEMES: Mapping[str, Theme] = {
    "ensemble": ENSEMBLE,
    "zab": ZAB,
    "history": HISTORY,
    "clients": CLIENTS,
    "trouble": TROUBLE,
}
TERMS: Theme = {name: term for theme in THEMES.values() for name, term in theme.items()}
