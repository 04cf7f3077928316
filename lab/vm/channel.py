# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The two ways into a virtual machine that need no network: QEMU itself (QMP) and the guest agent inside.

Both speak JSON, a line each way, over a socket of the host's folder.
"""

from __future__ import annotations

import base64
import json
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from lab.fleet.shell import LabError

QMP_TIMEOUT = 20.0
# The agent answers others first, one after the other, and under TCG each answer takes its time.
AGENT_TIMEOUT = 60.0
POLL_INTERVAL = 0.1


@dataclass(frozen=True)
class Outcome:
    """How a command ended inside."""

    status: int
    stdout: bytes
    stderr: bytes


def qmp(path: Path, command: str, **arguments: object) -> None:
    """Give QEMU one order; raises LabError when it does not take it."""
    with _connection(path, QMP_TIMEOUT) as channel:
        channel.read()  # its greeting
        channel.ask("qmp_capabilities")
        channel.ask(command, **arguments)


def run(path: Path, command: Sequence[str], stdin: str = "") -> Outcome:
    """Run a command as root inside, by the guest agent, and wait for its end."""
    with _connection(path, AGENT_TIMEOUT) as channel:
        channel.synchronise()
        started = channel.ask(
            "guest-exec",
            path=command[0],
            arg=list(command[1:]),
            **{"input-data": base64.b64encode(stdin.encode()).decode(), "capture-output": True},
        )
        while True:
            state = channel.ask("guest-exec-status", pid=started["pid"])
            if state["exited"]:
                return _outcome(state)
            time.sleep(POLL_INTERVAL)  # the agent does not tell by itself that a command has ended


def clock_offset(path: Path, now: Callable[[], int] = time.time_ns) -> float:
    """How many seconds the clock inside is behind ours, as the guest agent tells."""
    with _connection(path, AGENT_TIMEOUT) as channel:
        channel.synchronise()
        before = now()
        inside = channel.ask("guest-get-time")
        return ((before + now()) / 2 - inside) / 1e9


def _outcome(state: dict) -> Outcome:
    status = state["exitcode"] if "exitcode" in state else 128 + state.get("signal", 0)
    return Outcome(status, *(base64.b64decode(state.get(stream, "")) for stream in ("out-data", "err-data")))


class _Channel:
    """Questions and answers over one connection."""

    def __init__(self, lines: BinaryIO, path: Path) -> None:
        self._lines = lines
        self._path = path

    def ask(self, command: str, **arguments: object) -> Any:
        """The answer to one command; raises LabError when it is an error."""
        self._lines.write(json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n")
        self._lines.flush()
        answer = self.read()
        while "event" in answer:
            answer = self.read()
        if "error" in answer:
            raise LabError(f"{self._path}: {command} was refused: {answer['error'].get('desc', answer['error'])}")
        return answer["return"]

    def synchronise(self) -> None:
        """Drop answers that an earlier connection did not wait for; see the agent's guest-sync."""
        mark = time.monotonic_ns() % 2**31
        self._lines.write(json.dumps({"execute": "guest-sync", "arguments": {"id": mark}}).encode() + b"\n")
        self._lines.flush()
        while self.read().get("return") != mark:
            pass

    def read(self) -> dict:
        """The next line."""
        line = self._lines.readline()
        if not line:
            raise LabError(f"{self._path}: the other side hung up.")
        return json.loads(line)


@contextmanager
def _connection(path: Path, timeout: float) -> Iterator[_Channel]:
    with socket.socket(socket.AF_UNIX) as stream:
        stream.settimeout(timeout)
        try:
            stream.connect(str(path))
            with stream.makefile("rwb") as lines:
                yield _Channel(lines, path)
        except TimeoutError as exc:
            raise LabError(f"{path}: no answer within {timeout:.0f} s.") from exc
        except OSError as exc:
            raise LabError(f"{path}: {exc}") from exc
