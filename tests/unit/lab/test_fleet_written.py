# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is seen of a host from outside when something is changed on it, and what is not."""

from __future__ import annotations

import subprocess

import pytest

from lab.fleet.written import command


@pytest.fixture
def host(tmp_path):
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/host name").write_text("tb1\n")
    return tmp_path


def seen(host):
    return subprocess.run(command(str(host), ["."]), check=True, capture_output=True, text=True).stdout.splitlines()


@pytest.mark.parametrize("path", ["etc/hosts", "data/microk8s/args", "home/robot/.bashrc"])
def test_a_new_file_is_seen(host, path):
    before = seen(host)
    (host / path).parent.mkdir(parents=True, exist_ok=True)
    (host / path).touch()
    assert [line.split("  ", 1)[1] for line in seen(host) if line not in before] == [f"././{path}"]


def test_other_content_and_a_file_that_is_gone_are_seen(host):
    first = seen(host)
    (host / "etc/host name").write_text("base\n")
    assert seen(host) != first and len(seen(host)) == 1
    (host / "etc/host name").unlink()
    assert seen(host) == []


@pytest.mark.parametrize("path", ["var/log/journal/a", "home/robot/.ansible/tmp/b", "var/lib/snapd/state.json"])
def test_what_a_host_writes_by_itself_is_no_change(host, path):
    before = seen(host)
    (host / path).parent.mkdir(parents=True)
    (host / path).touch()
    assert seen(host) == before
