# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a module ends where nobody in it knows better: in a message, not in a traceback. PRIVATE, may change at any time."""

from __future__ import annotations

import errno
import functools
import json
import sys
from typing import Callable

_DISK = "see to the disk there (df -h; df -i; a disk with errors is mounted read-only: dmesg)"
_FIXES = {
    errno.EACCES: "run as root (become: true)",
    errno.EPERM: "run as root (become: true), and see to the attributes of the file (lsattr)",
    errno.ENOENT: "see whether what is named belongs to MicroK8s or snapd and was removed meanwhile (snap list; snap changes)",
    errno.EEXIST: "see to the file that is where a folder has to be",
    errno.ENOTDIR: "see to the file that is where a folder of it has to be",
    errno.EISDIR: "see to the folder that is where the file has to be",
    errno.ENOSPC: _DISK,
    errno.EROFS: _DISK,
    errno.EIO: _DISK,
    errno.EDQUOT: _DISK,
}


class InWords(Exception):
    """An error whose text is all that a user has to read."""


def ends_in_words(main: Callable[[], None]) -> Callable[[], None]:
    """Let `main` of a module say what snapd or the host refused, where it does not say it in words of its own.

    This imports nothing that asks snapd: most modules never do, and HTTP takes them as long to import as all else.
    """

    @functools.wraps(main)
    def guarded() -> None:
        try:
            main()
        except InWords as exc:
            _fail(str(exc))
        except OSError as exc:
            fix = _FIXES.get(exc.errno or 0, "see to what is named")
            _fail(f"The host refused what had to be done: {exc}. Fix: {fix}, and run the playbook again.")

    return guarded


def _fail(message: str) -> None:
    """What AnsibleModule.fail_json does, which is made in `main` alone."""
    print(json.dumps({"failed": True, "msg": message}))  # pylint: disable=ansible-bad-function
    sys.exit(1)  # pylint: disable=ansible-bad-function
