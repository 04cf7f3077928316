# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The firewall rules of hosts and pods as evidence: who loses packets by a rule of its own is told which.

Private to this collection. Pure. A rule proves nothing by itself: what is heard has passed, whatever the rules seem to say.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Iterator, Mapping, Sequence

from ...module_utils._finding import WARNING, Finding
from ...module_utils._firewall import FLOWS as TEXTS
from ...module_utils._firewall import FRAGMENTS_IN, MULTICAST_IN, MULTICAST_OUT, UNICAST_IN, UNICAST_OUT
from ...module_utils._rtps.hearing import MULTICAST
from ...module_utils._rtps.ports import DOMAIN_GAIN, discovery_multicast
from ...module_utils._rtps.sockets import GROUP
from .._and_list import and_list
from . import causes
from .probes import Probe
from .unicast import BLOCKED, FRAGMENTS, PORTS, Unicast

_BOTH = (MULTICAST_IN, MULTICAST_OUT)
_UNICAST = (UNICAST_IN, UNICAST_OUT)
# Which packets are lost where somebody is found at fault with this code.
LOST: Mapping[str, Sequence[str]] = {
    causes.DEAF: (MULTICAST_IN,),
    causes.MUTE: (MULTICAST_OUT,),
    **{code: _BOTH for code in (causes.EVERYBODY, causes.ISOLATED, causes.ONE_WAY, causes.PAIR, causes.PARTITION)},
    **{code: _UNICAST for code in (BLOCKED, PORTS, "peer-silent")},
    FRAGMENTS: (FRAGMENTS_IN,),
    "probe-failed": (MULTICAST_OUT,),
}
NOT_SENT = "cannot send"  # of a probe that failed, as its packets did not leave


def quoted(found: Sequence[Finding], probes: Sequence[Probe]) -> list[Finding]:
    """The findings, each with the rules of those at fault that drop what is lost."""
    return [_quoted(finding, probes) for finding in found]


def unproven(found: Sequence[Finding], probes: Sequence[Probe], unicast: Unicast) -> Iterator[Finding]:
    """Rules that drop what DDS needs, where no finding tells of them, and nothing was heard that they would have dropped."""
    told = {(host, finding.network) for finding in found if "firewall" in finding.evidence for host in finding.hosts}
    for probe in {each.place: each for each in reversed(probes) if each.works}.values():
        drops = [
            drop
            for drop in _seen(probe).get("drops", ())
            if drop["sure"] and drop["flow"] in _needed(probe) and not _passes(drop["flow"], probe, probes, unicast)
        ]
        if not drops or (probe.host, probe.network) in told:
            continue
        what = and_list([TEXTS[drop["flow"]] for drop in drops])
        rules = list(dict.fromkeys(map(rule_text, drops)))
        yield Finding(
            "firewall",
            f"By its rules, {probe.label} drops what DDS needs on {probe.network}, {what}: {and_list(rules)}. Nothing was "
            "heard that shows otherwise.",
            _fix(probe, drops),
            WARNING,
            hosts=[probe.host],
            network=probe.network,
            evidence={"pod": probe.pod, "firewall": {probe.label: "; ".join(rules)}},
        )


def rule_text(drop: Mapping[str, Any]) -> str:
    """Where a rule is, and how it reads."""
    return f"{drop['tool']} `{drop['rule']}` (table {drop['table']}, chain {drop['chain']})"


def _quoted(finding: Finding, probes: Sequence[Probe]) -> Finding:
    flows = LOST.get(finding.code, ())
    if not flows or (finding.code == "probe-failed" and NOT_SENT not in finding.message):
        return finding
    said, fixes, evidence = [], [], dict(finding.evidence)
    rules: dict[str, str] = {}
    left_out: dict[str, str] = {}
    for probe in _at_fault(finding, probes):
        seen = _seen(probe)
        drops = [drop for drop in seen.get("drops", ()) if drop["flow"] in flows]
        if drops and probe.label not in rules:
            texts = list(dict.fromkeys(map(rule_text, drops)))
            rules[probe.label] = "; ".join(texts)
            does = "drops it itself" if any(drop["sure"] for drop in drops) else "may drop it itself"
            said.append(f" {probe.label} {does}: {and_list(texts)}.")
            fixes.append(_fix(probe, drops))
        elif seen.get("left_out"):
            left_out[probe.label] = "; ".join(seen["left_out"])
    evidence.update({"firewall": rules} if rules else {}, **({"not_read": left_out} if left_out else {}))
    fix = f"{' '.join(fixes)} If that is not all: {finding.fix}" if fixes else finding.fix
    return replace(finding, message=f"{finding.message}{''.join(said)}", fix=fix, evidence=evidence)


def _at_fault(finding: Finding, probes: Sequence[Probe]) -> list[Probe]:
    scope = finding.evidence.get("scope", "")
    return [
        probe
        for probe in probes
        if probe.host in finding.hosts and probe.network == finding.network and scope in ("", probe.scope)
    ]


def _seen(probe: Probe) -> Mapping[str, Any]:
    """What was read of the filter of its namespace."""
    return probe.around.get("firewall") or {}


def _needed(probe: Probe) -> Sequence[str]:
    """What has to pass at it. Of fragments nothing is said by themselves: what drops them is found by their loss."""
    return (*_BOTH, *_UNICAST) if probe.multicast else _UNICAST


def _fix(probe: Probe, drops: Sequence[Mapping[str, Any]]) -> str:
    """How its rules are changed, by the program that manages them there."""
    first = discovery_multicast(probe.domain_id)
    last = first + DOMAIN_GAIN - 1
    managers: Sequence[str] = probe.around["firewall"]["managers"]
    ways = []
    if any(each == "ufw" for each in managers):
        ways.append(f"`ufw allow in on {probe.nic} to any port {first}:{last} proto udp`")
    for each in managers:
        if each.startswith("firewalld"):
            zone = each.partition("zone ")[2]
            option = f" --zone={zone}" if zone else ""
            ways.append(
                f"`firewall-cmd --permanent{option} --add-port={first}-{last}/udp`, then `firewall-cmd --reload`"
            )
    how = f": {' or '.join(ways)}" if ways else ", before or in place of the rule"
    if any(drop["flow"] == FRAGMENTS_IN for drop in drops):
        return f"In the firewall of {probe.label}, let fragments pass{how if not ways else ''}."
    return f"In the firewall of {probe.label}, let UDP {first} to {last} pass on {probe.nic}, to {GROUP} as well{how}."


def _passes(flow: str, probe: Probe, probes: Sequence[Probe], unicast: Unicast) -> bool:
    """Whether something was heard that such a rule would have dropped."""
    others = [each for each in probes if each.network == probe.network and each.host != probe.host]
    if flow == MULTICAST_IN:
        own = {each.guid_prefix for each in probes if each.host == probe.host} | {probe.guid_prefix}
        return any(MULTICAST in heard.get("paths", ()) for prefix, heard in probe.heard.items() if prefix not in own)
    if flow == MULTICAST_OUT:
        return any(each.hears(probe) is not None for each in others)
    if any(answer["answered"] for answer in probe.answers):
        return True
    pairs = [(probe, each) if flow == UNICAST_IN else (each, probe) for each in others]
    return any(path.arrives for path in (unicast.path(*pair) for pair in pairs) if path)
