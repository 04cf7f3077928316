# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every module does that edits a file: read it, compute what it is to hold, write that unless in check mode, and show
the difference. PRIVATE, may change at any time.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Callable, Iterable, Optional

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_bytes, to_text

from ._replacing import replace_file


def read(path: str) -> Optional[str]:
    """The file's text, None where there is no file. Bytes that are no UTF-8 come back as they were when it is written."""
    try:
        with open(path, "rb") as file:
            return to_text(file.read())
    except FileNotFoundError:
        return None


@dataclass(frozen=True)
class Change:
    """The text of a file, or of a setting that no file shows, as it is and as it is to be; None is no file.

    `name` is what the user knows it by, and its path where no `path` is given; a new file gets `mode`.
    """

    name: str
    before: Optional[str]
    after: Optional[str]
    path: str = ""
    mode: int = 0o644

    @classmethod
    def of(cls, name: str, edit: Callable[[str], Optional[str]], *, path: str = "", mode: int = 0o644) -> Change:
        """What `edit` makes of the file's text, of "" where there is none."""
        before = read(path or name)
        return cls(name, before, edit(before or ""), path, mode)

    @property
    def due(self) -> bool:
        """Whether anything changes; an empty file is as good as none."""
        return (self.before or "") != (self.after or "")

    def write(self, module: AnsibleModule) -> None:
        self._put(module, self.after)

    def undo(self, module: AnsibleModule) -> None:
        self._put(module, self.before)

    def _put(self, module: AnsibleModule, text: Optional[str]) -> None:
        path = self.path or self.name
        if text is not None:
            replace_file(module, path, to_bytes(text), mode=self.mode)
            return
        with suppress(FileNotFoundError):
            os.unlink(path)

    def difference(self) -> dict[str, str]:
        """As Ansible shows it; text that is no UTF-8 in escapes."""
        before, after = (to_bytes(text or "").decode("utf-8", "backslashreplace") for text in (self.before, self.after))
        return {"before_header": self.name, "after_header": self.name, "before": before, "after": after}


def write(module: AnsibleModule, changes: Iterable[Change]) -> None:
    """Write those that are due, unless in check mode. Raises OSError."""
    for change in changes:
        if change.due and not module.check_mode:
            change.write(module)


def undo(module: AnsibleModule, changes: Iterable[Change]) -> None:
    """Put back what they were. Raises OSError."""
    for change in changes:
        change.undo(module)


def told(changes: Iterable[Change], *, owed: bool = False) -> dict[str, Any]:
    """What a module returns of its changes; `owed`: something had to be done even where no text changes, as a restart."""
    due = [change for change in changes if change.due]
    return {"changed": owed or bool(due), "diff": [change.difference() for change in due]}
