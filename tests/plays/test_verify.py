"""verify: its verdicts in the words and the exit code of a user; see also test_discovery.py."""

from __future__ import annotations

import json

from tests.plays.test_join import BRING_UP


def verify(play, *arguments, **changes):
    return play("bare", "verify", *arguments, after=play(*BRING_UP), **changes)


def test_a_host_that_nobody_hears_fails_and_is_named(play):
    run = verify(play, deaf=[["base", "tb1"], ["tb2", "tb1"]])
    assert run.code == 2
    report = json.loads((run.folder / "project/reports/discovery.json").read_text())
    assert report["verdict"] == "fail"
    assert run.says("tb1 is heard by no other host on ros-lan")


def test_a_workload_that_heard_no_sample_fails(play):
    run = verify(play, logs={"*": ["waiting"]})
    assert run.code == 2
    assert run.says("listener")


def test_verify_in_check_mode_is_refused_in_words(play):
    run = verify(play, "--check")
    assert run.code == 2
    assert run.says("Discovery cannot be checked in check mode", "Fix: run it without --check")
