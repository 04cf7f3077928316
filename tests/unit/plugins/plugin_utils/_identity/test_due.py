# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is due on which host, by what was seen of it: nothing where it is as wanted, and what cannot be told is due."""

from __future__ import annotations

import json

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._local_facts import with_section
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._identity.due import due

from ...looks import ABSENT, fleet, look

ENTRIES = [{"address": "10.0.0.1", "names": ["a"]}]
FACTS = {"a": {"hostname": "a"}, "b": {"hostname": "b"}}
NAMED = {"kernel": "a", "static": "a", "pretty": ""}
FACT_FILE = with_section("", "identity", FACTS["a"])
HOSTS_FILE = "127.0.0.1 localhost\n# BEGIN rosfleet.cluster\n10.0.0.1 a\n# END rosfleet.cluster\n"


def is_due(names=NAMED, hosts_file=HOSTS_FILE, local_facts=FACT_FILE, hold=False, block=True):
    """Whether something is due on host a, where this was seen; host b is absent."""
    shown = look(
        identity={"hostname": names, "nics": [], "default_routes": []},
        cloud_init_hold={"due": hold, "notes": []},
        laid_down={"hosts_file": hosts_file, "local_facts": local_facts},
    )
    found = due(fleet({"a": {}, "b": {}}, {"a": shown, "b": ABSENT}), ENTRIES, block, FACTS)
    assert found in ([], ["a"])
    return found == ["a"]


def test_nothing_where_all_is_as_wanted():
    assert not is_due()


@pytest.mark.parametrize("key", ["kernel", "static"])
def test_another_name(key):
    assert is_due(names={**NAMED, key: "ubuntu"})


def test_a_pretty_name_of_the_same_is_none_of_our_business():
    assert not is_due(names={**NAMED, "pretty": "a"})
    assert is_due(names={**NAMED, "pretty": "ubuntu"})


def test_a_cloud_init_that_would_undo_it():
    assert is_due(hold=True)


@pytest.mark.parametrize(
    "text", ["", HOSTS_FILE.replace("10.0.0.1", "10.0.0.2"), HOSTS_FILE + "10.0.0.9 a\n", HOSTS_FILE + "::1 a\n", None]
)
def test_another_hosts_file(text):
    assert is_due(hosts_file=text)


def test_a_block_where_names_come_from_dns():
    assert is_due(block=False)
    assert not is_due(block=False, hosts_file="127.0.0.1 localhost\n")


def test_entries_that_no_file_can_hold_are_the_modules_to_refuse(monkeypatch):
    monkeypatch.setitem(ENTRIES[0], "address", "nowhere")
    assert is_due()


@pytest.mark.parametrize("text", ["", "{", json.dumps({"identity": {"hostname": "b"}}), None])
def test_other_facts(text):
    assert is_due(local_facts=text)


def test_sections_of_others_are_none_of_our_business():
    assert not is_due(local_facts=with_section(FACT_FILE, "other", {"x": 1}))
