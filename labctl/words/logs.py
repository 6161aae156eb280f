"""What the lines of a ZooKeeper log mean."""

from collections.abc import Mapping

LOGS: Mapping[str, tuple[str, str]] = {}
