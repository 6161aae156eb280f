"""Apache ZooKeeper 3.8.0 as Debian ships it, the oracle and the peer.

`apt install zookeeper` puts the jars into /usr/share/java.  Nothing is patched:
what our bytes are compared with is what everybody runs.
"""

import shutil
from pathlib import Path

JARS = Path("/usr/share/java")

_CLASSPATH = (
    "zookeeper zookeeper-jute slf4j-api slf4j-simple commons-cli commons-io "
    "metrics-core snappy-java jackson-annotations jackson-core jackson-databind "
    "jetty9-http jetty9-io jetty9-security jetty9-server jetty9-servlet jetty9-util "
    "jetty9-util-ajax servlet-api netty-all netty-buffer netty-codec netty-common "
    "netty-handler netty-resolver netty-transport netty-transport-native-epoll "
    "netty-transport-native-unix-common findbugs-annotations"
).split()


def missing() -> str:
    """Return what this machine lacks to run Java ZooKeeper; empty if nothing."""
    if shutil.which("java") is None:
        return "no `java` in PATH"
    lost = [name for name in _CLASSPATH if not (JARS / f"{name}.jar").exists()]
    if lost:
        return f"no {', '.join(lost)} in {JARS} (Debian: apt install zookeeper)"
    return ""


def java(config: Path) -> list[str]:
    """Return the command that runs Java's server on a zoo.cfg: a `Launcher`."""
    return java_main("org.apache.zookeeper.server.quorum.QuorumPeerMain", str(config))


def java_main(name: str, *arguments: str) -> list[str]:
    """Return the command that runs a main class of Java ZooKeeper.

    A small heap and one compiler tier, so that three of them start quickly on a
    small machine; `bench/compare.py` measures with Java's own defaults.
    """
    return [
        "java",
        "-Xmx128m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xshare:auto",
        "-Dorg.slf4j.simpleLogger.showDateTime=true",
        "-Dzookeeper.jmx.log4j.disable=true",
        "-cp",
        classpath(),
        name,
        *arguments,
    ]


def classpath() -> str:
    """Return the jars that a server needs, joined by colons."""
    return ":".join(str(JARS / f"{name}.jar") for name in _CLASSPATH)
