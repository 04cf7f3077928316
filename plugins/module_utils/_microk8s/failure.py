# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a host did not join, did not leave or was not removed. PRIVATE, may change at any time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Failure:
    """`code` for programs, `cause` and `fix` for people; `retry`: the same call may succeed.

    It is what came of an act, by the tool's own words, and a module returns it under these names. What is seen to be wrong
    before anybody acts is a Finding.
    """

    code: str
    cause: str
    fix: str
    retry: bool = False

    def told(self) -> dict[str, str]:
        """What a module returns of it."""
        return {"code": self.code, "cause": self.cause, "fix": self.fix}
