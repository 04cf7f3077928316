# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A command ends in time, with all that it started, and holds a lock for as long as it runs."""

from __future__ import annotations

import fcntl
import os
import time

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._command import Outcome, run

LONG = 20


def is_locked(path):
    with open(path, "w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@pytest.mark.parametrize(
    ("script", "outcome"),
    [
        ("echo out; echo err >&2; exit 3", Outcome(3, "out\n", "err\n")),
        ("cat", Outcome(0, "", "")),  # nobody types
        (r"printf '\377'", Outcome(0, "\N{REPLACEMENT CHARACTER}", "")),
    ],
)
def test_what_a_command_did(script, outcome):
    assert run(["sh", "-c", script], timeout=LONG) == outcome


def test_a_command_that_takes_too_long_is_ended_with_its_children(tmp_path):
    path = tmp_path / "lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(handle, fcntl.LOCK_EX)
    began = time.monotonic()
    outcome = run(["sh", "-c", f"sleep {LONG} & echo begun; sleep {LONG}"], timeout=0.3, keep_open=(handle,))
    os.close(handle)  # from here on only a child that still lives holds the lock
    assert (outcome.stdout, outcome.timed_out) == ("begun\n", True)
    assert time.monotonic() - began < LONG / 2
    assert not is_locked(path)


@pytest.mark.parametrize(("kept", "held"), [(True, True), (False, False)])
def test_the_command_itself_holds_a_lock_that_it_is_given(tmp_path, kept, held):
    handle = os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    outcome = run(["readlink", f"/proc/self/fd/{handle}"], timeout=LONG, keep_open=(handle,) if kept else ())
    os.close(handle)
    assert (outcome.stdout == f"{tmp_path / 'lock'}\n") is held
