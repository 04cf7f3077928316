# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is typed in a virtual machine that runs the lab itself."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from lab import nested

PYTHON, GO = Path("/opt/versions/3.13.0"), Path("/usr/local/go")


def inner(command=("make", "demo"), checkout=Path("/work/main")):
    return nested.inner_command(command, checkout, [PYTHON, GO], 20)


def test_everything_has_the_place_inside_that_it_has_here():
    script = inner()[-1]
    for place in ("/work/main", str(PYTHON), str(GO)):
        assert f"mount --bind /run/{nested.LABEL}{place} {place}\n" in script
    assert len(nested.LABEL) <= 16  # more is no label of an ext4 file system


def test_the_environment_is_roots_with_go_and_pythons_and_without_a_hurry():
    words = inner()
    assert words[:2] == ["sudo", "env"]
    settings = dict(word.split("=", 1) for word in words[2:-3])
    assert settings["PATH"].split(":")[0] == "/usr/local/go/bin"
    assert (settings["HOME"], settings["PYENV_ROOT"], settings["ROSFLEET_LAB_PATIENCE"]) == ("/root", "/opt", "20")


def test_the_command_is_run_in_the_checkout_after_the_kernel_and_its_groups_are_told():
    assert inner(["make", "check", "CORE=2.21 x"])[-1].splitlines()[-3:] == [
        "cd /work/main",
        'echo "$(uname -sr), control groups: $(stat --file-system --format=%T /sys/fs/cgroup)"',
        "exec make check 'CORE=2.21 x'",
    ]


@pytest.mark.parametrize("status", [0, 3])
def test_what_is_said_is_shown_and_kept_with_seconds_and_the_status_is_the_commands(
    monkeypatch, tmp_path, capfd, status
):
    monkeypatch.setattr(nested, "LOG", tmp_path / "reports" / "nested" / "output.log")
    said = f"import sys; print('one'); print('two', file=sys.stderr); sys.exit({status})"
    assert nested.tell([sys.executable, "-c", said]) == status
    kept = nested.LOG.read_text()
    assert sorted(line.split(" s  ")[1] for line in kept.splitlines()) == ["one", "two"]
    assert capfd.readouterr().out == kept


def test_what_is_copied_keeps_what_a_file_system_knows_and_leaves_out_what_is_named(tmp_path):
    source, into = tmp_path / "lab", tmp_path / "into"
    (source / "rootfs").mkdir(parents=True)
    (source / "vm-image-1234").mkdir()
    (source / "rootfs" / "program").touch(mode=0o4755)
    os.link(source / "rootfs" / "program", source / "rootfs" / "same")
    nested.copy(source, into, left_out=nested.LEFT_OUT)
    program = into / "lab" / "rootfs" / "program"
    assert program.stat().st_mode == (source / "rootfs" / "program").stat().st_mode
    assert program.samefile(into / "lab" / "rootfs" / "same")
    assert not (into / "lab" / "vm-image-1234").exists()


def test_what_is_not_there_is_not_copied(tmp_path):
    nested.copy(tmp_path / "absent", tmp_path / "into")
    assert not (tmp_path / "into").exists()
