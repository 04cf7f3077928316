"""What a run leaves on disk for all of its processes: the world as it is now, the calls so far, and each host's files.

A folder with world.json (under a lock, as Ansible works in many processes), calls.jsonl, journal.txt (what modules
wrote to their host's journal) and roots/HOST.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from pathlib import Path
from typing import Any, Iterator

FOLDER = "ROSFLEET_PLAYS_FOLDER"  # the environment variable that names it


CONTROLLER = "localhost"


def folder() -> Path:
    return Path(os.environ[FOLDER])


def root_of(host: str, home: Path | None = None) -> Path:
    """The root of `host`'s files, as seen from outside."""
    return (home or folder()) / "roots" / host


@contextlib.contextmanager
def world() -> Iterator[dict[str, Any]]:
    """The world, to be read and changed; nobody else has it meanwhile."""
    path = folder() / "world.json"
    with open(folder() / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        state = json.loads(path.read_text())
        try:
            yield state
        finally:
            path.write_text(json.dumps(state))


def peek() -> dict[str, Any]:
    """The world as it is, to be read only."""
    with world() as state:
        return state


def output() -> str:
    """What a user has read so far."""
    return (folder() / "output.txt").read_text()


def note_call(call: dict[str, Any]) -> None:
    """One more line of the log; lines are appended whole."""
    _append("calls.jsonl", json.dumps(call, default=str))


def note_journal(host: str, text: str) -> None:
    """What a module has written to the journal of its host."""
    _append("journal.txt", f"{host}: {text}")


def _append(name: str, line: str) -> None:
    with open(folder() / name, "a", encoding="utf-8") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        handle.write(line + "\n")
