# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong, and what to do about it: one shape for all who look for it.

Private to this collection. Pure. Standard library only, since it also runs on robots.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Callable, Iterable, Mapping, Sequence

ERROR, WARNING, INFO = "error", "warning", "info"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: `code` for programs, `message` what it is and `fix` what to do, for people.

    `severity`: `error` refuses the run, `warning` is shown, `info` is there for who asks. Where programs read findings too,
    `hosts` and `network` say whom it is about, and `evidence` what was seen.
    """

    code: str
    message: str
    fix: str = ""
    severity: str = ERROR
    hosts: Sequence[str] = ()
    network: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_text(cls, code: str, text: str, severity: str = ERROR) -> Finding:
        """The finding that a sentence tells: an error's, or one that has come through Ansible."""
        message, _sign, fix = text.partition(". Fix: ")
        return cls(code, message, fix, severity)

    @property
    def sentence(self) -> str:
        return f"{self.message.rstrip('.')}. Fix: {self.fix}" if self.fix else self.message

    def as_dict(self) -> dict[str, Any]:
        return {**vars(self), "hosts": sorted(set(self.hosts)), "evidence": dict(self.evidence)}


def in_sentences(find: Callable[..., Iterable[Finding]]) -> Callable[..., list[str]]:
    """The filter that gives what `find` finds as a role prints it."""

    @wraps(find)
    def sentences(*args: Any, **options: Any) -> list[str]:
        return [finding.sentence for finding in find(*args, **options)]

    return sentences
