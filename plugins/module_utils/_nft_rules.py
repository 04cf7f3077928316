# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of nftables that IPv4 packets meet, from `nft -j -a list ruleset`, with their texts from `nft -a list ruleset`.

Private to this collection. Pure. Source: libnftables-json(5). What it has of others' extensions (`xt`, from iptables) is opaque
there: it is a test of which nobody knows, or a drop by its name.
"""

from __future__ import annotations

import json
import re
from typing import Any, Iterator, Mapping, Optional, Sequence, Tuple

from ._filter_rules import (
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
    Value,
    addresses,
)

TOOL = "nftables"
FAMILIES = ("ip", "inet")
HIGHEST = 2**32 - 1
_PROTOCOLS = {1: "icmp", 6: "tcp", 17: "udp"}
_META = {"l4proto": "l4proto", "nfproto": "nfproto", "pkttype": "pkttype", "mark": "mark"}
_META.update({"iif": "iifname", "iifname": "iifname", "oif": "oifname", "oifname": "oifname"})
_CONNECTION = {"state": "state", "status": "status"}
_HEADER = {("ip", "protocol"): "l4proto", ("ip", "saddr"): "saddr", ("ip", "daddr"): "daddr"}
_ADDRESSES = ("saddr", "daddr")
_VERDICTS = {"accept": ACCEPT, "drop": DROP, "reject": DROP, "return": RETURN, "jump": JUMP, "goto": GOTO}
# They change nothing for what comes after them.
_SILENT = ("counter", "log", "mangle", "notrack", "continue", "comment")
_MORE_FRAGMENTS, _OFFSET = 0x2000, 0x1FFF
_HANDLE = re.compile(r"^(?P<text>.*\S)\s+# handle (?P<handle>\d+)$")
_COUNTED = re.compile(r"\s*counter packets \d+ bytes \d+")

Where = Tuple[str, str]  # "ip filter", chain


def parse_nft(rules: str, listing: str) -> tuple[list[Chain], bool]:
    """(its chains, whether some of their rules are iptables' own). Raises ValueError."""
    texts = parse_listing(listing)
    chains: dict[Where, Chain] = {}
    sets: dict[tuple[str, str], Any] = {}
    opaque = False
    try:
        for entry in json.loads(rules)["nftables"]:
            ((kind, each),) = entry.items()
            table = f"{each.get('family')} {each.get('table')}"
            if each.get("family") not in FAMILIES:
                continue
            if kind == "chain" and each.get("type") != "nat":
                hook, policy = each.get("hook", ""), each.get("policy", ACCEPT)
                chains[table, each["name"]] = Chain(TOOL, table, each["name"], hook, _number(each.get("prio")), policy)
            elif kind in ("set", "map"):
                sets[table, each["name"]] = each.get("elem", [])
            elif kind == "rule" and (table, each["chain"]) in chains:
                text = texts.get((table, each["chain"]), {}).get(each["handle"], f"handle {each['handle']}")
                named = {name: elements for (where, name), elements in sets.items() if where == table}
                chains[table, each["chain"]].rules += _rules(each["expr"], text, named)
                opaque = opaque or any("xt" in part for part in each["expr"])
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"nft lists what is not understood: {error!r}") from error
    return list(chains.values()), opaque


def parse_listing(text: str) -> dict[Where, dict[int, str]]:
    """{chain: {handle: the rule as people write it}}."""
    found: dict[Where, dict[int, str]] = {}
    table, chain = "", ""
    for line in map(str.strip, text.splitlines()):
        words = line.split()
        match = _HANDLE.match(line)
        if words[:1] == ["table"]:
            table = " ".join(words[1:3])
        elif words[:1] in (["chain"], ["set"], ["map"]) and words[2:3] == ["{"]:
            chain = words[1]
        elif match:
            found.setdefault((table, chain), {})[int(match["handle"])] = _COUNTED.sub("", match["text"])
    return found


def _rules(parts: Sequence[Mapping[str, Any]], text: str, sets: Mapping[str, Any]) -> Iterator[Rule]:
    """One rule, or one for each element of its map of verdicts."""
    tests: list[Match] = []
    for part in parts:
        ((kind, what),) = part.items()
        if kind == "match":
            tests += _tests(what, sets)
        elif kind in _VERDICTS:
            target = what["target"] if kind in (JUMP, GOTO) else ""
            yield Rule(text, tuple(tests), _VERDICTS[kind], target)
            return
        elif kind == "vmap":
            yield from _of_map(what, tests, text, sets)
            return
        elif kind == "xt":
            if what.get("type") == "target":
                yield Rule(text, tuple(tests), DROP if what.get("name") == "REJECT" else GO_ON)
                return
            if what.get("name") != "comment":
                tests.append(UNKNOWN)
        elif kind not in _SILENT:
            tests.append(UNKNOWN)


def _of_map(what: Mapping[str, Any], tests: Sequence[Match], text: str, sets: Mapping[str, Any]) -> Iterator[Rule]:
    data = what["data"]
    elements = sets.get(data[1:], []) if isinstance(data, str) else data["set"]
    for key, verdict in elements:
        ((kind, target),) = verdict.items()
        chain = target["target"] if kind in (JUMP, GOTO) else ""
        own = _tests({"op": "==", "left": what["key"], "right": key}, sets)
        yield Rule(text, (*tests, *own), _VERDICTS.get(kind, GO_ON), chain)


def _tests(match: Mapping[str, Any], sets: Mapping[str, Any]) -> list[Match]:
    """What a match asks; of a header of another protocol, also that the packet has that header."""
    left, right, op = match["left"], match["right"], match.get("op", "==")
    if "&" in left:
        return [_masked(left["&"], right, op)]
    payload = left.get("payload") or {}
    protocol = payload.get("protocol", "")
    implied = []
    if protocol in ("ip6", "icmpv6"):
        implied = [Match("nfproto", ("ipv6",))]
    elif protocol and protocol not in ("ip", "th", "ether"):
        implied = [Match("l4proto", (protocol,))]
    field = _field(left)
    values = _values(right, field, sets) if field else None
    if values is None:
        return [*implied, UNKNOWN]
    if op in ("<", "<=", ">", ">="):
        return [*implied, _compared(field, op, values)]
    return [*implied, Match(field, values, negated=op == "!=")]


def _field(left: Mapping[str, Any]) -> str:
    if "meta" in left:
        return _META.get(left["meta"].get("key"), "")
    if "ct" in left:
        return _CONNECTION.get(left["ct"].get("key"), "")
    if "fib" in left:
        return "daddr_type" if (left["fib"].get("result"), left["fib"].get("flags")) == ("type", ["daddr"]) else ""
    payload = left.get("payload") or {}
    protocol, name = payload.get("protocol"), payload.get("field", "")
    if name in ("sport", "dport"):
        return name
    return _HEADER.get((protocol, name), "")


def _values(right: Any, field: str, sets: Mapping[str, Any]) -> Optional[tuple[Value, ...]]:
    """What a field is compared with; None where that is not understood."""
    if isinstance(right, str) and right.startswith("@"):
        right = sets.get(right[1:], [None])
    elif isinstance(right, dict) and "set" in right:
        right = right["set"]
    elements = right if isinstance(right, list) else [right]
    try:
        return tuple(_value(each, field) for each in elements)
    except (KeyError, TypeError, ValueError):
        return None


def _value(each: Any, field: str) -> Value:
    if isinstance(each, dict) and "elem" in each:
        each = each["elem"]["val"]
    if isinstance(each, dict) and "prefix" in each:
        return addresses(f"{each['prefix']['addr']}/{each['prefix']['len']}")
    if isinstance(each, dict):
        first, last = each["range"]
        return (_low(first, field), _low(last, field))
    if field in _ADDRESSES:
        return addresses(each)
    if field == "l4proto" and isinstance(each, int):
        return _PROTOCOLS.get(each, str(each))
    if isinstance(each, int):
        return (each, each)
    if isinstance(each, str):
        return each
    raise TypeError(each)


def _low(each: Any, field: str) -> int:
    return addresses(each)[0] if field in _ADDRESSES else int(each)


def _compared(field: str, op: str, values: Sequence[Value]) -> Match:
    if len(values) != 1 or not isinstance(values[0], tuple):
        return UNKNOWN
    number = values[0][0]
    if op in ("<", "<="):
        last = number - (op == "<")
        return Match(field, ((0, last),)) if last >= 0 else UNKNOWN
    return Match(field, ((number + (op == ">"), HIGHEST),))


def _masked(masked: Sequence[Any], right: Any, op: str) -> Match:
    """Of a fragment's place, or of a mark, of which an unmarked packet has no bit."""
    left, mask = masked[0], masked[1]
    if (left.get("meta") or {}).get("key") == "mark" and isinstance(right, int):
        return Match("mark", ((right, right),), negated=op == "!=")
    if (left.get("payload") or {}).get("field") != "frag-off" or right != 0 or not isinstance(mask, int):
        return UNKNOWN
    if mask & ~(_MORE_FRAGMENTS | _OFFSET) or not mask & _OFFSET:
        return UNKNOWN
    return Match("fragment", ("yes",), negated=op != "!=")


def _number(priority: Any) -> int:
    return priority if isinstance(priority, int) else 0
