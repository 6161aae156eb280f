"""Every key that ZooKeeper 3.9 knows in zoo.cfg, and what this server does with it.

A key that decides who is a member or who may do what is obeyed, or refused aloud.
Any other key that has no effect here is named in a warning, unless its value is
what happens anyhow: the default beside it.

Sources: Apache ZooKeeper's QuorumPeerConfig, and the system properties
`zookeeper.KEY` that its other classes read; `labctl config explain KEY` says what
each one means.
"""

import difflib
import heapq
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

FATES = OBEYED, REFUSED, IGNORED, JVM_ONLY = "obeyed", "refused", "ignored", "jvm-only"


class Key(NamedTuple):
    """One key, or a family of keys whose name ends with `.*`."""

    name: str
    fate: str
    default: str  # what holds without the key; "": nothing, or it must be given


# One key a line, its default beside it.
_OBEYED = """
tickTime 3000
initLimit
syncLimit
connectToLearnerMasterLimit
dataDir
dataLogDir
clientPort
clientPortAddress 0.0.0.0
maxClientCnxns 60
minSessionTimeout -1
maxSessionTimeout -1
electionAlg 3
peerType participant
quorumListenOnAllIPs false
server.*
dynamicConfigFile
snapCount 100000
autopurge.snapRetainCount 3
autopurge.purgeInterval 0
preAllocSize 65536
globalOutstandingLimit 1000
extendedTypesEnabled false
znode.container.checkIntervalMs 60000
znode.container.maxPerMinute 10000
znode.container.maxNeverUsedIntervalMs 0
4lw.commands.whitelist srvr
admin.enableServer true
admin.serverAddress 0.0.0.0
admin.serverPort 8080
admin.commandURL /commands
metricsProvider.className org.apache.zookeeper.metrics.impl.DefaultMetricsProvider
metricsProvider.httpHost 0.0.0.0
metricsProvider.httpPort 7000
fastleader.minNotificationInterval 200
fastleader.maxNotificationInterval 60000
DigestAuthenticationProvider.superDigest
secureClientPort
secureClientPortAddress
client.portUnification false
client.certReload false
sslQuorum false
portUnification false
sslQuorumReloadCertFiles false
X509AuthenticationProvider.superUser
ssl.keyStore.location
ssl.keyStore.password
ssl.keyStore.passwordPath
ssl.keyStore.type
ssl.trustStore.location
ssl.trustStore.password
ssl.trustStore.passwordPath
ssl.trustStore.type
ssl.clientAuth need
ssl.hostnameVerification true
ssl.clientHostnameVerification false
ssl.protocol
ssl.enabledProtocols
ssl.ciphersuites
ssl.handshakeDetectionTimeoutMillis 5000
ssl.crl false
ssl.ocsp false
ssl.context.supplier.class
ssl.quorum.keyStore.location
ssl.quorum.keyStore.password
ssl.quorum.keyStore.passwordPath
ssl.quorum.keyStore.type
ssl.quorum.trustStore.location
ssl.quorum.trustStore.password
ssl.quorum.trustStore.passwordPath
ssl.quorum.trustStore.type
ssl.quorum.clientAuth need
ssl.quorum.hostnameVerification true
ssl.quorum.clientHostnameVerification true
ssl.quorum.protocol
ssl.quorum.enabledProtocols
ssl.quorum.ciphersuites
ssl.quorum.handshakeDetectionTimeoutMillis 5000
ssl.quorum.crl false
ssl.quorum.ocsp false
ssl.quorum.context.supplier.class
quorumlab.finalizeWaitMs 200
quorumlab.events
quorumlab.lab
"""

# They decide who is a member, who may speak, who may read: dropped in silence,
# the server would be another one than its file says.
_REFUSED = """
group.*
weight.*
standaloneEnabled true
reconfigEnabled false
oraclePath
multiAddress.enabled false
quorum.auth.enableSasl false
quorum.auth.serverRequireSasl false
quorum.auth.learnerRequireSasl false
sessionRequireClientSASLAuth false
enforce.auth.enabled false
enforce.auth.schemes
authProvider.*
superUser
ssl.authProvider
DigestAuthenticationProvider.enabled true
DigestAuthenticationProvider.digestAlg SHA1
skipACL no
enforceQuota false
ensembleAuthName
admin.portUnification false
admin.forceHttps false
admin.needClientAuth false
"""

_IGNORED = """
observerMasterPort 0
clientPortListenBacklog -1
syncEnabled true
localSessionsEnabled false
localSessionsUpgradingEnabled false
quorum.auth.learner.saslLoginContext QuorumLearner
quorum.auth.server.saslLoginContext QuorumServer
quorum.auth.kerberos.servicePrincipal zkquorum/localhost
quorum.cnxn.threads.size 20
multiAddress.reachabilityCheckEnabled true
multiAddress.reachabilityCheckTimeoutMs 1000
metricsProvider.*
jvm.pause.monitor false
jvm.pause.warn-threshold.ms 10000
jvm.pause.info-threshold.ms 1000
jvm.pause.sleep.time.ms 500
admin.idleTimeout 30000
admin.httpVersion 11
admin.snapshot.enabled true
admin.restore.enabled true
admin.rateLimiterIntervalInMS 300000
snapSizeLimitInKb 4194304
txnLogSizeLimitInKb -1
forceSync yes
fsync.warningthresholdms 1000
commitLogCount 500
snapshotSizeFactor 0.33
flushDelay 0
maxWriteQueuePollTime
maxBatchSize 1000
leaderServes yes
enableEagerACLCheck false
digest.enabled true
closeSessionTxn.enabled true
serializeLastProcessedZxid.enabled true
snapshot.trust.empty false
snapshot.compression.method
datadir.autocreate true
db.autocreate true
forceSnapshotSync false
emulate353TTLNodes false
maxCnxns 0
maxResponseCacheSize 400
maxGetChildrenResponseCacheSize 400
intBufferStartingSizeBytes 1024
serverCnxnFactory
nio.*
commitProcessor.*
cnxTimeout 5000
quorumCnxnTimeoutMs -1
tcpKeepAlive false
clientTcpKeepAlive false
electionPortBindRetry 3
leader.maxTimeToWaitForEpoch -1
leader.maxConcurrentSnapSyncs 10
leader.maxConcurrentDiffSyncs 100
leader.ackLoggingFrequency 1000
leader.closeSocketAsync false
learner.closeSocketAsync false
learner.asyncSending false
leaderConnectDelayDuringRetryMs 100
observer.reconnectDelayMs 0
observer.election.DelayMs 200
observer.syncEnabled true
observerMaster.sizeLimit 33554432
follower.skipLearnerRequestToNextProcessor false
forward_learner_requests_to_commit_processor_disabled false
request_throttle_max_requests 0
request_throttle_stall_time 100
request_throttle_drop_stale true
request_stale_connection_check true
request_stale_latency_check false
request_throttler.shutdownTimeout 10000
throttled_op_wait_time 0
connection_throttle_tokens 0
connection_throttle_fill_time 1
connection_throttle_fill_count 1
connection_throttle_freeze_time -1
connection_throttle_drop_increase 0.02
connection_throttle_drop_decrease 0.002
connection_throttle_decrease_ratio 0
connection_throttle_weight_enabled false
connection_throttle_global_session_weight 3
connection_throttle_local_session_weight 1
connection_throttle_renew_session_weight 2
largeRequestMaxBytes 104857600
largeRequestThreshold -1
watchManagerName
watcherCleanThreadsNum 2
watcherCleanThreshold 1000
watcherCleanIntervalInSeconds 600
maxInProcessingDeadWatchers -1
bitHashCacheSize 10
allowSaslFailedClients false
letAnySaslUserDoX
IPAuthenticationProvider.usexforwardedfor false
ssl.*
sasl.serverconfig Server
kerberos.*
security.auth_to_local
audit.enable false
audit.impl.class
messageTracker.BufferSize 10
messageTracker.Enabled false
pathStats.*
testingonly.initialZxid
fips-mode true
jute.maxbuffer.extrasize
"""

# System properties without the prefix `zookeeper.`: in zoo.cfg they do nothing,
# in Java neither.
_JVM_ONLY = """
readonlymode.enabled false
jute.maxbuffer 1048575
follower.nodelay true
leader.nodelay true
java.security.auth.login.config
"""


def _read(fate: str, table: str) -> dict[str, Key]:
    rows = [line.partition(" ") for line in table.strip().splitlines()]
    return {name: Key(name, fate, default) for name, _, default in rows}


KEYS: Mapping[str, Key] = {
    **_read(OBEYED, _OBEYED),
    **_read(REFUSED, _REFUSED),
    **_read(IGNORED, _IGNORED),
    **_read(JVM_ONLY, _JVM_ONLY),
}
# Java takes these from its command line alone (-DKEY=VALUE), we from zoo.cfg.
JVM_IN_JAVA = frozenset(name for name in KEYS if name.startswith("znode.container."))
_LIKELY = 6  # difflib is dear: it sees only the keys that share the most pairs
_FAMILIES = [key for key in KEYS.values() if key.name.endswith(".*")]


def find(name: str) -> Key | None:
    """Return what is known of a key as it stands in zoo.cfg; None: nothing."""
    plain = name.removeprefix("zookeeper.")
    if plain in KEYS:
        return KEYS[plain]
    return next((k for k in _FAMILIES if plain.startswith(k.name[:-1])), None)


def nearest(name: str) -> str:
    """Return the known key that this one may have been meant to be; "": none."""
    pairs = _pairs(name)
    likely = heapq.nlargest(_LIKELY, KEYS, lambda key: len(pairs & _pairs(key)))
    return next(iter(difflib.get_close_matches(name, likely, 1, 0.75)), "")


@lru_cache(2 * len(KEYS))
def _pairs(name: str) -> frozenset[str]:
    """Return the pairs of neighbours in a name, without regard to case."""
    return frozenset(map("".join, pairwise(name.lower())))
