# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names that are taken and refused, and what becomes of the others that a host has."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._identity import hostname


@pytest.mark.parametrize("name", ["tb1", "t", "1", "a-b", "a" * 63, "7of9"])
def test_names_that_are_taken(name):
    hostname.refuse_bad_name(name)


@pytest.mark.parametrize("name", ["", "TB1", "tb_1", "tb.1", "-tb", "tb-", "a" * 64, "tb1\n", "tb 1", "tübinger"])
def test_names_that_are_refused(name):
    with pytest.raises(hostname.HostnameError, match="Fix: set identity_hostname"):
        hostname.refuse_bad_name(name)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("tb1", "tb1", ""), ("tb1", "tb1", "")),
        (("tb1", "tb1", "tb1"), ("tb1", "tb1", "tb1")),
        (("ubuntu", "ubuntu", ""), ("tb1", "tb1", "")),
        (("ubuntu", "tb1", "tb1"), ("tb1", "tb1", "")),
        (("tb1", "", ""), ("tb1", "tb1", "")),
        (("tb1", "tb1", "Lab robot"), ("tb1", "tb1", "")),
    ],
)
def test_wanted_names(before, after):
    names = ("kernel", "static", "pretty")
    assert hostname.wanted_names(dict(zip(names, before)), "tb1") == dict(zip(names, after))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('# mine\nPRETTY_HOSTNAME="Lab robot"\nCHASSIS=server\n', "# mine\nCHASSIS=server\n"),
        ("CHASSIS=server\r\n\nPRETTY_HOSTNAME=x", "CHASSIS=server\r\n\n"),
        ("#PRETTY_HOSTNAME=x\nNOT_PRETTY_HOSTNAME=x\n", "#PRETTY_HOSTNAME=x\nNOT_PRETTY_HOSTNAME=x\n"),
        ("", ""),
    ],
)
def test_without_pretty_name(text, left):
    assert hostname.without_pretty_name(text) == left
