# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one task asks of the cluster and tells it, step by step. Private to this collection.

A step is a dictionary with one verb; modules/cluster_api.py documents them.
"""

from __future__ import annotations

from typing import Any, Callable, Mapping, Sequence

from ...module_utils._waiting import REAL_CLOCK, Clock, wait_until
from .._and_list import and_list
from .._lan_slices import hand_out
from .._manifests import stale
from .awaited import AWAITED
from .session import Refused, Session
from .transport import Silent

Step = Mapping[str, Any]


class StepError(Exception):
    """A step that says nothing that can be done."""


class Run:
    """The steps of one task, and what came of them so far. `tell` is told what a step that waits has not seen yet."""

    def __init__(
        self, session: Session, *, check: bool, tell: Callable[[Sequence[str]], None], clock: Clock = REAL_CLOCK
    ) -> None:
        self._session, self._check, self._tell, self._clock = session, check, tell, clock
        self.changed = False
        self.read: dict[str, Any] = {}
        self.missing: dict[str, Any] = {}

    def outcome(self) -> dict[str, Any]:
        """What came of the steps, also when one of them failed."""
        return {"changed": self.changed, "read": self.read, "missing": self.missing}

    def carry_out(self, steps: Sequence[Step]) -> None:
        """Raises StepError, Refused, Silent (from a step that waits: when its time is over), LanError and Contention."""
        for step in steps:
            self._verb(step)(step)

    def _verb(self, step: Step) -> Callable[[Step], None]:
        verbs = {
            "read": self._read,
            "apply": self._apply,
            "remove": self._remove,
            "prune": self._prune,
            "slices": self._slices,
            "await": self._await,
        }
        named = [verb for verb in verbs if verb in step]
        if len(named) != 1:
            raise StepError(f"a step has one of {', '.join(verbs)}, and this one has {sorted(step)}")
        return verbs[named[0]]

    def _read(self, step: Step) -> None:
        options = {key: value for key, value in step.items() if key not in ("read", "as")}
        self.read[step["as"]] = self._session.read(step["read"], **options)

    def _apply(self, step: Step) -> None:
        for manifest in step["apply"]:
            self.changed |= self._session.apply(manifest)

    def _remove(self, step: Step) -> None:
        for thing in step["remove"]:
            self.changed |= self._session.remove(thing)

    def _prune(self, step: Step) -> None:
        """Of these kinds, what has the labels and is not to be kept."""
        there = [
            each
            for kind in step["prune"]
            for each in self._session.read(kind, namespace=step.get("namespace", ""), labels=step["labels"])
        ]
        for thing in stale(there, step["keep"]):
            self.changed |= self._session.remove(thing)

    def _slices(self, step: Step) -> None:
        cluster = _Holders(self._session, step["namespace"])
        slices, changed = hand_out(cluster, step["slices"], step["nodes"], write=not self._check)
        self.read[step["as"]] = slices
        self.changed |= changed

    def _await(self, step: Step) -> None:
        """Nothing comes of what is only tried out, so it is looked at once then."""
        awaited = AWAITED.get(step["await"])
        if awaited is None:
            raise StepError(f"nobody knows how to wait for {step['await']}, only for {', '.join(sorted(AWAITED))}")

        def look() -> tuple[Any, Any, Silent | None]:
            try:
                found = awaited.ask(self._session, step)
            except Silent as exc:
                self._tell(["an answer of the API"])
                return None, None, exc
            missing = awaited.missing(found, step)
            self._tell(list(missing))
            return found, missing, None

        within = 0 if self._check else float(step["within"])
        (found, missing, silence), _waited = wait_until(
            look, lambda seen: not seen[1] and seen[2] is None, within, clock=self._clock
        )
        if silence is not None:  # what nobody said is not missing
            raise silence
        if missing and step.get("required") and not self._check:
            raise Refused(f"after {within:.0f} s the cluster still has no {and_list(missing)}")
        self.read[step["as"]], self.missing[step["as"]] = found, missing


class _Holders:
    """Who holds which slice, as _lan_slices.Api wants it."""

    def __init__(self, session: Session, namespace: str) -> None:
        self._session, self._namespace = session, namespace

    def nodes(self) -> list[dict[str, Any]]:
        return self._some("Node")

    def counter(self) -> dict[str, Any]:
        return self._some("Namespace", name=self._namespace)[0]

    def patch(self, patches: Sequence[Mapping[str, Any]]) -> bool:
        return all(self._session.patch(each) for each in patches)

    def _some(self, kind: str, **more: Any) -> list[dict[str, Any]]:
        found = self._session.read(kind, **more)
        if not found:
            # A cluster has Nodes, so an empty answer is none: whoever holds a slice would lose it.
            raise Refused(
                f"the API did not say which {kind}s there are, so nobody knows who holds which slice. Fix: run this again "
                "when it does (microk8s kubectl get nodes)"
            )
        return found
