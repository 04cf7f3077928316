# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with unicast where multicast is heard, in words: one finding for each fault and each who is at fault.

Private to this collection. Pure. The codes are listed in roles/discovery/README.md.
"""

from __future__ import annotations

from itertools import permutations
from typing import Collection, Iterator, Sequence

from ...module_utils._finding import ERROR, WARNING, Finding
from .._and_list import and_list
from . import causes
from .diagnoses import SCOPES
from .pair_diagnoses import ATTACHMENT, groups_of, nics_of, only_two
from .probes import Probe
from .unicast import BLOCKED, FRAGMENTS, LOSSY, MTU, PORTS, Path, Unicast

SEVERITIES = {BLOCKED: ERROR, PORTS: ERROR, MTU: ERROR, FRAGMENTS: ERROR, LOSSY: WARNING}
USELESS_PERCENT = 20  # lost: no topic works as it should with that
_WHAT = {
    BLOCKED: "no unicast",
    PORTS: "unicast to some ports of DDS only",
    MTU: "small packets only",
    FRAGMENTS: "no packet that is sent in fragments",
    LOSSY: "unicast with losses",
}
_NO_DATA = "So nodes find each other and get no data. "
_RULES = "`nft list ruleset`, `ufw status`, `iptables -S`"
_FIXES = {
    BLOCKED: f"{_NO_DATA}Open UDP 7400 and up for unicast too, in the firewall of {{who}} "
    f"({_RULES}); a rule for 239.255.0.1 or for port 7400 alone is not enough.",
    PORTS: "Nodes whose ports are closed get no data: DDS gives each participant two ports of its own. Open all UDP ports from "
    f"7400 up in the firewall of {{who}} ({_RULES}).",
    MTU: "So larger messages are lost. Something between {who} and the others carries smaller packets than their NICs send: a "
    "tunnel, a VPN, a switch or a bridge. `ping -M do -s 1472 ADDRESS` fails, and a smaller size that passes shows what it "
    "carries (28 more); set the MTU of the NICs to that, or raise it there.",
    FRAGMENTS: "So messages larger than a packet (scans, images, maps) are lost. Let fragments pass in the firewall of {who} "
    f"({_RULES}), or in a router between; if an MTU above 1500 is set on some NICs, set it on all and on the switch. In "
    "Cyclone DDS, MaxMessageSize 1400B avoids fragments.",
    LOSSY: "Best effort topics lose messages, reliable ones come late. Weak Wi-Fi, a bad cable or connector, or a full link at "
    "{who}: look at `ip -s link`, and `iw dev` for Wi-Fi.",
}


def of_paths(probes: Sequence[Probe], network: str, scope: str, unicast: Unicast) -> Iterator[Finding]:
    """Paths of one network and scope that were tried and are not well, where multicast is heard or was not compared.

    `probes`: those that announce themselves, in all domains.
    """
    deaf = _deaf(probes, network, scope)
    tried, paths = _tried(unicast, network, scope)
    faults = {pair: path.fault for pair, path in paths.items() if (pair[0].place, pair[1].place) not in deaf}
    _hosts, between_hosts = _tried(unicast, network, "host")
    reached = {(one.host, other.host) for (one, other), path in between_hosts.items() if path.arrives}
    for code in SEVERITIES:
        bad = {pair for pair, fault in faults.items() if fault == code}
        # Where nothing arrives, sizes and ports cannot be compared.
        compared = {pair for pair, fault in faults.items() if code == BLOCKED or fault != BLOCKED}
        for cause in causes.explain_pairs(tried, compared, bad):
            attachment = scope == "pod" and code == BLOCKED and cause.is_between(reached)
            fix = _NO_DATA + ATTACHMENT if attachment else _FIXES[code].format(who=_who(cause))
            yield _finding(code, cause, network, scope, [paths[pair] for pair in cause.pairs], fix)


def _tried(unicast: Unicast, network: str, scope: str) -> tuple[list[Probe], dict[causes.Pair, Path]]:
    """(the probes of one network and scope that tried, the paths that they tried)."""
    tried = [probe for probe in unicast.probes if (probe.network, probe.scope) == (network, scope)]
    return tried, {pair: path for pair in permutations(tried, 2) if (path := unicast.path(*pair))}


def _deaf(probes: Sequence[Probe], network: str, scope: str) -> Collection[tuple]:
    """The pairs of NICs that were compared by multicast and are deaf in each domain: that is told there."""
    heard, compared = set(), set()
    for one, other in permutations(probes, 2):
        same = [(each.network, each.scope, each.domain_id) for each in (one, other)]
        if same[0] == same[1] and same[0][:2] == (network, scope) and one.works and other.works:
            compared.add((one.place, other.place))
            if one.hears(other) is not None:
                heard.add((one.place, other.place))
    return compared - heard


def _who(cause: causes.Cause) -> str:
    return "the hosts" if cause.code in (causes.EVERYBODY, causes.PARTITION) else and_list(nics_of(cause))


def _finding(code: str, cause: causes.Cause, network: str, scope: str, paths: Sequence[Path], fix: str) -> Finding:
    errors = sorted({error for path in paths for error in path.errors})
    evidence = {
        "scope": scope,
        "pattern": cause.code,
        "nics": {probe.pod or probe.host: probe.nic for probe in cause.probes},
        "paths": len(cause.pairs),
        **({"send_errors": ", ".join(errors)} if errors else {}),
    }
    more = ""
    if code == PORTS:
        closed = sorted({port for path in paths for port, got in path.ports.items() if not got})
        evidence["closed_ports"] = ", ".join(closed)
        more = f" (not {and_list(closed)})"
    if code == LOSSY:
        evidence["lost_percent"] = max((path.lost_percent for path in paths), default=0)
        more = f", up to {evidence['lost_percent']} %,"
    return Finding(
        code,
        _message(cause, f"{_WHAT[code]}{more}", f"on {network} ({SCOPES[scope]})", code),
        fix,
        ERROR if evidence.get("lost_percent", 0) >= USELESS_PERCENT else SEVERITIES[code],
        hosts=[probe.host for probe in cause.probes],
        network=network,
        evidence=evidence,
    )


def _message(cause: causes.Cause, what: str, where: str, code: str) -> str:
    names = and_list([probe.label for probe in cause.probes])
    gets = "gets" if len(cause.probes) == 1 else "get"
    first, last = cause.probes[0].label, cause.probes[-1].label
    two = only_two(cause)
    if two:
        text = f"Between {two} there arrives {what} {where}; a third host there would tell at which of them to look"
    else:
        text = {
            causes.EVERYBODY: f"Between all hosts there arrives {what} {where}",
            causes.DEAF: f"{names} {gets} {what} from any other host {where}",
            causes.MUTE: f"From {names} all others get {what} {where}",
            causes.ISOLATED: f"Between {names} and all other hosts there arrives {what} {where}",
            causes.ONE_WAY: f"{last} gets {what} from {first} {where}, and {first} gets all from {last}",
            causes.PAIR: f"Between {first} and {last} there arrives {what} {where}",
            causes.PARTITION: f"Between groups of hosts there arrives {what} {where}: {groups_of(cause)}",
        }[cause.code]
    return f"{text}, though multicast is heard." if code == BLOCKED else f"{text}."
