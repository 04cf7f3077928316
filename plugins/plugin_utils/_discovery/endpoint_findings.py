# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why data does not flow between writers and readers that find each other: QoS, types, and names that are almost the same.

Private to this collection. Pure. One finding for a topic and a cause. The codes are listed in roles/discovery/README.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Collection, Iterable, Iterator, NamedTuple, Sequence

from ...module_utils._finding import ERROR, WARNING, Finding
from ...module_utils._topic_words import ros_type
from .._and_list import and_list, short_list
from .endpoints import READER, WRITER, Endpoint, Graph
from .matching import (
    DEADLINE,
    DURABILITY,
    LEASE,
    LIVELINESS,
    OWNERSHIP,
    PARTITION,
    RELIABILITY,
    mismatches,
)
from .topic_names import CASE, NAMESPACE, PREFIX, difference, is_of_every_node, ros_name

QOS, TYPE, TOPIC = "qos-mismatch", "type-mismatch", "topic-mismatch"
_MOST_LINES = 5  # of evidence, for each side
_PROFILE = "ROS has no setting for that: it is in a profile of the middleware (XML) of {writers} or {readers}. "
_FIXES = {
    RELIABILITY: "Let {readers} ask for best effort (`--qos-reliability best_effort`, in code SensorDataQoS), as is usual for "
    "sensors, or let {writers} offer reliable (`--qos-reliability reliable`).",
    DURABILITY: "Let {writers} offer {requested} (`--qos-durability`), as for maps and all that late comers need, or let "
    "{readers} be content with {offered}.",
    DEADLINE: "Let {readers} ask for no deadline, or for one that is no shorter than what {writers} offers (`deadline` of "
    "the QoS in code).",
    LIVELINESS: "Let {readers} ask for {offered} (`--qos-liveliness`), or let {writers} offer {requested}.",
    LEASE: "Let {readers} ask for no lease, or for one that is no shorter than what {writers} offers; it is "
    "`liveliness_lease_duration` of the QoS in code.",
    OWNERSHIP: _PROFILE + "Let both have {offered}, or both {requested}.",
    PARTITION: _PROFILE + "Let both name the same partition, or none.",
}
_SAME_NAME = {
    PREFIX: "A topic of ROS is rt/NAME in DDS: let the program without ROS name it {of_ros}, with the type that ROS gives it.",
    CASE: "Capitals count: write the name the same on both sides, or remap it (`--ros-args -r {read}:={written}`).",
    NAMESPACE: "One of the two has a namespace that the other lacks (`__ns`, `namespace` in a launch file): give both the "
    "same, or remap it (`--ros-args -r {read}:={written}`).",
}


class Told(NamedTuple):
    """A finding, and the writers and readers that it is about."""

    finding: Finding
    guids: frozenset[str]


class Declared(NamedTuple):
    """That something is to be written or read: by which workload on which host."""

    host: str
    workload: str
    kind: str
    topic: str


@dataclass
class _Between:
    """Those between whom one cause stands."""

    writers: dict[str, Endpoint] = field(default_factory=dict)
    readers: dict[str, Endpoint] = field(default_factory=dict)
    starved: set[str] = field(default_factory=set)  # the readers that no writer fits

    def add(self, writers: Sequence[Endpoint], readers: Sequence[Endpoint], starved: bool) -> None:
        self.writers.update({each.guid: each for each in writers})
        self.readers.update({each.guid: each for each in readers})
        self.starved.update(each.guid for each in readers if starved)

    def about(self, **evidence: Any) -> dict[str, Any]:
        return _about([*self.writers.values(), *self.readers.values()], **evidence)

    def told(self, finding: Finding) -> Told:
        return Told(finding, frozenset([*self.writers, *self.readers]))


def of_matching(graph: Graph) -> Iterator[Told]:
    """Writers and readers of one topic that are not matched."""
    found: dict[tuple[str, int, str, str], _Between] = {}
    for topic, ends in graph.topics.items():
        writers = _alike(ends[WRITER])
        for readers in _alike(ends[READER]):
            one = readers[0]
            causes: dict[str, list[Endpoint]] = {}
            fits = False
            for those in writers:
                if one.speaker.hears(those[0].speaker):
                    why = [TYPE] if those[0].type != one.type else mismatches(those[0].qos, one.qos)
                    fits = fits or not why
                    for cause in why:
                        causes.setdefault(cause, []).extend(those)
            for cause, those in causes.items():
                key = (topic, one.speaker.domain_id, one.speaker.tag, cause)
                found.setdefault(key, _Between()).add(those, readers, not fits)
    for (topic, _domain, _tag, cause), between in found.items():
        yield between.told(_of_type(topic, between) if cause == TYPE else _of_qos(topic, cause, between))


def _alike(endpoints: Sequence[Endpoint]) -> list[list[Endpoint]]:
    """Those that match and hear the same, together: a fleet has many of a kind."""
    groups: dict[Any, list[Endpoint]] = {}
    for each in endpoints:
        speaker = each.speaker
        groups.setdefault((each.type, each.qos, speaker.domain_id, speaker.tag, speaker.networks), []).append(each)
    return list(groups.values())


def _of_qos(topic: str, policy: str, between: _Between) -> Finding:
    offered, requested = (
        and_list(sorted({each.qos.value(policy) for each in those.values()}))
        for those in (between.writers, between.readers)
    )
    writers, readers = _names(between.writers.values()), _names(between.readers.values())
    return Finding(
        QOS,
        f"{ros_name(topic)}: {_do(between.writers.values(), 'offer', 'offers')} {policy} {offered}, and "
        f"{_do(between.readers.values(), 'ask', 'asks')} for {requested}, "
        f"so {_result(between)}.",
        _FIXES[policy].format(writers=writers, readers=readers, offered=offered, requested=requested),
        _severity(topic, between),
        **between.about(
            topic=topic,
            policy=policy,
            writers=[f"{each.label} offers {each.qos.value(policy)}" for each in between.writers.values()],
            readers=[f"{each.label} asks for {each.qos.value(policy)}" for each in between.readers.values()],
        ),
    )


def _of_type(topic: str, between: _Between) -> Finding:
    written, read = (
        and_list(sorted({ros_type(each.type) for each in those.values()}))
        for those in (between.writers, between.readers)
    )
    return Finding(
        TYPE,
        f"{ros_name(topic)}: {_do(between.writers.values(), 'publish', 'publishes')} it as {written}, and "
        f"{_do(between.readers.values(), 'subscribe', 'subscribes')} to it as {read}, so {_result(between)}.",
        f"One name has one type: give one of the two another name (`--ros-args -r`), or let both use {written}. "
        "`ros2 topic info -v` shows who has which.",
        _severity(topic, between),
        **between.about(
            topic=topic,
            writers=[f"{each.label}: {ros_type(each.type)}" for each in between.writers.values()],
            readers=[f"{each.label}: {ros_type(each.type)}" for each in between.readers.values()],
        ),
    )


def _severity(topic: str, between: _Between) -> str:
    return ERROR if between.starved and not is_of_every_node(topic) else WARNING


def _result(between: _Between) -> str:
    starved = [each for guid, each in between.readers.items() if guid in between.starved]
    fed = [each for guid, each in between.readers.items() if guid not in between.starved]
    parts = []
    if starved:
        parts.append(f"{_do(starved, 'get', 'gets')} nothing")
    if fed:
        parts.append(f"{_do(fed, 'get', 'gets')} only what others publish")
    return ", and ".join(parts)


def of_names(graph: Graph, declared: Collection[Declared] = ()) -> Iterator[Told]:
    """Readers of a topic without any writer, where there is a writer of almost that name."""
    by_word: dict[str, list[str]] = {}
    for topic, ends in graph.topics.items():
        if ends[WRITER]:
            by_word.setdefault(_word(topic), []).append(topic)
    for topic, ends in graph.topics.items():
        for near in by_word.get(_word(topic), ()):
            how, between = difference(topic, near), _Between()
            for readers in _alike(ends[READER]) if how else ():
                writers = graph.audible(readers[0], near)
                if how != PREFIX:
                    writers = [each for each in writers if each.type == readers[0].type]
                if writers and not graph.audible(readers[0], topic):
                    between.add(writers, readers, True)
            sure = _is_declared(between, topic, near, declared)
            # A namespace that robots have and tools have not is no fault by itself: here both are without a partner.
            if between.readers and (sure or how != NAMESPACE or _is_unread(graph, between, near)):
                yield between.told(_of_name(topic, near, how, between, sure))


def _word(topic: str) -> str:
    return topic.rpartition("/")[2].lower()


def _is_declared(between: _Between, read: str, written: str, declared: Collection[Declared]) -> bool:
    """Whether what is declared tells that the two are meant to be one."""
    wanted = {
        *(_place(each, READER, topic) for each in between.readers.values() for topic in (read, written)),
        *(_place(each, WRITER, read) for each in between.writers.values()),
    }
    return bool(wanted & set(declared))


def _place(endpoint: Endpoint, kind: str, topic: str) -> Declared:
    return Declared(endpoint.speaker.place.host, endpoint.speaker.place.workload, kind, topic)


def _is_unread(graph: Graph, between: _Between, topic: str) -> bool:
    readers = graph.topics[topic][READER]
    return not any(each.speaker.hears(writer.speaker) for each in readers for writer in between.writers.values())


def _of_name(read: str, written: str, how: str, between: _Between, sure: bool) -> Finding:
    names = {"read": ros_name(read), "written": ros_name(written)}
    of_ros = read if read.startswith("rt/") else written
    return Finding(
        TOPIC,
        f"{_do(between.readers.values(), 'subscribe', 'subscribes')} to the topic {_shown(read)}, which nobody publishes, and "
        f"{_do(between.writers.values(), 'publish', 'publishes')} {_shown(written)}: the names are almost the same, and "
        "nothing flows.",
        _SAME_NAME[how].format(of_ros=of_ros, **names),
        ERROR if sure else WARNING,
        **between.about(
            topic=read,
            almost=written,
            writers=[f"{each.label}: {each.topic}, {each.type}" for each in between.writers.values()],
            readers=[f"{each.label}: {each.topic}, {each.type}" for each in between.readers.values()],
        ),
    )


def _shown(topic: str) -> str:
    return f"{ros_name(topic)} (rt/ in DDS)" if topic.startswith("rt/") else f"{topic} (no topic of ROS, without rt/)"


def _do(endpoints: Collection[Endpoint], many: str, one: str) -> str:
    """Who does something."""
    return f"{_names(endpoints)} {one if len({each.label for each in endpoints}) == 1 else many}"


def _names(endpoints: Iterable[Endpoint]) -> str:
    return short_list(sorted({each.label for each in endpoints}))


def _about(endpoints: Sequence[Endpoint], **evidence: Any) -> dict[str, Any]:
    """Whom a finding is about, as arguments of Finding."""
    networks = {network for each in endpoints for network in each.speaker.networks}
    shown = {
        key: value[:_MOST_LINES] + ([f"and {len(value) - _MOST_LINES} more"] if len(value) > _MOST_LINES else [])
        if isinstance(value, list)
        else value
        for key, value in evidence.items()
    }
    return {
        "hosts": sorted({each.speaker.place.host for each in endpoints if each.speaker.place.host}),
        "network": next(iter(networks)) if len(networks) == 1 else "",
        "evidence": {"domain_id": endpoints[0].speaker.domain_id, **shown},
    }
