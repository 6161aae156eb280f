"""What Java ZooKeeper's log would say of an event, in the words of a release.

A server's own log is written from this, and the lab shows it beside its story.
Of what surrounds such a line in Java (settings, the ends of threads) nothing is
repeated here, and what an event does not tell stands as `…`: nothing is made up.
"""
