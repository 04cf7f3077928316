# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several Fast DDS discovery servers at a time, with nodes of both distributions: the union of those that a node asks, and what
becomes of nodes while servers are gone."""

from __future__ import annotations

import pytest

from .programs import HERE, HERE_ADDRESS, THERE

pytestmark = pytest.mark.root

SERVERS = {name: 11811 + number for number, name in enumerate("ABC")}
# After 20 s Fast DDS forgets a participant that it hears of no more; a talker says two lines in each second.
LINES_OF_A_LEASE = 2 * 20


def asking(names):
    """ROS_DISCOVERY_SERVER of a node that asks these: each at the place that is its number."""
    places = [f"{HERE_ADDRESS}:{port}" if name in names else "" for name, port in SERVERS.items()]
    return ";".join(places).rstrip(";")


@pytest.fixture
def server(start):
    def server(name, image="jazzy"):
        number = str(list(SERVERS).index(name))
        port = str(SERVERS[name])
        return start(image, HERE, "lab-discovery-server", "-i", number, "-l", HERE_ADDRESS, "-p", port)

    return server


@pytest.fixture
def node(start, domain):
    def node(command, names, image, **settings):
        where = THERE if command == "lab-listener" else HERE
        return start(image, where, command, ROS_DOMAIN_ID=domain, ROS_DISCOVERY_SERVER=asking(names), **settings)

    return node


def test_a_node_finds_the_union_of_those_who_ask_its_servers_and_nobody_else(server, node):
    for name, image in zip(SERVERS, ("jazzy", "kilted", "jazzy"), strict=True):
        server(name, image)
    listeners = {names: node("lab-listener", names, "kilted") for names in ("A", "AB", "AC", "ABC")}
    for name, image in zip(SERVERS, ("jazzy", "kilted", "jazzy"), strict=True):
        node("lab-talker", name, image, ROSFLEET_HOST=name)
    for names, listener in listeners.items():
        for name in names:
            listener.says(f"from {name}]", 4)
    for names, listener in listeners.items():
        assert [name for name in SERVERS if listener.matching(f"from {name}]")] == list(names)


def test_one_server_of_two_is_enough_and_without_any_nodes_that_know_each_other_go_on(server, node):
    servers = {name: server(name) for name in "AB"}
    listener = node("lab-listener", "AB", "kilted")
    node("lab-talker", "AB", "jazzy", ROSFLEET_HOST="first")
    listener.says("from first]")
    servers["A"].kill()
    node("lab-talker", "AB", "jazzy", ROSFLEET_HOST="second")
    listener.says("from second]")
    servers["B"].kill()
    late = node("lab-talker", "AB", "jazzy", ROSFLEET_HOST="third")
    listener.says("from first]", len(listener.matching("from first]")) + LINES_OF_A_LEASE)
    late.says("Publishing", 6)
    assert listener.matching("from third]") == []
    server("A")
    listener.says("from third]")
