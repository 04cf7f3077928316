# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the root image reads from the machine and from Debian."""

from __future__ import annotations

import pytest

from lab.artefacts import base_snaps
from lab.requirements import main_archive, missing

TARGETS = """\
mirror:security|Debian-Security|main
mirror:main/contrib|Debian|contrib
mirror:main|Debian|main
mirror:updates|Debian|main
"""


def test_the_mirror_is_the_first_source_of_the_main_archive():
    assert main_archive(TARGETS) == ["mirror:main"]


def test_a_machine_without_the_main_archive_leaves_the_mirror_to_mmdebstrap():
    assert main_archive("mirror:else|Ubuntu|main\n") == []


@pytest.mark.parametrize("line", ["VERSION=2.68.3-3+deb13u1+b7", "VERSION='2.68.3'"])
def test_the_version_of_snapd_is_the_upstream_one(line):
    assert base_snaps.snapd_version(f"{line}\nSNAPD_APPARMOR_REEXEC=1\n") == "2.68.3"


def test_only_missing_packages_are_installed():
    assert missing(["b", "a", "c"], {"a"}) == ["b", "c"]
