"""What an examination finds: how grave, where, what, why, and how to repair it."""

from collections.abc import Mapping
from typing import NamedTuple

from labctl.words.phrase import CATALOG, Phrase

FIX, CONSIDER, FINE = "fix", "consider", "fine"
GLYPHS = {FIX: "✕", CONSIDER: "!", FINE: "✓"}


class Finding(NamedTuple):
    """One thing that was seen."""

    severity: str  # fix | consider | fine
    key: str  # its words are doctor.KEY, doctor.KEY.why, doctor.KEY.repair
    where: str = ""  # file:line, or ""
    facts: Mapping[str, object] = {}

    @property
    def what(self) -> Phrase:
        """What is so."""
        return Phrase(f"doctor.{self.key}", self.facts)

    @property
    def why(self) -> Phrase | None:
        """What comes of it; None if that goes without saying."""
        return self._more("why")

    @property
    def repair(self) -> Phrase | None:
        """What to do about it."""
        return self._more("repair")

    def _more(self, part: str) -> Phrase | None:
        key = f"doctor.{self.key}.{part}"
        return Phrase(key, self.facts) if key in CATALOG else None


def worst_first(findings: list[Finding]) -> list[Finding]:
    """Return them with what must be fixed on top, else in the order found."""
    order = [FIX, CONSIDER, FINE]
    return sorted(findings, key=lambda finding: order.index(finding.severity))
