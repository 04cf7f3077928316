# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The graph of topics: participants with what they said that they write and read, and where they are.

Private to this collection. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Collection, Iterable, Iterator, Mapping, Sequence

from ...module_utils._rtps.parameters import printable
from ...module_utils._topic_words import ros_type
from .._pods import node_name
from .._ros_discovery import PEERS
from .matching import Qos
from .paths import address_of_pod, nics_on
from .pods import CLUSTER_NETWORK, full_name, workload_of
from .probes import Probe
from .questions import way_of
from .targets import is_probed
from .topic_names import is_of_every_node, ros_name

WRITER, READER = "writer", "reader"
COMPLETE, PARTLY, NOT_ASKED = "complete", "partly", "no"
OWN = "own"  # what dds_probe calls the addresses of the NICs that it probes
MOST_IN_REPORT = 4000
_VENDOR_PROBE = "01.ff"


@dataclass(frozen=True)
class Place:
    """Where a participant is; all is empty where that is not known."""

    host: str = ""
    pod: str = ""
    workload: str = ""


@dataclass(frozen=True)
class Speaker:
    """A participant of one domain, and how much of what it writes and reads is known."""

    guid_prefix: str
    domain_id: int
    tag: str
    place: Place
    networks: frozenset[str]
    asked: str
    label: str  # for people

    def hears(self, other: Speaker) -> bool:
        """Whether the two can find each other as far as domain, tag and LAN go."""
        same = (self.domain_id, self.tag) == (other.domain_id, other.tag)
        return same and bool(self.networks & other.networks)


@dataclass(frozen=True)
class Endpoint:
    """A writer or a reader."""

    kind: str
    guid: str
    topic: str
    type: str
    qos: Qos
    speaker: Speaker

    @property
    def label(self) -> str:
        return self.speaker.label

    def as_row(self) -> dict[str, Any]:
        """Its row in the report."""
        place = self.speaker.place
        return {
            "topic": self.topic,
            "type": self.type,
            "kind": self.kind,
            "guid": self.guid,
            "host": place.host or None,
            "pod": place.pod or None,
            "workload": place.workload or None,
            "label": self.label,
            "name": ros_name(self.topic),
            "ros_type": ros_type(self.type),
            "reliability": self.qos.reliability,
            "durability": self.qos.durability,
            "domain_id": self.speaker.domain_id,
            "networks": sorted(self.speaker.networks),
        }


@dataclass(frozen=True)
class Graph:
    """All that was said."""

    speakers: Sequence[Speaker] = ()
    endpoints: Sequence[Endpoint] = ()

    @cached_property
    def topics(self) -> dict[str, dict[str, list[Endpoint]]]:
        """{topic: {WRITER: its writers, READER: its readers}}."""
        found: dict[str, dict[str, list[Endpoint]]] = {}
        for each in self.endpoints:
            found.setdefault(each.topic, {WRITER: [], READER: []})[each.kind].append(each)
        return found

    @cached_property
    def _asked(self) -> dict[str, str]:
        return {each.guid_prefix: each.asked for each in self.speakers}

    def audible(self, reader: Endpoint, topic: str) -> list[Endpoint]:
        """The writers of a topic that a reader can find, as far as domain, tag and LAN go."""
        return [each for each in self.topics.get(topic, {WRITER: []})[WRITER] if reader.speaker.hears(each.speaker)]

    def asked_of(self, guid_prefix: str) -> str:
        """How much is known of what a participant writes and reads."""
        return self._asked.get(guid_prefix, NOT_ASKED)

    def rows(self) -> list[dict[str, Any]]:
        """At most MOST_IN_REPORT; what every node has is left out first."""
        ranked = sorted(
            self.endpoints, key=lambda each: (is_of_every_node(each.topic), each.topic, each.kind, each.label)
        )
        return [each.as_row() for each in ranked[:MOST_IN_REPORT]]


def addresses_to_ask(pods: Sequence[Mapping[str, Any]], node: str, networks: Iterable[Mapping[str, Any]]) -> list[str]:
    """Whose participants a node's host is to ask, as dds_probe takes it.

    Each NIC asks those on it, a pod's those inside the pod, so that nobody is asked twice. Those that look for named peers do
    not announce themselves to a probe beside them: only their siblings on this host can hear them.
    """
    there = [pod for pod in pods if node_name(pod) == node and workload_of(pod) and is_probed(pod)]
    there = [pod for pod in there if way_of(pod) == PEERS]
    lans = [lan["name"] for lan in networks]
    found = [address_of_pod(pod, nic) for pod in there for lan in lans for nic in nics_on(pod, lan)]
    return [OWN, *dict.fromkeys(filter(None, found))]


def collect(probes: Sequence[Probe], pods: Sequence[Mapping[str, Any]], hosts: Mapping[str, str]) -> Graph:
    """What the probes were told. `hosts`: {node: inventory name}."""
    lan_probes = [probe for probe in probes if probe.network != CLUSTER_NETWORK]
    places = _places(lan_probes, pods, hosts)
    own = {probe.guid_prefix for probe in probes}
    found: dict[tuple[str, int], _Found] = {}
    for probe in lan_probes:
        for prefix, heard in _others(probe, own):
            key = (prefix, _domain(probe, heard))
            found.setdefault(key, _Found()).note(probe, heard, places)
        for asked in probe.endpoints_asked:
            if asked["guid_prefix"] not in own:
                _of(found, probe, asked["guid_prefix"]).note_asked(probe, asked["complete"])
    speakers = {key: each.speaker(*key) for key, each in found.items() if each.counts}
    endpoints: dict[tuple[str, int], Endpoint] = {}
    for probe in lan_probes:
        for said in probe.endpoints:
            key = (said["guid_prefix"], _domain(probe, probe.heard.get(said["guid_prefix"], {})))
            if key in speakers:
                endpoints.setdefault((said["guid"], key[1]), _endpoint(said, speakers[key]))
    return Graph(list(speakers.values()), list(endpoints.values()))


def _endpoint(said: Mapping[str, Any], speaker: Speaker) -> Endpoint:
    topic, type_ = printable(said["topic"]), printable(said["type"])
    return Endpoint(said["kind"], said["guid"], topic, type_, Qos.of(said), speaker)


def _domain(probe: Probe, heard: Mapping[str, Any]) -> int:
    said = heard.get("domain_id")
    return probe.domain_id if said is None else int(said)


def _others(probe: Probe, own: Collection[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Who was heard and is no probe."""
    for prefix, heard in probe.heard.items():
        if prefix not in own and heard.get("vendor_id") != _VENDOR_PROBE:
            yield prefix, heard


def _of(found: dict[tuple[str, int], _Found], probe: Probe, prefix: str) -> _Found:
    """Who was asked has been heard, but that may have been forgotten in a flood."""
    return found.setdefault((prefix, _domain(probe, probe.heard.get(prefix, {}))), _Found())


def _places(
    probes: Sequence[Probe], pods: Sequence[Mapping[str, Any]], hosts: Mapping[str, str]
) -> dict[tuple[str, str], Place]:
    """{(LAN, address): who has it}."""
    lans = {probe.network for probe in probes}
    of_pods = {
        (lan, address_of_pod(pod, nic)): Place(hosts.get(node_name(pod) or "", ""), full_name(pod), workload_of(pod))
        for pod in pods
        for lan in lans
        for nic in nics_on(pod, lan)
    }
    of_probes = {
        (probe.network, probe.address): Place(probe.host, probe.pod, probe.workload)
        for probe in probes
        if probe.address
    }
    return {**of_pods, **of_probes}


@dataclass
class _Found:
    """What is known of a participant while the probes are read."""

    tag: str = ""
    place: Place = Place()
    networks: set[str] = field(default_factory=set)
    asked: str = NOT_ASKED
    asker: Place = Place()
    departed: bool = True
    process: str = ""
    address: str = ""

    @property
    def counts(self) -> bool:
        """Whether it is there: who only said goodbye is not."""
        return self.asked != NOT_ASKED or not self.departed

    def note(self, probe: Probe, heard: Mapping[str, Any], places: Mapping[tuple[str, str], Place]) -> None:
        self.networks.add(probe.network)
        self.departed = self.departed and heard.get("departed", False)
        self.tag = self.tag or heard.get("domain_tag", "")
        self.process = self.process or heard["process_claimed"]
        self.address = self.address or heard["address"]
        if not self.place.host:
            self.place = places.get((probe.network, heard["address"]), Place())

    def note_asked(self, probe: Probe, complete: bool) -> None:
        self.networks.add(probe.network)
        if self.asked != COMPLETE:
            self.asked = COMPLETE if complete else PARTLY
        self.asker = Place(probe.host, probe.pod, probe.workload)

    def speaker(self, guid_prefix: str, domain_id: int) -> Speaker:
        # Whose address no other has is asked as one of the NIC's own.
        place = self.place if self.place.host else self.asker
        return Speaker(
            guid_prefix, domain_id, self.tag, place, frozenset(self.networks), self.asked, self._label(place)
        )

    def _label(self, place: Place) -> str:
        if place.workload:
            return f"{place.host}/{place.workload}"
        process = f"process {self.process}" if self.process.isdecimal() else self.process
        return f"{place.host or self.address or 'somebody'}{f' ({process})' if process else ''}"
