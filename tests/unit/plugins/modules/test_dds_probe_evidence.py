# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a probe records of its run, by real sockets in a network namespace of the test's own; and that nothing else changes."""

from __future__ import annotations

import errno
import gzip
import os
import shutil
import subprocess
import sys

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._evidence import capture
from ansible_collections.rosfleet.cluster.plugins.modules import dds_probe

from ..module_utils._evidence.test_pcapng import blocks

TARGET = {
    **{"scope": "host", "network": "lan", "nic": "lo", "subnet": "", "pod": "", "pod_uid": "", "multicast": False},
    "ask": [{"kind": "participant", "address": "127.0.0.1", "port": None}],
}
# Asks itself on the loopback, in domain 0 and thus on port 7410, and an unknown server.
IN_A_NAMESPACE = f"""
import json, sys
from ansible_collections.rosfleet.cluster.plugins.modules import dds_probe
target = {TARGET!r}
target["ask"].append(dict(kind="discovery_server", address="127.0.0.1", port=11999))
print(json.dumps(dds_probe.probe("me", 0, 0.5, [target, dict(target, domain_id=3)], announce=True, evidence=sys.argv[1])))
"""


def probed(evidence=None):
    result = dds_probe.probe("me", 99, 0.1, [TARGET, dict(TARGET, nic="nosuch0")], announce=False, evidence=evidence)
    for name in ("began", "elapsed_s"):
        result.pop(name)
    for target in result["targets"]:  # drawn anew each time
        target.pop("guid_prefix")
        target.pop("port")
        target.pop("around")
    return result


def test_without_the_option_nothing_listens_in(monkeypatch):
    monkeypatch.setattr(dds_probe, "open_captures", lambda stations: pytest.fail("it listens in"))
    assert probed()["evidence"] is None


def test_without_privileges_all_else_is_as_ever(tmp_path, monkeypatch):
    real = capture.socket.socket

    def refuse(family, *arguments):
        if family == capture.socket.AF_PACKET:
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))
        return real(family, *arguments)

    without = probed()
    monkeypatch.setattr(capture.socket, "socket", refuse)
    refused = probed(str(tmp_path / "file"))
    told = refused.pop("evidence")
    assert (told["path"], told["packets"], list(tmp_path.iterdir())) == ("", 0, [])
    assert (
        all("Operation not permitted. Run it as root" in error for error in told["errors"]) and len(told["errors"]) == 2
    )
    assert without.pop("evidence") is None
    for each in (without, refused):
        each.pop("elsewhere")  # other programs of this machine come and go
    assert refused == without


def test_check_mode_records_nothing(run_main, monkeypatch):
    asked = []

    def probe(*arguments, evidence, **more):
        asked.append(evidence)
        told = {"path": evidence, "packets": 1, "left_out": 0, "errors": []} if evidence else None
        return {"elapsed_s": 0.1, "elsewhere": [], "targets": [], "evidence": told}

    monkeypatch.setattr(dds_probe, "probe", probe)
    options = {"targets": [], "evidence": "/run/file"}
    assert run_main(dds_probe, **options)["changed"] is True
    assert run_main(dds_probe, **options, check_mode=True)["changed"] is False
    assert asked == ["/run/file", None]


@pytest.mark.root
def test_a_real_run_is_recorded_with_its_questions_and_of_each_nic_once(tmp_path):
    path = tmp_path / "file.pcapng.gz"
    inside = ["sh", "-euc", 'ip link set lo up; exec "$@"', "sh", sys.executable, "-c", IN_A_NAMESPACE, str(path)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(["unshare", "--net", *inside], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with gzip.open(path) as file:
        found = list(blocks(file.read()))
    assert [kind for kind, _body in found if kind != 6] == [0x0A0D0D0A, 1, 5]
    packets = [body[20 + 16 :] for kind, body in found if kind == 6]
    to = {int.from_bytes(packet[22:24], "big") for packet in packets}
    assert {7410, 7412, 7414, 7416, 8160, 11999} <= to
    assert all(packet[0] == 0x45 and packet[9] == 17 for packet in packets)
    if shutil.which("tcpdump"):
        raw = gzip.decompress(path.read_bytes())
        said = subprocess.run(["tcpdump", "-nr", "-"], input=raw, check=True, capture_output=True)
        assert said.stdout.count(b"\n") == len(packets)
