"""What a person sees while a playbook runs: what takes long, and nothing that looks like trouble where there is none."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from scripted.play import CHECKOUT

TROUBLE = re.compile(r"^(fatal|failed|FAILED|\[WARNING\]|\[ERROR\]|\[DEPRECATION)|\.\.\.ignoring", re.MULTILINE)

PLAYBOOK = """
- hosts: all
  gather_facts: false
  tasks:
    - {name: Wait for it, ansible.builtin.wait_for: {path: "{{ awaited }}", timeout: 60}}
"""
INVENTORY = """
all:
  hosts: {base: {awaited: "{{ playbook_dir }}/playbook.yml"}, tb1: {}, tb2: {}}
  vars:
    awaited: "{{ playbook_dir }}/go"
    ansible_connection: local
    ansible_python_interpreter: "{{ ansible_playbook_python }}"
"""
OFTEN = {"ROSFLEET_LONG_STEPS_AFTER": "0", "ROSFLEET_LONG_STEPS_EVERY": "0"}


@pytest.fixture
def start(tmp_path):
    """Starts Ansible itself, nothing of it scripted, on a play that goes on until there is a file `go`."""
    place = tmp_path / "ansible_collections/rosfleet"
    place.mkdir(parents=True)
    (place / "cluster").symlink_to(CHECKOUT)
    (tmp_path / "playbook.yml").write_text(PLAYBOOK)
    (tmp_path / "inventory.yml").write_text(INVENTORY)
    started = []

    def start(**environment):
        environment = {
            **{key: each for key, each in os.environ.items() if not key.startswith("ANSIBLE_")},
            "ANSIBLE_CONFIG": str(CHECKOUT / "ansible.cfg"),
            "ANSIBLE_COLLECTIONS_PATH": str(tmp_path),
            "ANSIBLE_HOME": str(tmp_path / "home"),
            "ANSIBLE_NOCOLOR": "1",
            **environment,
        }
        command = [Path(sys.prefix, "bin/ansible-playbook"), "playbook.yml", "-i", "inventory.yml"]
        with open(tmp_path / f"output{len(started)}", "w") as output:
            pipes = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": subprocess.PIPE}
            started.append(subprocess.Popen(command, cwd=tmp_path, env=environment, text=True, **pipes))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stderr.close()


def read_until(process, words):
    for line in process.stderr:
        if words in line:
            return line
    raise AssertionError(f"it ended without: {words}")


def ended(process):
    """What it still wrote to standard error, and its exit code."""
    return process.stderr.read(), process.wait()


def test_who_is_at_work_is_told_beside_what_ansible_writes(start, tmp_path):
    long = start(**OFTEN)
    line = read_until(long, "at work: tb1 and tb2; done: base")
    assert re.match(r"… Wait for it: since \d\d:\d\d:\d\d \(\d:\d\d\), at work", line)
    (tmp_path / "go").touch()
    assert ended(long)[1] == 0
    assert ended(start(ROSFLEET_LONG_STEPS_AFTER="600")) == ("", 0)  # what is over by then is not told
    long_output, short_output = (sorted((tmp_path / name).read_text().splitlines()) for name in ("output0", "output1"))
    assert long_output == short_output  # standard output is left alone


def test_an_interrupted_run_ends_at_once_and_without_a_word_more(start):
    process = start(**OFTEN)
    read_until(process, "at work")
    process.send_signal(signal.SIGINT)
    errors, code = ended(process)
    assert code == 99
    assert errors.splitlines()[-1] == "[ERROR]: User interrupted execution"


def test_site_tells_what_takes_long(play):
    words = "Install the snap, and hold its automatic refreshes before one can begin: since"
    run = play("bare", "site", forks=True, until={"microk8s_snap": words}, environment=OFTEN)
    assert run.says(words)


@pytest.mark.parametrize(("enabled", "told"), [("", True), ("rosfleet.cluster.long_steps", False)])
def test_who_has_not_switched_that_on_is_told_how_to(play, enabled, told):
    run = play("bare", "site", environment={"ANSIBLE_CALLBACKS_ENABLED": enabled})
    hint = "With ANSIBLE_CALLBACKS_ENABLED=rosfleet.cluster.long_steps in the environment"
    assert (run.code, hint in run.words) == (0, told)


def test_a_run_in_which_all_is_well_shows_nothing_red(play):
    first = play("bare", "site")
    for run in (first, play("bare", "site", after=first), play("bare", "verify", after=first)):
        assert run.code == 0
        assert TROUBLE.findall(run.output) == []


def test_an_api_that_is_started_again_by_this_run_is_no_trouble(play):
    silent = [{"module": "api", "says": {"status": 0, "text": "Connection refused"}, "times": 20}]
    run = play("small", "site", hosts={"base": {"stopped": "stopped"}}, answers=silent)
    assert run.code == 0
    assert run.says("The API of base does not answer")
    assert TROUBLE.findall(run.output) == []


def test_trouble_is_seen(play):
    run = play("bare", "site", hosts={"tb1": {"is": "absent"}})
    assert TROUBLE.findall(run.output) != []
