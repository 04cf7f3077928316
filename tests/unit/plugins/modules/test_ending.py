# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every module ends in a message, whatever snapd and the host's disk do."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest
from ansible_collections.rosfleet.cluster.plugins import modules
from ansible_collections.rosfleet.cluster.plugins.module_utils._ending import ends_in_words
from ansible_collections.rosfleet.cluster.plugins.module_utils._snapd import SnapdBusy, SnapdError

FOLDER = Path(next(iter(modules.__path__)))
NAMES = sorted(path.stem for path in FOLDER.glob("[!_]*.py"))


@pytest.mark.parametrize(
    ("exc", "said"),
    [
        (SnapdError("snapd does not answer"), "snapd does not answer"),
        (SnapdBusy("snapd has been busy"), "snapd has been busy. Fix: wait for it to end"),
        (
            PermissionError(13, "Permission denied", "/var/snap/x"),
            "'/var/snap/x'. Fix: run as root (become: true), and run",
        ),
        (FileNotFoundError(2, "No such file or directory", "/snap/bin/microk8s"), "Fix: see whether what is named"),
        (
            OSError(28, "No space left on device"),
            "The host refused what had to be done: [Errno 28] No space left on device",
        ),
        (OSError(30, "Read-only file system", "/etc/hosts"), "Fix: see to the disk there"),
        (OSError("what"), "what. Fix: see to what is named, and run the playbook again."),
    ],
)
def test_what_the_host_refuses_is_said(capsys, exc, said):
    @ends_in_words
    def main():
        raise exc

    with pytest.raises(SystemExit) as ended:
        main()
    printed = json.loads(capsys.readouterr().out)
    assert (ended.value.code, printed["failed"]) == (1, True)
    assert said in printed["msg"]


def test_a_mistake_of_ours_is_not_hidden():
    @ends_in_words
    def main():
        raise KeyError("version")

    with pytest.raises(KeyError):
        main()


@pytest.mark.parametrize("name", NAMES)
def test_every_module_ends_so(name):
    module = importlib.import_module(f"ansible_collections.rosfleet.cluster.plugins.modules.{name}")
    if not hasattr(module, "main"):  # done on the controller
        assert (FOLDER.parent / "action" / f"{name}.py").exists()
        return
    assert hasattr(module.main, "__wrapped__"), "put @ends_in_words (module_utils/_ending.py) above main()"
