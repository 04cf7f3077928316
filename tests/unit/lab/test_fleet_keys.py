# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lab's known_hosts file."""

from __future__ import annotations

from lab.fleet.keys import knows, with_host


def test_a_host_is_added_and_its_comment_dropped():
    assert with_host("", "10.88.0.21", "ssh-ed25519 AAAA lab host\n") == "10.88.0.21 ssh-ed25519 AAAA\n"


def test_an_imaged_host_gets_its_new_key_and_the_others_stay():
    before = "10.88.0.2 ssh-ed25519 KEEP\n10.88.0.21 ssh-ed25519 OLD\n"
    after = "10.88.0.2 ssh-ed25519 KEEP\n10.88.0.21 ssh-ed25519 NEW\n"
    assert with_host(before, "10.88.0.21", "ssh-ed25519 NEW") == after


def test_a_host_that_is_to_tell_its_key_itself_has_none_until_then():
    before = "10.88.0.2 ssh-ed25519 KEEP\n10.88.0.21 ssh-ed25519 OLD\n"
    after = with_host(before, "10.88.0.21", "")
    assert after == "10.88.0.2 ssh-ed25519 KEEP\n"
    assert knows(before, "10.88.0.21") and not knows(after, "10.88.0.21")
    assert with_host("", "10.88.0.21", "") == ""
