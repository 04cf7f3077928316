# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What fuzzing begins with: captures of real DDS programs, the probe's own packets, and the inputs that were worth keeping."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.rosfleet.cluster.plugins.module_utils import _paths, _zenoh
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.announce import Announcer
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.beacon import pack_beacon
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.locator import Locator
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.server_check import ServerClient

from tests.unit.plugins.module_utils._evidence.packets import udp
from tests.unit.plugins.module_utils._rtps import captures

from . import readers
from .readers import MULTICAST, RUN, framed

CORPUS = Path(__file__).parents[1] / "fixtures" / "corpus"
HOSTILE = "\x1b[2Jtb1\u202e\n\x85"
TELLS = 0x3F  # a participant that announces itself and its endpoints
_OF_A_CAPTURE = 24  # datagrams, from its beginning: the rest repeats them


def corpus(reader: str) -> list[bytes]:
    """The inputs of a reader that were worth keeping; one a line, in hexadecimal."""
    path = CORPUS / f"{reader}.hex"
    return [bytes.fromhex(line) for line in path.read_text().split()] if path.exists() else []


def seeds() -> dict[str, list[bytes]]:
    """{reader: inputs} to begin with, each of one datagram or of a whole capture."""
    rtps = _captured() + _own()
    zenoh = [*captures.hex_datagrams("zenoh1102_opening"), _zenoh.opening(b"1234")]
    tried = [
        _paths.write_datagram(address, 7470, size, 1, 64) for address in readers.SENDERS[:2] for size in _paths.SIZES
    ]
    carried = [udp(), udp(more=True), udp(offset=1480), udp(size=600)]
    ways = [framed(each, way) for each in rtps for way in (0, MULTICAST)]
    return {
        "hearing": [*ways, b"".join(ways[:_OF_A_CAPTURE])],
        "endpoints": [
            _telling(name) for name in ("cyclone11_sedp", "cyclone11_sedp_large", "fastdds2145_sedp", "fastdds322_sedp")
        ],
        "server": [*ways, b"".join(ways[:_OF_A_CAPTURE])],
        "participant": ways[:_OF_A_CAPTURE],
        "router": [framed(each) for each in zenoh],
        "paths": [framed(each, way) for each in tried for way in range(8)],
        "evidence": [*map(framed, carried), b"".join(map(framed, carried))],
    }


def _telling(capture: str) -> bytes:
    """A participant that is heard at the asked address, and then its captured answers."""
    answers = captures.hex_datagrams(capture)
    prefix = answers[0][8:20]
    said = Announcer(prefix, 0, Locator.udp_v4(readers.ASKED, 7410), "talker", TELLS).announcement(1)
    return b"".join([framed(said, MULTICAST), *map(framed, answers)])


def _captured() -> list[bytes]:
    found = [each for path in sorted(captures.FIXTURES.glob("*.hex")) for each in captures.hex_datagrams(path.stem)]
    for path in sorted(captures.FIXTURES.glob("*.pcap")):
        found += [payload for *_where, payload in captures.pcap_datagrams(path.stem)[:_OF_A_CAPTURE]]
    return list(dict.fromkeys(each for each in found if each.startswith(b"RTPS")))


def _own() -> list[bytes]:
    other = readers.announcer()
    other.guid_prefix = bytes.fromhex("01ff") + bytes(9) + b"\1"
    client = ServerClient(bytes.fromhex("010f") + bytes(10), Locator.udp_v4(readers.OWN, 40000))
    beacons = [pack_beacon(other.guid_prefix, "rosfleet:tb1:host:lan", run) for run in (RUN, "another")]
    hostile = readers.announcer()
    hostile.guid_prefix, hostile.name = bytes.fromhex("01ff") + bytes(9) + b"\2", HOSTILE
    return [
        readers.announcer().announcement(1),
        hostile.announcement(1),
        pack_beacon(hostile.guid_prefix, HOSTILE, RUN),
        *(other.announcement(1), other.withdrawal(), client.question(), client.withdrawal()),
        *beacons,
    ]
