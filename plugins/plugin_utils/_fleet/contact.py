# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What came of contacting a host: it is there, it is absent, or it answers and does not let us in.

Private to this collection. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping, Optional

PRESENT = "present"
ABSENT = "absent"
REFUSED = "refused"
NOT_ASKED = "not_asked"

# What ssh, sshpass, paramiko and sudo say, in their own words; (any of them, why, fix).
_REFUSALS = (
    (
        ("REMOTE HOST IDENTIFICATION HAS CHANGED",),
        "shows another SSH host key than the controller knows of it: it was installed anew, another machine has its "
        "address, or somebody is in between",
        "find out which; if it was installed anew: ssh-keygen -R {address}, and log in once by hand",
    ),
    (
        ("Host key verification failed",),
        "answers with an SSH host key that the controller does not know",
        "log in once by hand and compare the key: ssh {address}",
    ),
    (
        (
            "Permission denied",
            "Too many authentication failures",
            "Authentication failed",
            "Invalid/incorrect username/password",
            "Invalid/incorrect password",
        ),
        "answers and refuses the login",
        "correct ansible_user and the key (ansible_ssh_private_key_file) or password (-k) of this host; by hand: "
        "ssh {address}",
    ),
    (
        ("Missing sudo password", "Incorrect sudo password", "a password is required", "is not in the sudoers file"),
        "lets us in, and sudo does not let us become root",
        "give the password (-K), or let the user run sudo without one",
    ),
)


@dataclass(frozen=True)
class Contact:
    """`state` is one of the four above; `why` is what the host, or ssh for it, said, with the fix when it refused."""

    state: str
    why: str = ""


def contact(result: Optional[Mapping[str, Any]], address: str) -> Contact:
    """What the `result` of the first task on a host tells of it, None without one; `address` is where it was contacted.

    Somebody who answers and refuses is not absent: waiting for him heals nothing. A host that was just cut off hangs
    where an SSH connection to it is still kept open, so a task that ran out of time is an absent host.
    """
    if result is None:
        return Contact(NOT_ASKED)
    said = " ".join(str(result.get("msg") or "").split())
    if not (result.get("unreachable") or result.get("failed")):
        return Contact(PRESENT)
    if result.get("timedout"):
        return Contact(ABSENT, said or "gave no answer in time")
    for texts, why, fix in _REFUSALS:
        if any(text in said for text in texts):
            return Contact(REFUSED, f"{why}. It said: {said}. Fix: {fix.format(address=address)}")
    if result.get("unreachable"):
        return Contact(ABSENT, said or "gave no answer")
    return Contact(REFUSED, f"answers and cannot be used: {said or 'it said nothing'}")
