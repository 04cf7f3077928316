# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of nftables as nft 1.0.6 lists them."""

from __future__ import annotations

import json

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils import _nft_rules
from ansible_collections.rosfleet.cluster.plugins.module_utils._filter_rules import ACCEPT, UNKNOWN, Match, addresses

UDP_PORT = {"payload": {"protocol": "udp", "field": "dport"}}
L4 = {"meta": {"key": "l4proto"}}
FRAGMENT = {"payload": {"protocol": "ip", "field": "frag-off"}}
IS_UDP, YES = Match("l4proto", ("udp",)), ("yes",)


def listed(*entries, expr=None, **chain):
    rules = [{"rule": {"family": "inet", "table": "f", "chain": "in", "handle": 7, "expr": expr}}] if expr else []
    own = {"family": "inet", "table": "f", "name": "in", "type": "filter", "hook": "input", "prio": -5, **chain}
    return json.dumps({"nftables": [{"metainfo": {"version": "1.0.6"}}, {"chain": own}, *entries, *rules]})


def only_rule(*expr, sets=()):
    ((chain,), _opaque) = _nft_rules.parse_nft(listed(*sets, expr=list(expr)), "")
    return chain.rules


def match(left, right, op="=="):
    return {"match": {"op": op, "left": left, "right": right}}


@pytest.mark.parametrize(
    "left, right, op, tests",
    [
        (L4, "udp", "==", [IS_UDP]),
        (L4, 17, "==", [IS_UDP]),
        (L4, {"set": ["tcp", "udp"]}, "!=", [Match("l4proto", ("tcp", "udp"), True)]),
        ({"payload": {"protocol": "ip", "field": "protocol"}}, "udp", "==", [IS_UDP]),
        (UDP_PORT, 7400, "==", [IS_UDP, Match("dport", ((7400, 7400),))]),
        (UDP_PORT, {"range": [7400, 7500]}, "!=", [IS_UDP, Match("dport", ((7400, 7500),), True)]),
        (UDP_PORT, {"set": [22, {"range": [80, 90]}]}, "==", [IS_UDP, Match("dport", ((22, 22), (80, 90)))]),
        (UDP_PORT, 32768, "<", [IS_UDP, Match("dport", ((0, 32767),))]),
        (UDP_PORT, 32768, ">=", [IS_UDP, Match("dport", ((32768, 2**32 - 1),))]),
        (UDP_PORT, "@ports", "==", [IS_UDP, Match("dport", ((7400, 7500), (9000, 9000)))]),
        (UDP_PORT, "@unknown", "==", [IS_UDP, UNKNOWN]),
        ({"payload": {"protocol": "th", "field": "dport"}}, 53, "==", [Match("dport", ((53, 53),))]),
        (
            {"payload": {"protocol": "tcp", "field": "dport"}},
            22,
            "==",
            [Match("l4proto", ("tcp",)), Match("dport", ((22, 22),))],
        ),
        (
            {"payload": {"protocol": "ip6", "field": "daddr"}},
            "ff02::1",
            "==",
            [Match("nfproto", ("ipv6",)), UNKNOWN],
        ),
        (
            {"payload": {"protocol": "ip", "field": "daddr"}},
            {"prefix": {"addr": "224.0.0.0", "len": 4}},
            "==",
            [Match("daddr", (addresses("224.0.0.0/4"),))],
        ),
        (
            {"payload": {"protocol": "ip", "field": "saddr"}},
            {"range": ["10.0.0.1", "10.0.0.9"]},
            "==",
            [Match("saddr", ((addresses("10.0.0.1")[0], addresses("10.0.0.9")[0]),))],
        ),
        (
            {"payload": {"protocol": "ip", "field": "saddr"}},
            {"elem": {"val": "10.0.0.1", "timeout": 9}},
            "==",
            [Match("saddr", (addresses("10.0.0.1"),))],
        ),
        ({"ct": {"key": "state"}}, ["established", "related"], "in", [Match("state", ("established", "related"))]),
        ({"ct": {"key": "mark"}}, 1, "==", [UNKNOWN]),
        ({"ct": {"key": "status"}}, "dnat", "in", [Match("status", ("dnat",))]),
        ({"meta": {"key": "mark"}}, 9, "==", [Match("mark", ((9, 9),))]),
        ({"&": [{"meta": {"key": "mark"}}, 0x8000]}, 0x8000, "==", [Match("mark", ((0x8000, 0x8000),))]),
        ({"meta": {"key": "iifname"}}, "eth*", "==", [Match("iifname", ("eth*",))]),
        ({"meta": {"key": "length"}}, 1300, ">", [UNKNOWN]),
        ({"fib": {"result": "type", "flags": ["daddr"]}}, "multicast", "==", [Match("daddr_type", ("multicast",))]),
        ({"numgen": {"mode": "random", "mod": 100, "offset": 0}}, 30, "<", [UNKNOWN]),
        ({"&": [FRAGMENT, 16383]}, 0, "!=", [Match("fragment", YES)]),
        ({"&": [FRAGMENT, 8191]}, 0, "==", [Match("fragment", YES, True)]),
        ({"&": [FRAGMENT, 0x4000]}, 0, "!=", [UNKNOWN]),
    ],
)
def test_a_match_is_a_test(left, right, op, tests):
    ports = {
        "set": {"family": "inet", "table": "f", "name": "ports", "elem": [{"range": [7400, 7500]}, 9000]},
    }
    (rule,) = only_rule(match(left, right, op), {"drop": None}, sets=[ports])
    assert (list(rule.tests), rule.verdict) == (tests, "drop")


@pytest.mark.parametrize(
    "expr, rules",
    [
        ([{"counter": {"packets": 1, "bytes": 2}}, {"log": {"prefix": "x"}}, {"drop": None}], [((), "drop", "")]),
        ([{"reject": {"type": "icmp", "expr": "port-unreachable"}}], [((), "drop", "")]),
        ([{"limit": {"rate": 10, "per": "second"}}, {"drop": None}], [((UNKNOWN,), "drop", "")]),
        ([{"jump": {"target": "dds"}}], [((), "jump", "dds")]),
        ([{"counter": None}], []),
        (
            [{"vmap": {"key": UDP_PORT, "data": {"set": [[7400, {"drop": None}], [53, {"goto": {"target": "x"}}]]}}}],
            [
                ((IS_UDP, Match("dport", ((7400, 7400),))), "drop", ""),
                ((IS_UDP, Match("dport", ((53, 53),))), "goto", "x"),
            ],
        ),
        (
            [{"vmap": {"key": L4, "data": "@verdicts"}}],
            [((IS_UDP,), "drop", "")],
        ),
        ([{"xt": {"type": "match", "name": "multiport"}}, {"drop": None}], [((UNKNOWN,), "drop", "")]),
        ([{"xt": {"type": "match", "name": "comment"}}, {"drop": None}], [((), "drop", "")]),
        ([{"xt": {"type": "target", "name": "REJECT"}}], [((), "drop", "")]),
        ([{"xt": {"type": "target", "name": "LOG"}}], [((), "", "")]),
    ],
)
def test_what_else_a_rule_says(expr, rules):
    verdicts = {"map": {"family": "inet", "table": "f", "name": "verdicts", "elem": [["udp", {"drop": None}]]}}
    found = only_rule(*expr, sets=[verdicts])
    assert [(rule.tests, rule.verdict, rule.target) for rule in found] == rules


def test_chains_that_ipv4_does_not_pass_and_translations_are_none():
    for other in ({"family": "ip6"}, {"family": "bridge"}, {"type": "nat"}):
        assert _nft_rules.parse_nft(listed(expr=[{"drop": None}], **other), "")[0] == []


def test_chains_have_hook_priority_and_policy_and_say_what_is_iptables_own():
    ((chain,), opaque) = _nft_rules.parse_nft(listed(policy="drop"), "")
    assert (chain.table, chain.name, chain.hook, chain.priority, chain.policy) == ("inet f", "in", "input", -5, "drop")
    assert not opaque
    assert _nft_rules.parse_nft(listed(expr=[{"xt": {"type": "match", "name": "x"}}]), "")[1]
    ((user,), _opaque) = _nft_rules.parse_nft(listed(hook="", policy=ACCEPT, prio=None), "")
    assert (user.hook, user.priority) == ("", 0)


LISTING = """table inet f { # handle 1
\tset ports { # handle 4
\t\telements = { 7400-7500 }
\t}

\tchain in { # handle 1
\t\ttype filter hook input priority -5; policy accept;
\t\tudp dport 7400 counter packets 3 bytes 90 drop # handle 7
\t}
}
"""


def test_rules_are_quoted_as_people_write_them():
    assert _nft_rules.parse_listing(LISTING)[("inet f", "in")] == {7: "udp dport 7400 drop"}
    ((chain,), _opaque) = _nft_rules.parse_nft(listed(expr=[{"drop": None}]), LISTING)
    assert chain.rules[0].text == "udp dport 7400 drop"
    ((chain,), _opaque) = _nft_rules.parse_nft(listed(expr=[{"drop": None}]), "")
    assert chain.rules[0].text == "handle 7"


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"nftables": [{"chain": {}}, {"rule": 1}]}', '{"nftables": 3}'])
def test_what_is_no_ruleset_is_refused(text):
    with pytest.raises(ValueError):
        _nft_rules.parse_nft(text, "")
