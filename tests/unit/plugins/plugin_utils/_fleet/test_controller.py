# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Python package that the controller lacks is named, with the interpreter and the line for exactly that one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._fleet.controller import (
    ADDRESSES,
    API,
    Interpreter,
    install_line,
    lacking,
    missing,
    read_interpreter,
)

COLLECTIONS = Path(__file__).parents[5] / ".collections"
BOTH = [API, ADDRESSES]


@pytest.mark.parametrize(
    ("python", "line"),
    [
        (Interpreter("/usr/bin/python3", "/usr"), "/usr/bin/python3 -m pip install kubernetes netaddr"),
        (
            Interpreter("/usr/bin/python3", "/usr", managed=True, apt=True),
            "sudo apt install python3-kubernetes python3-netaddr",
        ),
        (
            Interpreter("/usr/bin/python3", "/usr", managed=True),
            "/usr/bin/python3 -m pip install --user --break-system-packages kubernetes netaddr",
        ),
        (
            Interpreter("/home/a b/v/bin/python", "/home/a b/v", own=True, apt=True),
            "'/home/a b/v/bin/python' -m pip install kubernetes netaddr",
        ),
        (
            Interpreter(
                "/h/pipx/venvs/ansible-core/bin/python", "/h/pipx/venvs/ansible-core", own=True, pipx=True, pip=False
            ),
            "pipx inject ansible-core kubernetes netaddr",
        ),
        (
            Interpreter("/h/uv/tools/ansible-core/bin/python", "/h/uv/tools/ansible-core", own=True, pip=False),
            "uv pip install --python /h/uv/tools/ansible-core/bin/python kubernetes netaddr",
        ),
    ],
)
def test_the_line_is_that_of_the_environment(python, line):
    assert install_line(BOTH, python) == line


def test_what_is_missing_is_named_with_the_interpreter():
    found = missing(BOTH, Interpreter("/v/bin/python", "/v", own=True))
    assert found.code == "controller-packages"
    assert "The Python that runs Ansible on this controller (/v/bin/python) has no package kubernetes and netaddr" in (
        found.sentence
    )
    assert found.fix.startswith("/v/bin/python -m pip install kubernetes netaddr (here, not on the robots)")


def test_only_what_is_missing_is_asked_for(monkeypatch):
    python = read_interpreter()
    assert lacking(BOTH, python) == []
    monkeypatch.setitem(sys.modules, API, None)
    (found,) = lacking(BOTH, python)
    assert "has no package kubernetes, without" in found.message


def test_a_real_environment_is_seen_for_what_it_is(tmp_path):
    venv = tmp_path / "v"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    program = f"from {Interpreter.__module__} import read_interpreter; print(read_interpreter())"

    def seen():
        command = [venv / "bin/python", "-c", program]
        environment = {"PYTHONPATH": str(COLLECTIONS), "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout

    assert f"prefix='{venv}', own=True, pipx=False, pip=False, managed=False" in seen()
    (venv / "pipx_metadata.json").touch()
    assert "pipx=True" in seen()
