# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A command ends when it has ended, at its time at the latest, with all that it started, and holds a lock meanwhile."""

from __future__ import annotations

import fcntl
import os
import signal
import time
from pathlib import Path

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils import _command
from ansible_collections.rosfleet.cluster.plugins.module_utils._command import Outcome, run

LONG = 20
# Holds the output open for longer than any test; its number is what the command prints.
AWAY = f"setsid sleep {LONG} & echo $!"


def sh(script, timeout=LONG):
    return run(["sh", "-c", script], timeout=timeout)


def becomes_free(path):
    """Whether nobody holds the lock any more; the kernel takes a moment to end what was killed."""
    return sh(f"flock --wait {LONG / 4} {path} true").rc == 0


@pytest.mark.parametrize(
    ("script", "outcome"),
    [
        ("echo out; echo err >&2; echo file > /dev/stderr; exit 3", Outcome(3, "out\n", "err\nfile\n")),
        ("cat", Outcome(0, "", "")),  # nobody types
        (r"printf 'a\377\r\nb\rc'", Outcome(0, "a\N{REPLACEMENT CHARACTER}\nb\nc", "")),
    ],
)
def test_what_a_command_did(script, outcome):
    assert sh(script) == outcome


def test_a_command_that_takes_too_long_is_ended_with_its_children(tmp_path):
    path = tmp_path / "lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(handle, fcntl.LOCK_EX)
    began = time.monotonic()
    outcome = run(["sh", "-c", f"sleep {LONG} & echo begun; sleep {LONG}"], timeout=1, keep_open=(handle,))
    os.close(handle)  # from here on only a child that still lives holds the lock
    assert (outcome.stdout, outcome.timed_out) == ("begun\n", True)
    assert time.monotonic() - began < LONG / 2
    assert becomes_free(path)


@pytest.mark.parametrize(("kept", "held"), [(True, True), (False, False)])
def test_the_command_itself_holds_a_lock_that_it_is_given(tmp_path, kept, held):
    handle = os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    outcome = run(["readlink", f"/proc/self/fd/{handle}"], timeout=LONG, keep_open=(handle,) if kept else ())
    os.close(handle)
    assert (outcome.stdout == f"{tmp_path / 'lock'}\n") is held


@pytest.fixture
def elapsed():
    began = time.monotonic()
    return lambda: time.monotonic() - began


@pytest.fixture
def left_behind():
    """Takes the process id that a command printed; what it started is ended after the test."""
    numbers = []
    yield lambda printed: numbers.append(int(printed.split()[0]))
    for number in numbers:
        os.kill(number, signal.SIGKILL)


def test_more_than_a_pipe_holds():
    outcome = sh("head -c 1000000 /dev/zero | tr '\\0' x; head -c 300000 /dev/zero | tr '\\0' y >&2")
    assert (len(outcome.stdout), len(outcome.stderr), outcome.rc) == (1000000, 300000, 0)


def test_success_with_something_left_in_the_background(elapsed, left_behind):
    outcome = sh(f"echo begun; {AWAY}; exit 0")
    assert (outcome.rc, outcome.timed_out, elapsed() < LONG / 2) == (0, False, True)
    left_behind(outcome.stdout.split("\n")[1])


def test_a_background_that_never_stops_writing(elapsed, left_behind, monkeypatch):
    monkeypatch.setattr(_command, "GRACE_S", 0.1)
    outcome = sh("setsid yes & echo $!; exit 4")
    left_behind(next(line for line in outcome.stdout.split("\n") if line != "y"))
    assert (outcome.rc, outcome.timed_out, elapsed() < LONG / 2) == (4, False, True)


def test_its_time_is_its_time_whoever_holds_the_output(elapsed, left_behind):
    outcome = sh(f"{AWAY}; sleep {LONG}", timeout=1)
    left_behind(outcome.stdout)
    assert (outcome.timed_out, outcome.rc, elapsed() < LONG / 2) == (True, -signal.SIGKILL, True)


def test_output_that_is_closed_early_is_no_end(elapsed):
    assert sh("exec >&- 2>&-; sleep 0.2; exit 5").rc == 5
    assert sh(f"exec >&- 2>&-; sleep {LONG}", timeout=0.2).timed_out and elapsed() < LONG / 2


def test_its_words_are_english(monkeypatch):
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    monkeypatch.setenv("LANGUAGE", "de:en")
    monkeypatch.setenv("ROSFLEET_TEST", "stays")
    assert sh('echo "$LC_ALL/$LANGUAGE/$ROSFLEET_TEST"').stdout == "C.UTF-8//stays\n"


def test_it_cannot_ask_and_no_descriptor_is_left():
    before = len(list(Path("/proc/self/fd").iterdir()))
    assert sh("cat").stdout == ""
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_no_such_program():
    with pytest.raises(FileNotFoundError):
        run(["/nowhere/microk8s"], timeout=1)
