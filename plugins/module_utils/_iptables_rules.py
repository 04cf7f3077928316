# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of iptables, from `iptables-save`. Private to this collection. Pure. Source: iptables(8) and its extensions(8)."""

from __future__ import annotations

import shlex

from ._filter_rules import ACCEPT, DROP, GO_ON, GOTO, JUMP, RETURN, UNKNOWN, Chain, Match, Rule, Value, addresses

TOOL = "iptables"
BY_NFT = "(nf_tables)"  # in the first line, when the rules are those of nftables
_PRIORITIES = {"raw": -300, "mangle": -150, "filter": 0, "security": 50}
_HOOKS = {"PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"}
_VERDICTS = {"ACCEPT": ACCEPT, "DROP": DROP, "REJECT": DROP, "RETURN": RETURN}
# Targets after which the next rule is asked.
_SILENT = {
    "LOG",
    "NFLOG",
    "MARK",
    "CONNMARK",
    "CT",
    "NOTRACK",
    "TOS",
    "DSCP",
    "TCPMSS",
    "CHECKSUM",
    "TRACE",
    "AUDIT",
    "SET",
}
_FIELDS = {
    **{"-p": "l4proto", "--protocol": "l4proto", "-i": "iifname", "-o": "oifname", "-s": "saddr", "-d": "daddr"},
    **{"--dport": "dport", "--sport": "sport", "--dports": "dport", "--sports": "sport"},
    **{"--ctstate": "state", "--state": "state", "--pkt-type": "pkttype", "--dst-type": "daddr_type", "--mark": "mark"},
}
_PORTS = ("dport", "sport")
_HIGHEST_PORT = 65535
# Modules whose options are among the fields, or say nothing of the packet. Of all others nobody knows.
_KNOWN_MODULES = {"tcp", "udp", "multiport", "conntrack", "state", "pkttype", "addrtype", "mark", "comment"}


def parse_iptables(text: str) -> list[Chain]:
    """Its chains, without those of address translation. Raises ValueError."""
    chains: dict[tuple[str, str], Chain] = {}
    table = ""
    for line in text.splitlines():
        words = line.split()
        if line.startswith("*"):
            table = line[1:].strip()
        elif line.startswith(":") and table in _PRIORITIES and len(words) > 1:
            name = words[0][1:]
            hook = name.lower() if name in _HOOKS else ""
            policy = DROP if words[1] == "DROP" else ACCEPT
            chains[table, name] = Chain(TOOL, table, name, hook, _PRIORITIES[table], policy)
        elif line.startswith("-A ") and len(words) > 1 and (table, words[1]) in chains:
            chains[table, words[1]].rules.append(parse_rule(line))
    return list(chains.values())


def parse_rule(line: str) -> Rule:
    """A line that begins with `-A CHAIN`. Raises ValueError."""
    words = shlex.split(line)[2:]
    tests: list[Match] = []
    verdict, target = GO_ON, ""
    while words:
        negated = words[0] == "!"
        words = words[negated:]
        option, value = words[0], words[1] if len(words) > 1 else ""
        if option in ("-j", "-g"):
            verdict, target = _target(option, value)
            break
        taken = 2
        if option == "-f":
            tests.append(Match("fragment", ("yes",), negated))
            taken = 1
        elif option in _FIELDS:
            tests.append(_test(_FIELDS[option], value, negated))
        elif option == "-m" and value not in _KNOWN_MODULES:
            tests.append(UNKNOWN)
        elif option not in ("-m", "--comment"):
            tests.append(UNKNOWN)
            taken = 1 if value.startswith("-") else 2
        words = words[taken:]
    return Rule(line, tuple(tests), verdict, target)


def _target(option: str, name: str) -> tuple[str, str]:
    if option == "-g":
        return GOTO, name
    if name in _VERDICTS:
        return _VERDICTS[name], ""
    return (GO_ON, "") if name in _SILENT else (JUMP, name)


def _test(field: str, text: str, negated: bool) -> Match:
    if field in ("saddr", "daddr"):
        return Match(field, tuple(addresses(each) for each in text.split(",")), negated)
    if field in _PORTS:
        return Match(field, tuple(_ports(each) for each in text.split(",")), negated)
    if field == "mark":
        # An unmarked packet has no bit, whatever the mask.
        value = int(text.partition("/")[0], 0)
        return Match(field, ((value, value),), negated)
    if field in ("iifname", "oifname"):
        return Match(field, (f"{text[:-1]}*" if text.endswith("+") else text,), negated)
    if field == "l4proto" and text == "all":
        return UNKNOWN
    return Match(field, tuple(text.lower().split(",")), negated)


def _ports(text: str) -> Value:
    first, colon, last = text.partition(":")
    return (int(first or 0), int(last or _HIGHEST_PORT) if colon else int(first))
