"""Which pairs of packet and state, and which plans, a whole run must reach.

`ALWAYS` are reached by one schedule in thirty or more: a run of a thousand that
misses one did not test what it claims.  `SELDOM` can be reached, and need luck, or
cannot be by our own servers; the reason says which.
"""

ALWAYS = frozenset(
    line.strip()
    for line in """
    FOLLOWING <- FOLLOWING, same round
    FOLLOWING <- LEADING, same round
    FOLLOWING <- LOOKING, newer round
    FOLLOWING <- LOOKING, older round
    FOLLOWING <- LOOKING, same round
    LEADING <- LOOKING, newer round
    LEADING <- LOOKING, older round
    LEADING <- LOOKING, same round
    LOOKING <- FOLLOWING, newer round
    LOOKING <- FOLLOWING, older round
    LOOKING <- FOLLOWING, same round
    LOOKING <- LEADING, newer round
    LOOKING <- LEADING, older round
    LOOKING <- LEADING, same round
    LOOKING <- LOOKING, newer round
    LOOKING <- LOOKING, older round
    LOOKING <- LOOKING, same round
    OBSERVING <- FOLLOWING, same round

    leader in broadcast, learner broadcasting <- ACK
    leader in broadcast, learner broadcasting <- PING
    leader in broadcast, learner broadcasting <- REQUEST
    leader in broadcast, learner broadcasting <- REVALIDATE
    leader in broadcast, learner connected <- FOLLOWERINFO
    leader in broadcast, learner connected <- OBSERVERINFO
    leader in broadcast, learner known <- ACKEPOCH
    leader in broadcast, learner synchronizing <- ACK
    leader in broadcast, observer broadcasting <- ACK
    leader in broadcast, observer broadcasting <- PING
    leader in broadcast, observer broadcasting <- REQUEST
    leader in broadcast, observer broadcasting <- REVALIDATE
    leader in broadcast, observer known <- ACKEPOCH
    leader in broadcast, observer synchronizing <- ACK
    leader in discovery, learner connected <- FOLLOWERINFO
    leader in discovery, learner connected <- OBSERVERINFO
    leader in discovery, learner known <- ACKEPOCH
    leader in discovery, observer known <- ACKEPOCH
    leader in synchronization, learner connected <- FOLLOWERINFO
    leader in synchronization, learner connected <- OBSERVERINFO
    leader in synchronization, learner known <- ACKEPOCH
    leader in synchronization, learner synchronizing <- ACK
    leader in synchronization, observer known <- ACKEPOCH
    leader in synchronization, observer synchronizing <- ACK

    follower in NEWLEADER acked <- COMMIT
    follower in NEWLEADER acked <- PROPOSAL
    follower in NEWLEADER acked <- UPTODATE
    follower in broadcast <- COMMIT
    follower in broadcast <- PING
    follower in broadcast <- PROPOSAL
    follower in broadcast <- REVALIDATE
    follower in broadcast <- SYNC
    follower in discovery <- LEADERINFO
    follower in synchronization <- COMMIT
    follower in synchronization <- DIFF
    follower in synchronization <- NEWLEADER
    follower in synchronization <- PROPOSAL
    follower in synchronization <- SNAP
    follower in synchronization <- TRUNC

    observer in NEWLEADER acked <- INFORM
    observer in NEWLEADER acked <- UPTODATE
    observer in broadcast <- INFORM
    observer in broadcast <- PING
    observer in broadcast <- REVALIDATE
    observer in broadcast <- SYNC
    observer in discovery <- LEADERINFO
    observer in synchronization <- COMMIT
    observer in synchronization <- DIFF
    observer in synchronization <- NEWLEADER
    observer in synchronization <- PROPOSAL
    observer in synchronization <- SNAP

    sync DIFF behind
    sync DIFF behind + outstanding
    sync DIFF same
    sync DIFF same + outstanding
    sync SNAP other-epoch
    sync SNAP other-epoch + outstanding
    sync SNAP too-far-behind
    sync SNAP too-far-behind + outstanding
    sync TRUNC ahead
    sync TRUNC ahead + outstanding
    """.splitlines()
    if line.strip()
)

CROSSED = "two votes crossed on the way"
LATE = "a decision of an earlier election was on its way for long"

SELDOM = {
    "FOLLOWING <- FOLLOWING, newer round": LATE,
    "FOLLOWING <- FOLLOWING, older round": LATE,
    "FOLLOWING <- LEADING, newer round": LATE,
    "FOLLOWING <- LEADING, older round": LATE,
    "LEADING <- FOLLOWING, newer round": LATE,
    "LEADING <- FOLLOWING, older round": LATE,
    "LEADING <- FOLLOWING, same round": CROSSED,
    "LEADING <- LEADING, newer round": LATE,
    "LEADING <- LEADING, older round": LATE,
    "LEADING <- LEADING, same round": CROSSED,
    "OBSERVING <- FOLLOWING, newer round": LATE,
    "OBSERVING <- FOLLOWING, older round": LATE,
    "OBSERVING <- LEADING, newer round": LATE,
    "OBSERVING <- LEADING, older round": LATE,
    "OBSERVING <- LEADING, same round": CROSSED,
    "OBSERVING <- LOOKING, newer round": LATE,
    "OBSERVING <- LOOKING, older round": LATE,
    "OBSERVING <- LOOKING, same round": CROSSED,
    "sync TRUNC unknown-tail": "zxids of one epoch have no holes: a foreign log only",
}
