# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs of the lab's images without containers: an image's root unpacked, and a program with what it prints."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import tarfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

PATIENCE_S = 40


def unpack(tar: Path, root: Path) -> dict[str, str]:
    """Unpack an image's layers; return its environment."""
    with tarfile.open(tar) as archive:
        (manifest,) = json.load(archive.extractfile("manifest.json"))
        for name in manifest["Layers"]:
            with tarfile.open(fileobj=archive.extractfile(name)) as layer:
                layer.extractall(root, filter="fully_trusted")
        settings = json.load(archive.extractfile(manifest["Config"]))["config"]["Env"]
    return dict(setting.split("=", 1) for setting in settings)


class Program:
    """A running command of an image, and the lines that it has printed so far."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._printed = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout:
            with self._printed:
                self.lines.append(line.rstrip("\n"))
                self._printed.notify_all()

    def matching(self, pattern: str) -> list[str]:
        """The lines so far with this pattern."""
        return [line for line in self.lines if re.search(pattern, line)]

    def says(self, pattern: str, count: int = 1) -> list[str]:
        """The first lines with this pattern, as soon as there are so many. Raises AssertionError after PATIENCE_S."""
        with self._printed:
            if not self._printed.wait_for(lambda: len(self.matching(pattern)) >= count, PATIENCE_S):
                raise AssertionError(self.lines)
        return self.matching(pattern)[:count]

    def end(self, pid: int | None = None) -> int:
        """Send SIGTERM; return the exit status."""
        os.kill(pid or self.process.pid, signal.SIGTERM)
        return self.process.wait(PATIENCE_S)

    def output(self) -> str:
        """All that it printed until it ended by itself."""
        self.process.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)
        return "\n".join(self.lines)

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.wait()
        self._reader.join(PATIENCE_S)
        self.process.stdout.close()
