# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one host does while a case is measured, run in its network namespace: what people try first, then the probe.

python3 -m lab.bench.probing.agent takes its order as JSON in the first line of its input, says `ready`, begins at the second
line, and prints one JSON object.
"""

from __future__ import annotations

import json
import os
import select
import socket
import struct
import sys
import time
from pathlib import Path
from typing import Any

from lab.bench.probing.evidence import find_collection

GROUP, PORT = "225.0.0.1", 49150  # those of `ros2 multicast`
WAYS_S = 0.7
IP_MULTICAST_ALL = 49
ECHO, ECHO_REPLY = 8, 0


def main() -> None:
    """Be the agent of one host."""
    order = json.loads(sys.stdin.readline())
    # From the collection as it is installed; imported here, as it takes longer than the agents may be apart.
    find_collection()
    from ansible_collections.rosfleet.cluster.plugins.modules import dds_probe

    print("ready", flush=True)
    sys.stdin.readline()
    others = try_others(order["host"], order["others"])
    before = cost()
    result = probe(dds_probe, order)
    spent = {name: value - before[name] for name, value in cost().items()}
    print(json.dumps({**others, "result": result, "cost": spent}), flush=True)


def probe(dds_probe: Any, order: dict) -> dict:
    """What a task with the module would register."""
    options = {key: order[key] for key in ("duration", "targets", "endpoints")}
    faults = dds_probe.find_faults({**options, "domain_id": 0})
    if faults:
        return {"failed": True, "msg": " ".join(faults)}
    try:
        more = {"announce": True, "token": order["run"], "proc": order["proc"]}
        return dds_probe.probe(order["host"], 0, **options, **more)
    except Exception as error:
        return {"failed": True, "msg": f"{type(error).__name__}: {error}"}


def cost() -> dict[str, float]:
    """What this process and the host's first NIC have spent so far."""
    nic = next(line for line in Path("/proc/net/dev").read_text().splitlines() if line.strip().startswith("eth0:"))
    counters = [int(word) for word in nic.partition(":")[2].split()]
    return {
        "cpu_s": time.process_time(),
        **{"received_packets": counters[1], "received_bytes": counters[0]},
        **{"sent_packets": counters[9], "sent_bytes": counters[8]},
    }


def try_others(host: str, addresses: dict[str, str]) -> dict[str, list[str]]:
    """Who is heard on the group of `ros2 multicast`, and who answers an echo request, of {host: address}; nobody of none."""
    if not addresses:
        return {"multicast": [], "ping": []}
    with _group() as group, socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as echo:
        heard, answering = set(), set()
        began = time.monotonic()
        due = [0.0, 0.3]
        while (elapsed := time.monotonic() - began) < WAYS_S:
            if due and elapsed >= due[0]:
                due.pop(0)
                _send(group, host.encode(), (GROUP, PORT))
                for address in addresses.values():
                    _send(echo, _echo_request(), (address, 0))
            for ready in select.select([group, echo], [], [], 0.05)[0]:
                data, (address, _port) = ready.recvfrom(2048)
                if ready is group:
                    heard.add(data.decode(errors="replace"))
                elif data[(data[0] & 15) * 4] == ECHO_REPLY:
                    answering |= {name for name, each in addresses.items() if each == address}
    return {"multicast": sorted(heard - {host}), "ping": sorted(answering)}


def _group() -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("", PORT))
    try:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(GROUP) + bytes(4))
    except OSError as error:  # without a NIC to join on, nobody is heard
        print(error, file=sys.stderr)
    return sock


def _send(sock: socket.socket, data: bytes, where: tuple[str, int]) -> None:
    try:
        sock.sendto(data, where)
    except OSError as error:  # then nobody hears it, which is what is looked at
        print(error, file=sys.stderr)


def _echo_request() -> bytes:
    body = struct.pack("!HH", os.getpid() & 0xFFFF, 1) + bytes(8)
    total = (ECHO << 8) + sum(struct.unpack(f"!{len(body) // 2}H", body))
    total = (total & 0xFFFF) + (total >> 16)
    return struct.pack("!BBH", ECHO, 0, ~total & 0xFFFF) + body


if __name__ == "__main__":
    main()
