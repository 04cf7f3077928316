# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The address book: the same addresses in every playbook, whoever of the fleet is reached by it."""

from __future__ import annotations

import json

import pytest
from ansible_collections.rosfleet.cluster.plugins.filter.__own.fleet import fleet_book_text
from ansible_collections.rosfleet.cluster.plugins.filter.__own.identity import identity_hosts_entries
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._fleet.book import parse

from ...looks import fleet, look

HOSTS = ["base", "tb1", "tb2"]
INVENTORY = {
    "base": {"ansible_host": "base.local"},
    "tb1": {"ansible_host": "100.64.0.7"},
    "tb2": {"ansible_host": "tb2.local"},
}


def seen(host):
    """What a look shows, as far as addresses go."""
    address = f"10.0.0.1{HOSTS.index(host)}"
    nics = [{"name": "eth0", "addresses": [f"{address}/24"]}, {"name": "vpn0", "addresses": ["100.64.0.7/10"]}]
    routes = [{"nic": "eth0", "gateway": "10.0.0.1", "source": address}]
    return look(identity={"nics": nics, "default_routes": routes})


def run(*present, book="", **changes):
    """The fleet of a run in which `present` were looked at and the address book had the text `book`."""
    variables = {host: {**INVENTORY[host], **changes.get(host, {})} for host in HOSTS}
    return fleet(variables, {host: seen(host) for host in present}, parse(book))


def text(members, accepted, book=""):
    return fleet_book_text(members, parse(book), accepted)


def addresses(members):
    return [each["address"] for each in members.values()]


EVERYBODY = ["10.0.0.10", "10.0.0.11", "10.0.0.12"]
BOOK = text(run(*HOSTS), HOSTS)


def test_a_run_of_all_hosts_writes_it():
    assert addresses(run(*HOSTS)) == EVERYBODY
    assert json.loads(BOOK)["tb1"] == {"address": "10.0.0.11", "contacted": "100.64.0.7"}


@pytest.mark.parametrize("present", [["base"], ["tb1"], ["tb2", "base"], HOSTS])
def test_a_run_of_some_hosts_has_the_same_addresses_and_leaves_it_as_it_is(present):
    assert addresses(run(*present, book=BOOK)) == EVERYBODY
    assert text(run(*present, book=BOOK), present, BOOK) == BOOK


def test_every_host_is_told_the_same_under_limit():
    assert identity_hosts_entries(run(*HOSTS)) == identity_hosts_entries(run("tb2", book=BOOK))


def test_who_was_refused_is_not_believed():
    assert list(json.loads(text(run(*HOSTS), ["base", "tb2"]))) == ["base", "tb2"]
    moved = run(*HOSTS, book=BOOK.replace("10.0.0.11", "10.0.0.99"))
    assert json.loads(text(moved, ["base"], BOOK.replace("10.0.0.11", "10.0.0.99")))["tb1"]["address"] == "10.0.0.99"


def test_without_it_names_and_other_networks_tell_nothing_and_somebody_is_told():
    members = run("tb2")
    assert addresses(members) == ["", "100.64.0.7", "10.0.0.12"]
    assert "'base.local' does not tell its fleet address" in members["base"]["warning"]


@pytest.mark.parametrize(
    ("changes", "address"),
    [
        ({"identity_address": "10.0.0.99"}, "10.0.0.99"),
        ({"ansible_host": "10.0.0.55"}, "10.0.0.55"),
        ({"identity_subnet": "192.168.8.0/24"}, ""),
    ],
)
def test_what_the_inventory_says_since_then_comes_first(changes, address):
    assert addresses(run("base", book=BOOK, tb1=changes))[1] == address


def test_who_left_the_inventory_is_forgotten():
    members = run("base", book=BOOK)
    del members["tb2"]
    assert list(json.loads(text(members, ["base"], BOOK))) == HOSTS[:2]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"tb1": 1}',
        '{"tb1": {"address": "x", "contacted": "tb1"}}',
        '{"tb1": {"address": "10.0.0.1"}}',
    ],
)
def test_what_is_no_address_book_is_an_empty_one(text):
    assert parse(text) == {}
