# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read access to a host's files. PRIVATE, may change at any time."""

from __future__ import annotations

import glob
import os
from typing import Callable, Optional


class Files:
    """Read access to a host's files below `root` (a temporary folder or a recorded tree in tests)."""

    def __init__(self, root: str = "/", opener: Callable = open) -> None:
        self._root = root
        self._open = opener

    def path(self, name: str) -> str:
        return os.path.join(self._root, name.lstrip("/"))

    def exists(self, name: str) -> bool:
        return os.path.exists(self.path(name))

    def text(self, name: str) -> Optional[str]:
        """The file's text, or None when there is no such file."""
        try:
            with self._open(self.path(name), encoding="utf-8", errors="replace") as handle:
                return handle.read()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def readable_text(self, name: str) -> str:
        """The file's text, or "" when there is no such file or this user may not read it."""
        try:
            return self.text(name) or ""
        except OSError:  # also what the kernel answers in /proc and /sys where the hardware has no such value
            return ""

    def exact_text(self, name: str) -> Optional[str]:
        """The file's text with the line ends that it has, "" when there is no such file, None when it is no UTF-8."""
        try:
            with self._open(self.path(name), encoding="utf-8", newline="") as handle:
                return handle.read()
        except (FileNotFoundError, NotADirectoryError):
            return ""
        except UnicodeDecodeError:
            return None

    def matching(self, pattern: str) -> list[str]:
        """The names that match a glob pattern, sorted, as seen below the root."""
        found = sorted(glob.glob(self.path(pattern)))
        return ["/" + os.path.relpath(path, self._root) for path in found]

    def real_name(self, name: str) -> str:
        """What `name` is at the end of its symbolic links, as seen below the root."""
        return "/" + os.path.relpath(os.path.realpath(self.path(name)), os.path.realpath(self._root))

    def commands(self) -> list[list[str]]:
        """The command line of each process of the host."""
        lines = (self._command_line(name) for name in os.listdir(self.path("/proc")) if name.isdigit())
        return [line.rstrip("\0").split("\0") for line in lines if line]

    def _command_line(self, process: str) -> Optional[str]:
        try:
            return self.text(f"/proc/{process}/cmdline")
        except OSError:  # it has just ended
            return None
