# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a packet filter does with a packet of which not all is known."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._filter_rules import (
    ACCEPT,
    DROP,
    GO_ON,
    GOTO,
    JUMP,
    RETURN,
    UNKNOWN,
    Chain,
    Match,
    Rule,
    addresses,
    drop_of,
)

PACKET = {"l4proto": "udp", "dport": (7410, 7429), "daddr": addresses("10.0.0.2"), "iifname": "eth0"}
UDP, TCP = Match("l4proto", ("udp",)), Match("l4proto", ("tcp",))
ALL_PORTS, SOME_PORTS = Match("dport", ((7400, 7500),)), Match("dport", ((7420, 7500),))


def rule(verdict, *tests, target=""):
    return Rule(f"{verdict} {target}", tests, verdict, target)


def chain(*rules, name="in", hook="input", priority=0, policy=ACCEPT):
    return Chain("nftables", "ip filter", name, hook, priority, policy, list(rules))


def fate(*chains):
    """ "sure", "may" or "", and the chain's name."""
    drop = drop_of(chains, ("prerouting", "input"), PACKET)
    return "" if drop is None else f"{'sure' if drop.sure else 'may'} {drop.chain.name}"


SUB = {"name": "sub", "hook": ""}


@pytest.mark.parametrize(
    "chains, expected",
    [
        ([], ""),
        ([chain()], ""),
        ([chain(policy=DROP)], "sure in"),
        ([chain(rule(ACCEPT, UDP), policy=DROP)], ""),
        ([chain(rule(ACCEPT, TCP), policy=DROP)], "sure in"),
        ([chain(rule(ACCEPT, UNKNOWN), policy=DROP)], "may in"),
        ([chain(rule(ACCEPT, SOME_PORTS), policy=DROP)], "may in"),
        ([chain(rule(DROP, UDP, ALL_PORTS))], "sure in"),
        ([chain(rule(DROP, SOME_PORTS))], "may in"),
        ([chain(rule(DROP, UDP, UNKNOWN))], "may in"),
        ([chain(rule(DROP, TCP, UNKNOWN))], ""),
        ([chain(rule(GO_ON, UDP), rule(DROP))], "sure in"),
        ([chain(rule(ACCEPT), rule(DROP))], ""),
        ([chain(rule(DROP, UNKNOWN), rule(DROP, UDP))], "sure in"),
        ([chain(rule(ACCEPT, UNKNOWN), rule(DROP, UDP), rule(DROP))], "may in"),
        ([chain(rule(RETURN, UDP), rule(DROP))], ""),
        ([chain(rule(RETURN, UDP), policy=DROP)], "sure in"),
        ([chain(rule(DROP), hook="forward")], ""),
        ([chain(rule(DROP), name="late", priority=10), chain(rule(ACCEPT))], "sure late"),
        ([chain(rule(DROP), name="late", priority=10), chain(rule(DROP), name="early", priority=-10)], "sure early"),
        ([chain(rule(DROP)), chain(rule(DROP), name="pre", hook="prerouting", priority=300)], "sure pre"),
        ([chain(rule(JUMP, UDP, target="sub")), chain(rule(DROP), **SUB)], "sure sub"),
        ([chain(rule(JUMP, UNKNOWN, target="sub")), chain(rule(DROP), **SUB)], "may sub"),
        ([chain(rule(JUMP, target="sub"), rule(DROP)), chain(rule(RETURN), **SUB)], "sure in"),
        ([chain(rule(JUMP, target="sub"), rule(DROP)), chain(rule(ACCEPT), **SUB)], ""),
        ([chain(rule(JUMP, target="sub"), rule(DROP)), chain(rule(ACCEPT, UNKNOWN), **SUB)], "may in"),
        ([chain(rule(JUMP, UNKNOWN, target="sub"), rule(DROP)), chain(rule(ACCEPT), **SUB)], "may in"),
        ([chain(rule(GOTO, target="sub"), rule(DROP)), chain(**SUB)], ""),
        ([chain(rule(GOTO, target="sub"), policy=DROP), chain(**SUB)], "sure in"),
        ([chain(rule(JUMP, target="gone"), rule(DROP))], "may in"),
        ([chain(rule(JUMP, target="in"), rule(DROP))], "may in"),  # a loop, which no kernel has
    ],
)
def test_the_first_rule_that_surely_drops_else_one_that_may(chains, expected):
    assert fate(*chains) == expected


@pytest.mark.parametrize(
    "test, expected",
    [
        (Match("iifname", ("eth0",)), "sure in"),
        (Match("iifname", ("eth*",)), "sure in"),
        (Match("iifname", ("wlan0",)), ""),
        (Match("iifname", ("eth0",), negated=True), ""),
        (Match("daddr", (addresses("10.0.0.0/8"),)), "sure in"),
        (Match("daddr", (addresses("10.0.0.3"),)), ""),
        (Match("daddr", (addresses("10.0.0.3"),), negated=True), "sure in"),
        (Match("dport", ((7400, 7415), (7416, 7500))), "sure in"),
        (Match("dport", ((7400, 7415), (7417, 7500))), "may in"),
        (Match("dport", ((7400, 7500),), negated=True), ""),
        (Match("dport", ((0, 7409), (7430, 65535))), ""),
        (Match("state", ("new",)), "may in"),  # nothing is known of it
        (Match("dport", ("domain",)), "may in"),
        (Match("l4proto", ((17, 17),)), "may in"),
        (Match("l4proto", ()), "may in"),
    ],
)
def test_what_is_known_of_a_packet_is_compared(test, expected):
    assert fate(chain(rule(DROP, test))) == expected


def test_a_drop_says_where_it_is():
    drop = drop_of([chain(rule(DROP, UDP))], ["input"], PACKET)
    assert drop.as_result() == {
        **{"tool": "nftables", "table": "ip filter", "chain": "in"},
        **{"rule": "drop ", "sure": True},
    }
    assert drop_of([chain(policy=DROP)], ["input"], PACKET).as_result()["rule"] == "policy drop"


def test_chains_that_lead_to_chains_are_gone_through_once():
    """Without that, the last case would take 2 to the power of 60 steps."""
    deep = [chain(*[rule(JUMP, UNKNOWN, target=f"c{n + 1}")] * 2, name=f"c{n}", hook="") for n in range(60)]
    assert fate(chain(rule(JUMP, target="c0")), *deep, chain(rule(DROP), name="c60", hook="")) == "may c60"
