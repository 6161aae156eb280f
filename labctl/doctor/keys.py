"""The keys that ZooKeeper 3.4 to 3.9 knows in zoo.cfg; others are typing errors.

ZooKeeper accepts every other key without a word, as a property that nobody reads.
"""

BY_NAME = frozenset(
    """
    dataDir dataLogDir clientPort clientPortAddress secureClientPort
    secureClientPortAddress observerMasterPort clientPortListenBacklog tickTime
    initLimit syncLimit connectToLearnerMasterLimit maxClientCnxns minSessionTimeout
    maxSessionTimeout electionAlg peerType quorumListenOnAllIPs syncEnabled
    dynamicConfigFile standaloneEnabled reconfigEnabled autopurge.snapRetainCount
    autopurge.purgeInterval localSessionsEnabled localSessionsUpgradingEnabled
    sslQuorum portUnification sslQuorumReloadCertFiles quorum.auth.enableSasl
    quorum.auth.serverRequireSasl quorum.auth.learnerRequireSasl
    quorum.cnxn.threads.size oraclePath
    """.split()
)

PROPERTIES = frozenset(
    """
    4lw.commands.whitelist admin.enableServer admin.serverAddress admin.serverPort
    admin.commandURL admin.idleTimeout admin.httpVersion admin.portUnification
    admin.forceHttps admin.needClientAuth admin.snapshot.enabled
    admin.restore.enabled admin.rateLimiterIntervalInMS snapCount snapSizeLimitInKb
    txnLogSizeLimitInKb preAllocSize forceSync fsync.warningthresholdms
    commitLogCount snapshotSizeFactor globalOutstandingLimit flushDelay
    maxWriteQueuePollTime maxBatchSize leaderServes skipACL enforceQuota
    enableEagerACLCheck digest.enabled closeSessionTxn.enabled
    serializeLastProcessedZxid.enabled snapshot.trust.empty
    snapshot.compression.method datadir.autocreate db.autocreate forceSnapshotSync
    extendedTypesEnabled emulate353TTLNodes maxCnxns maxResponseCacheSize
    maxGetChildrenResponseCacheSize intBufferStartingSizeBytes serverCnxnFactory
    cnxTimeout quorumCnxnTimeoutMs tcpKeepAlive clientTcpKeepAlive
    electionPortBindRetry leader.maxTimeToWaitForEpoch leader.maxConcurrentSnapSyncs
    leader.maxConcurrentDiffSyncs leader.ackLoggingFrequency
    leader.closeSocketAsync learner.closeSocketAsync learner.asyncSending
    leaderConnectDelayDuringRetryMs sessionRequireClientSASLAuth watchManagerName
    superUser allowSaslFailedClients fips-mode zookeeper.superUser
    jute.maxbuffer.extrasize sasl.serverconfig
    """.split()
)

FAMILIES = (
    *("server.", "group.", "weight.", "metricsProvider.", "jvm.pause.", "ssl."),
    *("quorum.auth.", "multiAddress.", "authProvider.", "fastleader.", "nio."),
    *("commitProcessor.", "observer.", "observerMaster.", "request_", "audit."),
    *("connection_throttle", "pathStats.", "messageTracker.", "enforce.auth."),
    *("DigestAuthenticationProvider.", "X509AuthenticationProvider.", "kerberos."),
    *("quorumlab.", "largeRequest", "watcherClean", "security.", "znode.container."),
)

# JVM properties: in zoo.cfg they do nothing.
JVM_ONLY = frozenset(
    """
    jute.maxbuffer readonlymode.enabled java.security.auth.login.config
    follower.nodelay leader.nodelay
    """.split()
)

FLAGS = frozenset(
    """
    quorumListenOnAllIPs syncEnabled standaloneEnabled reconfigEnabled
    localSessionsEnabled localSessionsUpgradingEnabled sslQuorum portUnification
    """.split()
)

KNOWN = BY_NAME | PROPERTIES | JVM_ONLY


def known(key: str) -> bool:
    """Return whether some ZooKeeper knows this key."""
    plain = key.removeprefix("zookeeper.")
    return plain in KNOWN or key in KNOWN or plain.startswith(FAMILIES)
