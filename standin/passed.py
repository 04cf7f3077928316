# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the contract unless it has passed on this machine with what it is about now: ``python3 -m standin.passed COMMAND...``

What it is about are the stand-in, the contract, the transcripts and the Go that compiles the programs. That it passed is
kept in the cache, under a key of their content, so a clean machine runs it.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from lab import golang
from lab.cache import REPO, cache_root, key_of
from standin.contract.transcripts import FOLDER


def current_key() -> str:
    """The key of everything that the contract compares."""
    parts = sorted(path for path in (REPO / "standin").iterdir() if path.name not in ("README.md", "__pycache__"))
    return key_of("contract", [*parts, FOLDER, golang.version()])


def unless_passed(command: list[str], folder: Path, key: Callable[[], str] = current_key) -> int:
    """Run the command and note the key in ``folder`` when it succeeds; 0 at once when this key is noted there.

    What was changed while it ran has not passed: the key is that of the beginning.
    """
    begun = key()
    note = folder / f"contract-passed-{begun}"
    if note.exists():
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(note.stat().st_mtime))
        print(
            f"contract: unchanged since it passed ({when}), key {begun}. To run it all the same: rm {note}", flush=True
        )
        return 0
    print(f"contract: has not passed on this machine with key {begun}", flush=True)
    status = subprocess.run(command, check=False).returncode
    if status == 0:
        folder.mkdir(parents=True, exist_ok=True)
        for older in folder.glob("contract-passed-*"):
            older.unlink()
        note.touch()
    return status


if __name__ == "__main__":
    sys.exit(unless_passed(sys.argv[1:], cache_root() / "lab"))
