# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of modules share."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible.module_utils.testing import patch_module_args

from .host import Host


@pytest.fixture
def run_main(capsys):
    """Runs a module's main() with these arguments, and returns what it returned."""

    def run_main(module, *, check_mode=False, **arguments):
        with patch_module_args({**arguments, "_ansible_check_mode": check_mode}), pytest.raises(SystemExit):
            module.main()
        return json.loads(capsys.readouterr().out)

    return run_main


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """Puts programs of these names, which do nothing, on the PATH, and returns where they are: {name: path}."""

    def programs(*names):
        folder = tmp_path / "bin"
        folder.mkdir()
        for name in names:
            (folder / name).touch(mode=0o755)
        monkeypatch.setenv("PATH", str(folder))
        return {name: str(folder / name) for name in names}

    return programs


@pytest.fixture
def write_tree(tmp_path):
    """Writes {name: text} below a folder that stands for a host's root, and returns that folder."""

    def write_tree(files: dict[str, str]) -> Path:
        root = tmp_path / "host"
        for name, text in files.items():
            path = root / name.lstrip("/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return root

    return write_tree


@pytest.fixture
def host(tmp_path, monkeypatch, capsys) -> Host:
    """A host with MicroK8s' files and a script in place of its command."""
    return Host(tmp_path, monkeypatch, capsys)
