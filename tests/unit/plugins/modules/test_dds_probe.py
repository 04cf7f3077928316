# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the module, and one run over the loopback of the machine that tests."""

from __future__ import annotations

import signal
import socket
import socketserver
import threading

import pytest
import yaml
from ansible_collections.rosfleet.cluster.plugins.module_utils import _opening
from ansible_collections.rosfleet.cluster.plugins.module_utils._nics import Nic
from ansible_collections.rosfleet.cluster.plugins.module_utils._questions import KINDS
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.message import parse_message
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.sockets import Endpoint
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.spdp import Departure, Participant, read_discovery
from ansible_collections.rosfleet.cluster.plugins.modules import dds_probe

from ..module_utils._rtps.captures import hex_datagrams

TARGET = {
    **{"scope": "host", "network": "ros-lan", "nic": "eth0", "subnet": "192.168.8.0/24", "pod": "", "pod_uid": ""},
    **{"multicast": True, "ask": []},
}


def target_result(nic="eth1", errors=(), heard=()):
    """One target's entry in the results."""
    return {
        **{"nic": nic, "pod": "", "domain_id": 0, "address": None if errors else "10.0.0.1", "errors": list(errors)},
        **{"heard": list(heard), "answers": [], "dropped": 0, "forgotten": 0, "malformed": 0},
        "addresses": {"nics": [], "stale": [], "error": ""},
        **{"endpoints": [], "endpoints_asked": [], "endpoints_dropped": 0},
    }


def result_of(*targets):
    return {"elapsed_s": 5.0, "elsewhere": [], "evidence": None, "targets": list(targets) or [target_result()]}


def asking(address="10.0.0.3", port=None):
    asked = {"kind": "participant", "address": "10.0.0.2", "port": None}
    return dict(TARGET, ask=[asked, dict(asked, address=address, port=port)])


POD = dict(TARGET, scope="pod", pod="ros/talker", pod_uid="0f3c")


@pytest.mark.parametrize(
    "change, fault",
    [
        ({}, None),
        ({"targets": [POD]}, None),
        ({"targets": []}, None),
        ({"domain_id": 233}, "domain_id: domain 233 is not in 0..232."),
        *(
            ({"duration": duration}, f"duration: {duration} s is not in 0.1..300. Use some seconds")
            for duration in (0, 0.09, 300.1, 1e9, float("nan"), float("inf"), float("-inf"))
        ),
        ({"duration": 300.0}, None),
        ({"targets": None}, None),
        ({"targets": [TARGET, dict(POD, pod_uid="")]}, "targets[1]: scope pod needs pod and pod_uid."),
        (
            {"targets": [dict(TARGET, subnet="192.168.8.7/24")]},
            "targets[0]: the subnet '192.168.8.7/24' has host bits set",
        ),
        ({"targets": [dict(TARGET, subnet="")]}, None),
        ({"targets": [TARGET, dict(TARGET, domain_id=-1)]}, "targets[1]: domain -1 is not in 0..232."),
        ({"targets": [dict(TARGET, domain_id=0)]}, None),
        *(
            (
                {"targets": [TARGET, asking(address)]},
                f"targets[1].ask[1]: '{address}' is not the IPv4 address of a host.",
            )
            for address in (
                "",
                "tb3",
                "fd00::3",
                "10.0.0.3/24",
                "239.255.0.1",
                "0.0.0.0",
                "255.255.255.255",
                "10.0.0.256",
            )
        ),
        *(
            ({"targets": [asking(port=port)]}, f"targets[0].ask[1]: port {port} is not in 1..65535.")
            for port in (0, 65536)
        ),
        ({"targets": [asking(port=1), asking(port=65535), asking("127.0.0.1")]}, None),
        ({"endpoints": ["own", "192.168.8.21"]}, None),
        *(
            ({"endpoints": ["own", word]}, f"endpoints: '{word}' is neither own nor the IPv4 address of a host.")
            for word in ("all", "", "tb3", "192.168.8.0/24", "239.255.0.1")
        ),
    ],
)
def test_faults(change, fault):
    faults = dds_probe.find_faults({"domain_id": 0, "duration": 5.0, "targets": [TARGET], "endpoints": [], **change})
    assert [each[: len(fault or "")] for each in faults] == ([fault] if fault else [])


def test_the_documentation_has_every_option_and_default_of_the_specification():
    documented = yaml.safe_load(dds_probe.DOCUMENTATION)["options"]
    assert without_words(documented) == dds_probe.SPEC


def without_words(documented):
    """Documented options as a specification has them."""
    return {
        name: {
            **{key: value for key, value in option.items() if key not in ("description", "suboptions")},
            **({"options": without_words(option["suboptions"])} if "suboptions" in option else {}),
        }
        for name, option in documented.items()
    }


def test_the_result_has_what_is_documented():
    result = dds_probe.probe("me", 99, 0.02, [dict(asking(), nic="nosuch0")], announce=False)
    documented = yaml.safe_load(dds_probe.RETURN)
    assert {*result, "msg", "left_out"} == set(documented)
    contains = documented["targets"]["contains"]
    assert set(result["targets"][0]) == set(contains)
    assert [set(answer) for answer in result["targets"][0]["answers"]] == [set(contains["answers"]["contains"])] * 2
    assert result["targets"][0]["errors"][0].startswith("me has no NIC nosuch0 (it has lo")


@pytest.mark.parametrize(("check_mode", "announce"), [(False, True), (True, False)])
def test_check_mode_listens_without_a_word(run_main, monkeypatch, check_mode, announce):
    probed = []

    def probe(host, domain_id, duration, targets, *, announce, token, endpoints, evidence):
        probed.append((host, domain_id, duration, [target["nic"] for target in targets], announce, token, endpoints))
        return result_of()

    monkeypatch.setattr(dds_probe, "probe", probe)
    asked = {
        "host": "tb1",
        "domain_id": 7,
        "duration": 0.5,
        "run": "r1",
        "endpoints": "own",
        "targets": [{"network": "ros-lan", "nic": "eth1"}],
    }
    result = run_main(dds_probe, **asked, check_mode=check_mode)
    assert (result["changed"], result["targets"]) == (False, [target_result()])
    assert probed == [("tb1", 7, 0.5, ["eth1"], announce, "r1", ["own"])]


@pytest.mark.parametrize("ask", [{"kind": "router"}, {"kind": "zenoh_router"}, {"address": "10.0.0.2"}])
def test_an_unknown_kind_and_an_incomplete_question_are_refused(run_main, monkeypatch, ask):
    monkeypatch.setattr(dds_probe, "probe", lambda *arguments, **more: pytest.fail("it was opened"))
    result = run_main(dds_probe, host="tb1", targets=[{"network": "ros-lan", "nic": "eth1", "ask": [ask]}])
    assert result["failed"] and "ask" in result["msg"]


def test_bad_options_are_refused_before_anything_is_opened(run_main, monkeypatch):
    monkeypatch.setattr(dds_probe, "probe", lambda *arguments, **more: pytest.fail("it was opened"))
    result = run_main(dds_probe, host="tb1", domain_id=233, duration=0, targets=[])
    assert (
        result["failed"]
        and "domain 233 is not in 0..232" in result["msg"]
        and "duration: 0.0 s is not in" in result["msg"]
    )


@pytest.mark.parametrize("tolerant", [True, False])
def test_a_target_that_cannot_be_opened_is_a_failure_with_the_results_of_the_others(run_main, monkeypatch, tolerant):
    targets = [target_result("nosuch0", ["me has no NIC nosuch0."]), target_result("eth1")]
    monkeypatch.setattr(dds_probe, "probe", lambda *arguments, **more: result_of(*targets))
    asked = [{"network": "lan", "nic": "nosuch0"}, {"network": "lan", "nic": "eth1"}]
    result = run_main(dds_probe, targets=asked, tolerant=tolerant)
    assert (bool(result.get("failed")), result["targets"]) == (not tolerant, targets)
    assert "FAILED on nosuch0, domain 0: me has no NIC nosuch0." in result["msg"]


UP = 0x1001 | 0x10000


@pytest.mark.parametrize("nics", [[], [Nic(2, "docker0", None, 1500, UP, "bridge", addresses=("172.17.0.1/16",))]])
def test_a_host_without_a_nic_to_probe_is_a_failure(run_main, monkeypatch, nics):
    monkeypatch.setattr(dds_probe, "read_nics", lambda: nics)
    result = run_main(dds_probe, duration=0.1)
    assert result["failed"] and result["msg"].startswith("This host has no NIC to probe (")
    assert "none but the loopback" in result["msg"] or "docker0: the bridge of this host's own" in result["msg"]


def test_without_any_option_it_is_the_hosts_own_name_and_its_nics(run_main, monkeypatch):
    nics = [Nic(1, "lo", None, 65536, 0x10049), Nic(2, "enp3s0", None, 1500, UP, addresses=("192.168.8.21/24",))]
    monkeypatch.setattr(dds_probe, "read_nics", lambda: nics)
    probed = []
    monkeypatch.setattr(dds_probe, "probe", lambda *given, **more: probed.append((given, more)) or result_of())
    result = run_main(dds_probe)
    ((host, domain, duration, targets),) = [given for given, _more in probed]
    assert (host, domain, duration, [target["nic"] for target in targets]) == (socket.gethostname(), 0, 5.0, ["enp3s0"])
    assert isinstance(result["msg"], list) and result["left_out"] == []


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_who_ends_the_module_lets_it_withdraw(run_main, monkeypatch, name):
    sent = []
    monkeypatch.setattr(Endpoint, "send", lambda endpoint, data: sent.append(data))
    number = signal.Signals[name]
    before = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGHUP)}
    monkeypatch.setattr(dds_probe, "wait_for_sockets", lambda stations, seconds: signal.raise_signal(number))
    target = {"network": "lan", "nic": "lo", "multicast": True}
    monkeypatch.setattr(_opening, "usable_nic", lambda target, nics: nics[0])
    try:
        result = run_main(dds_probe, targets=[target], domain_id=99)
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
    assert result["failed"] and f"ended by {name}. It has withdrawn" in result["msg"]
    assert [type(sample) for data in sent for sample in read_discovery(parse_message(data))] == [Participant, Departure]


LOOPBACK = "127.0.0.1"
CLOSED_PORT = 9  # discard, which nobody runs


@pytest.fixture
def router():
    """The address of one that answers each client as a captured router did, and what it was asked so far."""
    answer = hex_datagrams("zenoh1102_opening")[1]
    asked = []

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            asked.append(self.request.recv(100))
            self.request.sendall(answer[:9])
            self.request.sendall(answer[9:])

    with socketserver.TCPServer((LOOPBACK, 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_address, asked
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("announce", [True, False])
def test_a_run_on_the_loopback_asks_a_router_and_those_who_are_not_there(router, announce):
    (address, port), asked = router
    asks = [
        {"kind": "zenoh_router", "address": address, "port": port},
        *({"kind": kind, "address": LOOPBACK, "port": CLOSED_PORT} for kind in KINDS),
    ]
    target = dict(TARGET, nic="lo", subnet="", multicast=False, ask=asks)
    result = dds_probe.probe("me", 99, 0.6, [target], announce=announce)["targets"][0]
    assert (result["errors"], result["heard"]) == ([], [])
    assert [(answer["kind"], answer["port"]) for answer in result["answers"]] == [
        (ask["kind"], ask["port"]) for ask in asks
    ]
    refused, unasked = (False, "", "connection refused"), (False, "", "not asked in check mode")
    answered = (True, "3a16d5a3daaefd98c2960ce3ea93a939", "")
    assert [(answer["answered"], answer["identity"], answer["error"]) for answer in result["answers"]] == (
        [answered] + [refused] * 3 if announce else [unasked] * 4
    )
    assert [question[2:5].hex() for question in asked] == (["010932"] if announce else [])
