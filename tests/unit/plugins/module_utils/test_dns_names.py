# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that DNS and Kubernetes both take, and those that one of them does not."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._dns_names import is_domain, is_label


@pytest.mark.parametrize(
    "text, expected",
    [
        ("ros", True),
        ("ros-2", True),
        ("2ros", True),
        ("-ros", False),
        ("ros-", False),
        ("Ros", False),
        ("ros_2", False),
        ("r" * 63, True),
        ("r" * 64, False),
        ("", False),
        ("ros\n", False),
    ],
)
def test_labels(text, expected):
    assert is_label(text) is expected


def test_a_label_that_may_not_be_as_long():
    assert (is_label("rosy", 4), is_label("rosy", 3)) == (True, False)


@pytest.mark.parametrize(
    "text, valid",
    [
        ("robots.example.org", True),
        ("lan", True),
        ("", False),
        ("robots..org", False),
        ("-a.org", False),
        ("a-.org", False),
        ("~robots.org", False),
        ("a.org\nDNS=1.2.3.4", False),
        ("a.org\n", False),
        ("a" * 64 + ".org", False),
        (".".join(["a" * 60] * 5), False),
    ],
)
def test_domains(text, valid):
    assert is_domain(text) is valid
