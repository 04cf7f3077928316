# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of the unicast between two probed NICs arrives, and what that is called.

Private to this collection. Pure.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Iterable, Mapping, Optional, Sequence

from ...module_utils._paths import SIZES, SMALLEST, WHOLE
from .probes import Probe

BLOCKED = "unicast-blocked"
PORTS = "ports-blocked"
MTU = "path-mtu"
FRAGMENTS = "fragments-dropped"
LOSSY = "lossy-path"
ARRIVES, PARTLY, LOST = "arrives", "partly", "lost"  # of several paths: whether something arrives on all, some or none
ENOUGH_TOGETHER = 0.35  # of its time; between two rounds of datagrams there is up to a quarter
LOSS_PERCENT, LOST_AT_LEAST = 10, 2  # so much has to be lost before a path is called lossy
BY_CHANCE = 0.01  # what is less likely than this is not taken for a loss by chance
_SMALL, _WHOLE, _LARGE = map(str, (SMALLEST, WHOLE, SIZES[-1]))


@dataclass(frozen=True)
class Path:
    """From one NIC to another: by size or port of DDS, what arrived of what was sent, and why sending failed."""

    counts: Mapping[str, tuple[int, int]]
    errors: tuple[str, ...] = ()
    port: int = 0  # to which all sizes go

    @property
    def sizes(self) -> dict[str, list[int]]:
        return {size: list(self.counts[size]) for size in map(str, SIZES) if size in self.counts}

    @property
    def arrives(self) -> bool:
        return any(arrived for arrived, _sent in self.counts.values())

    @property
    def ports(self) -> dict[str, bool]:
        """Which ports get the smallest size, or would but for what is lost of all."""
        dds = {what: not self._is_silent(what) for what in self.counts if what not in map(str, SIZES)}
        return {str(self.port): not self._is_silent(_SMALL), **dds}

    @property
    def lost_percent(self) -> int:
        """Of what gets through at all."""
        counted = [count for count in self.counts.values() if count[0]]
        sent = sum(sent for _arrived, sent in counted)
        return round(100 * (sent - sum(arrived for arrived, _sent in counted)) / sent) if sent else 0

    @property
    def fault(self) -> str:
        """A code, or empty when all is well. One path has one fault: the one that explains the others."""
        if not self.arrives:
            return BLOCKED
        if not all(self.ports.values()):
            return PORTS
        if self._is_silent(_WHOLE):
            return MTU
        small = [count for what, count in self.counts.items() if what != _LARGE]
        if _is_lossy(small):  # a datagram of six fragments is lost far more often than they are
            return LOSSY
        if self._is_silent(_LARGE):
            return FRAGMENTS
        return LOSSY if _is_lossy(list(self.counts.values())) else ""

    def _is_silent(self, what: str) -> bool:
        """Nothing of it arrived, which is more than what is lost of all else would explain."""
        arrived, sent = self.counts.get(what, (0, 0))
        return not arrived and (self.lost_percent / 100) ** sent < BY_CHANCE


def _is_lossy(counts: Sequence[tuple[int, int]]) -> bool:
    lost, sent = sum(sent - arrived for arrived, sent in counts), sum(sent for _arrived, sent in counts)
    return lost >= LOST_AT_LEAST and 100 * lost >= LOSS_PERCENT * sent


class Unicast:
    """The paths that were tried between the probed NICs of a run, whatever the domain."""

    def __init__(self, probes: Sequence[Probe]) -> None:
        tried = {probe.place: probe for probe in probes if probe.paths and probe.works}
        held = Counter((probe.network, probe.address) for probe in tried.values())
        # Who of two with one address has sent a datagram, or got it, cannot be told.
        self._tried = {place: probe for place, probe in tried.items() if held[probe.network, probe.address] == 1}
        self._peers = {
            place: {peer["address"]: peer for peer in (probe.paths or {})["peers"]}
            for place, probe in self._tried.items()
        }
        self._paths: dict[tuple[Any, Any], Optional[Path]] = {}

    @property
    def probes(self) -> list[Probe]:
        """One for each NIC that tried."""
        return list(self._tried.values())

    def path(self, listener: Probe, speaker: Probe) -> Optional[Path]:
        """The path to `listener` from `speaker`; None when it was not tried."""
        key = (listener.place, speaker.place)
        if key not in self._paths:
            self._paths[key] = self._read(*key)
        return self._paths[key]

    def of_pairs(self, pairs: Iterable[tuple[Probe, Probe]]) -> str:
        """ARRIVES, PARTLY or LOST, of the paths between these; empty when none was tried."""
        tried = [path for path in (self.path(*pair) for pair in pairs) if path]
        arriving = [path for path in tried if path.arrives]
        if not tried:
            return ""
        return LOST if not arriving else ARRIVES if len(arriving) == len(tried) else PARTLY

    def _read(self, listener: Any, speaker: Any) -> Optional[Path]:
        if listener not in self._tried or speaker not in self._tried:
            return None
        got = self._peers[listener].get(self._tried[speaker].address)
        said = self._peers[speaker].get(self._tried[listener].address)
        if got is None or said is None:
            return None
        open_ports = {str(port) for port in self._tried[listener].paths["dds_ports"]}  # type: ignore[index]
        counts = {
            # Before the first that arrives and after the last, one of the two did not run.
            what: (got["arrived"].get(what, 0), got["rounds"] or sent)
            for what, sent in said["sent"].items()
            if what in open_ports or what in map(str, SIZES)
        }
        path = Path(counts, tuple(said["errors"]), self._tried[listener].paths["port"])  # type: ignore[index]
        if not path.arrives and _hardly_met(self._tried[listener], self._tried[speaker]):
            return None
        return path if counts else None


def _hardly_met(one: Probe, other: Probe) -> bool:
    """Whether the two ran together for so short that none of the datagrams need have fallen into it. Clocks by which they did
    not run together at all say nothing: they are wrong where the two have heard each other.
    """
    together_s = one.together_s(other)
    if together_s is None or one.window is None or other.window is None:
        return False
    return 0 <= together_s < ENOUGH_TOGETHER * max(one.window.length_s, other.window.length_s)
