# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What workloads are declared to publish and subscribe to, against what was seen; and whose topics were not asked for.

Private to this collection. Pure.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field
from typing import Any, Iterator, Mapping, Sequence

from ...module_utils._finding import ERROR, INFO, WARNING, Finding
from ...module_utils._topic_words import ros_type
from .._and_list import and_list, short_list
from .._pods import is_leaving, node_name
from .._ros_discovery import PEERS, SERVED, way_of
from .._workloads import domain_id_of, lan_of
from .endpoint_findings import Declared, Told
from .endpoints import COMPLETE, PARTLY, READER, WRITER, Endpoint, Graph, Speaker
from .pods import workload_of
from .probes import Probe
from .topic_names import dds_topic, dds_type, difference, ros_name

MISSING, UNPUBLISHED, UNASKED = "endpoint-missing", "unpublished", "topics-unasked"
OF_PROGRAMS = ("local-only", "wrong-domain", "off-lan-program")
UNPROVEN = "endpoint-unproven"  # with it a report is no pass
KINDS = {"publishes": WRITER, "subscribes": READER}
# What keeps answers from a probe, or even from the programs beside it.
_CUTTING_OFF = ("deaf-network", "deaf-host", "isolated-host", "unicast-blocked", "ports-blocked", "address-twice")
_DOES = {WRITER: ("publish", "publishes"), READER: ("subscribe to", "subscribes to")}
_LOG = "Look into its log, and at `ros2 topic info -v`; or declare what it does."
_REMAP = "Name it the same: in its code, or by a remapping (`--ros-args -r`); or declare what it does."
_SILENT = (
    "Look for a domain tag (<Tag> in CYCLONEDDS_URI), ROS_AUTOMATIC_DISCOVERY_RANGE and named peers in its image and command; "
    "then run this again."
)


@dataclass(frozen=True)
class Expected:
    """What one workload on one host is declared to write or read."""

    host: str
    workload: str
    kind: str
    topic: str
    type: str  # empty for any
    domain_id: int
    network: str
    way: str
    runs: bool = True  # whether it has a pod there

    @property
    def place(self) -> tuple[str, str]:
        return self.host, self.workload

    @property
    def declared(self) -> Declared:
        return Declared(self.host, self.workload, self.kind, self.topic)


def expected(
    workloads: Sequence[Mapping[str, Any]],
    networks: Sequence[Mapping[str, Any]],
    pods: Sequence[Mapping[str, Any]],
    nodes: Mapping[str, str],
) -> list[Expected]:
    """All that is declared, also for hosts that are absent. `nodes`: {node: inventory name} of those that are there."""
    lans = {lan["name"]: lan for lan in networks}
    running = {(nodes.get(node_name(pod) or "", ""), workload_of(pod)) for pod in pods if not is_leaving(pod)}
    found = []
    for workload in workloads if lans else ():
        lan = lans[lan_of(workload, lans)]
        for host in workload.get("hosts") or ():
            runs = (host, workload["name"]) in running
            where = (domain_id_of(workload) or 0, lan["name"], way_of(workload, lan), runs)
            for key, kind in KINDS.items():
                for each in workload.get(key) or ():
                    what = (dds_topic(each["topic"]), dds_type(each["type"]) if each.get("type") else "")
                    found.append(Expected(host, workload["name"], kind, *what, *where))
    return found


@dataclass(frozen=True)
class Looked:
    """What the probes looked at beside topics."""

    asked: bool = True  # whether anybody was to be asked for topics
    probed: Set[tuple[str, str, int]] = frozenset()  # (host, LAN, domain)
    # {(host, workload): the domains in whose ports for announcements a program there is}
    programs: Mapping[tuple[str, str], Set[int]] = field(default_factory=dict)
    explained: Set[tuple[str, str]] = frozenset()  # (host, workload) of which is told already why nobody finds it
    cut_off: Set[tuple[str, str]] = (
        frozenset()
    )  # (host, LAN) of which is told already that what is sent there does not arrive

    def domains(self, one: Expected) -> Set[int]:
        """Those that were probed where something is expected."""
        return {domain for *place, domain in self.probed if place == [one.host, one.network]}


def looked(probes: Sequence[Probe], found: Sequence[Finding], asked: bool) -> Looked:
    """`found`: what is wrong beside topics; with a workload's program, with its pod."""
    errors = [each for each in found if each.severity == ERROR]
    pods = {each.evidence.get("pod") for each in errors if each.code in OF_PROGRAMS}
    programs: dict[tuple[str, str], set[int]] = {}
    for probe in (probe for probe in probes if probe.workload):
        programs.setdefault((probe.host, probe.workload), set()).update(probe.listens_in)
    return Looked(
        asked,
        frozenset((probe.host, probe.network, probe.domain_id) for probe in probes if probe.works),
        programs,
        frozenset((probe.host, probe.workload) for probe in probes if probe.pod in pods),
        frozenset((host, each.network) for each in errors if each.code in _CUTTING_OFF for host in each.hosts),
    )


def of_expected(wanted: Sequence[Expected], graph: Graph, told: Sequence[Told], looked_at: Looked) -> Iterator[Finding]:
    """What is declared and not there, once for all hosts of which the same was seen instead.

    `told`: what is wrong between writers and readers, which is told there.
    """
    guids = {guid for each in told if each.finding.severity == ERROR for guid in each.guids}
    missing: dict[tuple[Any, ...], list[Expected]] = {}
    unproven: dict[tuple[str, str], list[Expected]] = {}
    for each in wanted:
        there = _of_place(graph.endpoints, each)
        fitting = [endpoint for endpoint in there if _fits(endpoint, each)]
        if not looked_at.domains(each):
            continue  # why it was not probed is told there
        if fitting:
            if each.kind == READER and not guids & {endpoint.guid for endpoint in fitting}:
                yield from _unpublished(each, fitting, graph, wanted, looked_at)
        elif each.place in looked_at.explained or any(e.guid in guids and _is_like(e, each) for e in there):
            continue
        else:
            sure, why, fix = _instead(each, there, graph, looked_at)
            if sure:
                missing.setdefault((each.workload, each.kind, each.topic, each.type, why, fix), []).append(each)
            elif (each.host, each.network) not in looked_at.cut_off:
                unproven.setdefault((why, fix), []).append(each)
    for (*_what, why, fix), those in missing.items():
        what = f"is declared to {_DOES[those[0].kind][0]} {_topic(those[0])} and is not seen to:"
        yield _finding(MISSING, those, what, why, fix)
    for (why, fix), those in unproven.items():
        yield _unproven(those, why, fix)


def _of_place(endpoints: Sequence[Endpoint], one: Expected) -> list[Endpoint]:
    return [
        each
        for each in endpoints
        if each.kind == one.kind and (each.speaker.place.host, each.speaker.place.workload) == one.place
    ]


def _fits(endpoint: Endpoint, one: Expected) -> bool:
    same = (endpoint.topic, endpoint.speaker.domain_id) == (one.topic, one.domain_id)
    return same and one.type in ("", endpoint.type)


def _is_like(endpoint: Endpoint, one: Expected) -> bool:
    return endpoint.topic == one.topic or bool(difference(endpoint.topic, one.topic))


def _instead(one: Expected, there: Sequence[Endpoint], graph: Graph, looked_at: Looked) -> tuple[bool, str, str]:
    """(whether it is sure not to be there, what was seen in its place, what to do)."""
    speakers = [each for each in graph.speakers if (each.place.host, each.place.workload) == one.place]
    inside = [each for each in speakers if each.domain_id == one.domain_id]
    domains = {each.domain_id for each in speakers} | looked_at.programs.get(one.place, set())
    if not one.runs:
        return True, "it has no pod there", "Run `rosfleet.cluster.site`; it shows why a workload does not run."
    if not looked_at.asked:
        return False, "discovery_endpoints is off", "Turn discovery_endpoints on."
    if one.domain_id not in looked_at.domains(one):
        return False, f"domain {one.domain_id} was not probed", "Add it to discovery_domain_ids, or leave these out."
    if one.way in SERVED:
        fix = "Take publishes and subscribes out, and write expect_log for a listener."
        return False, "its nodes find others by a server, and answer nobody else", fix
    if not inside and domains - {one.domain_id}:
        elsewhere = and_list([str(domain) for domain in sorted(domains - {one.domain_id})])
        fix = "Take ROS_DOMAIN_ID out of its image and command, or declare domain_id as it is."
        return True, f"its program is in domain {elsewhere} and not in {one.domain_id}", fix
    same = [each for each in there if each.topic == one.topic]
    if same:
        types = and_list(sorted({ros_type(each.type) for each in same}))
        fix = "Declare the type that it has, or mend its code."
        return True, f"its type is {types} and not {ros_type(one.type)}", fix
    near = sorted({ros_name(each.topic) for each in there if _is_like(each, one)})
    if near:
        return True, f"it {_DOES[one.kind][1]} {and_list(near)} instead", _REMAP
    if inside and all(each.asked == COMPLETE for each in inside):
        others = sorted({ros_name(each.topic) for each in there})
        return True, f"it was asked, and {_DOES[one.kind][1]} {short_list(others) if others else 'nothing'}", _LOG
    return _why_unasked(one, inside, domains, (one.host, one.network) in looked_at.cut_off)


def _why_unasked(one: Expected, inside: Sequence[Speaker], domains: Set[int], cut_off: bool) -> tuple[bool, str, str]:
    tags = sorted({each.tag for each in inside if each.tag})
    if tags:
        return (
            True,
            f"it was not asked, as its participant has the domain tag {and_list(tags)} and hears no other",
            _SILENT,
        )
    if one.way == PEERS and not inside:
        fix = "Write expect_log for a listener: only another workload on this host that looks for peers can hear it."
        return False, "its nodes look for named peers alone, and nobody beside them heard any", fix
    if inside or cut_off:
        fix = "Mend what else is said of that host; then run this again, with a longer discovery_duration."
        partly = any(each.asked == PARTLY for each in inside)
        return False, f"{'not all that it has' if partly else 'no answer'} came in time", fix
    if domains:
        why = (
            f"a program there is in domain {one.domain_id} and answers no announcement, so it was not asked: it has a domain "
            "tag, is told to look for some alone, or what it receives is dropped"
        )
        return True, why, _SILENT
    return True, "no participant of it was heard, so nobody could be asked", _LOG


def _unpublished(
    one: Expected,
    readers: Sequence[Endpoint],
    graph: Graph,
    wanted: Sequence[Expected],
    looked_at: Looked,
) -> Iterator[Finding]:
    """That a declared subscription has no publisher, as far as is known."""
    if any(graph.audible(reader, one.topic) for reader in readers):
        return
    publishers = [each for each in wanted if (each.kind, each.topic) == (WRITER, one.topic)]
    if not all(map(looked_at.domains, publishers)):
        return  # with its host back there may be one
    elsewhere = [_elsewhere(each, readers[0].speaker) for each in graph.topics[one.topic][WRITER]]
    unknown = [
        each
        for each in graph.speakers
        if each.asked != COMPLETE and any(reader.speaker.hears(each) for reader in readers)
    ]
    if any(each.place.host for each in unknown):
        return  # that these did not answer is told there
    why = f"nobody that it can hear publishes that{f': {short_list(elsewhere)}' if elsewhere else ''}"
    if unknown:
        why += f"; what {short_list(sorted(each.label for each in unknown))} may publish is not known"
    fix = "Start a publisher of it on this LAN and domain; `ros2 topic info -v` there shows who publishes it."
    what = f"subscribes to {_topic(one)}, as declared, and"
    yield _finding(UNPUBLISHED, [one], what, why, fix, WARNING if unknown else ERROR)


def _elsewhere(writer: Endpoint, reader: Speaker) -> str:
    speaker = writer.speaker
    if speaker.domain_id != reader.domain_id:
        return f"{writer.label} does in domain {speaker.domain_id}"
    if speaker.tag != reader.tag:
        return f"{writer.label} does with {f'the domain tag {speaker.tag}' if speaker.tag else 'no domain tag'}"
    return f"{writer.label} does on {and_list(sorted(speaker.networks))}"


def _finding(code: str, those: Sequence[Expected], what: str, why: str, fix: str, severity: str = ERROR) -> Finding:
    one, hosts = those[0], [each.host for each in those]
    return Finding(
        code,
        f"{one.workload} on {short_list(hosts)} {what} {why}.",
        fix,
        severity,
        hosts=hosts,
        network=one.network,
        evidence={"topic": one.topic, "type": one.type, "domain_id": one.domain_id, "kind": one.kind},
    )


def _topic(one: Expected) -> str:
    return ros_name(one.topic) + (f" ({ros_type(one.type)})" if one.type else "")


def _unproven(those: Sequence[Expected], why: str, fix: str) -> Finding:
    names = short_list(list(dict.fromkeys(f"{each.workload} on {each.host}" for each in those)))
    return Finding(
        UNPROVEN,
        f"Whether {names} has the topics that it is declared to have is not known: {why}.",
        fix,
        WARNING,
        hosts=[each.host for each in those],
        evidence={"topics": sorted({each.topic for each in those})},
    )


def of_unasked(graph: Graph, asked: bool) -> Iterator[Finding]:
    """Whose topics are not known, or not all, of those whose place is."""
    if not asked:
        message = "Topics, types and QoS were not looked at: discovery_endpoints is off."
        yield Finding(UNASKED, message, "Nothing, if that is meant.", INFO)
        return
    unknown = [each for each in graph.speakers if each.asked != COMPLETE and each.place.host]
    if unknown:
        names = sorted({each.label for each in unknown})
        yield Finding(
            UNASKED,
            f"What {short_list(names)} writes and reads is not known, or not all of it: it was heard and did not answer.",
            "Where that matters, run this again with a longer discovery_duration. A participant that has a domain tag, or a "
            "discovery server, does not answer a stranger.",
            INFO,
            hosts=sorted({each.place.host for each in unknown}),
            evidence={
                "participants": [f"{each.label}: {each.guid_prefix}, asked: {each.asked}" for each in unknown[:20]]
            },
        )
