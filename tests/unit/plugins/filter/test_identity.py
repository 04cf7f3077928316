# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names, addresses, clones and clocks of a fleet: what is refused, with which words, and what every host is told."""

from __future__ import annotations

import shlex

import pytest
from ansible_collections.rosfleet.cluster.plugins.filter.__own.identity import (
    identity_findings,
    identity_hosts_entries,
    identity_known_hosts,
    identity_known_hosts_advice,
    identity_peers,
    identity_to_regenerate,
    identity_warnings,
    identity_without_refused,
)
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._identity.names import suggested_hostname

from ..looks import ABSENT, fleet, look

SETTINGS = {
    "regenerate": [],
    "regenerate_members": [],
    "extra_hosts": [],
    "resolution": "hosts",
    "domain": "",
    "max_skew": 0.5,
    "time_sync": False,
}


def nic(name, address, mac, physical=True):
    return {"name": name, "mac": mac, "physical": physical, "addresses": [address] if address else []}


def facts(number, **changes):
    """What identity_info returns on a host of its own face; `changes` replace single keys."""
    address = f"10.0.0.{number}"
    return {
        "hostname": {"kernel": f"stock{number}", "static": f"stock{number}", "pretty": ""},
        "machine_id": f"{number:032x}",
        "product_uuid": f"uuid-{number}",
        "boot_id": f"boot-{number}",
        "nics": [nic("eth0", f"{address}/24", f"02:00:00:00:00:{number:02x}")],
        "default_routes": [{"nic": "eth0", "gateway": "10.0.0.254", "source": address}],
        "ssh_host_keys": [
            {"type": "ssh-ed25519", "fingerprint": f"SHA256:{number}", "public": f"ssh-ed25519 K{number}"}
        ],
        "time": {"epoch": 0.0, "service": "", "synchronized": None},
        "clock": {"offset_s": 0.0, "uncertainty_s": 0.01},
        **changes,
    }


NOTHING = {"role": "absent"}


def fleet_of(seen, microk8s=None, **variables):
    """The fleet of hosts a, b, …; `variables` are {host: variables}; a host with `seen` None is absent."""
    declared = {
        host: {"ansible_host": f"10.0.0.{number}", **variables.get(host, {})}
        for number, host in enumerate(seen, start=1)
    }
    clusters = microk8s or {}
    looks = {
        host: look(identity=each, microk8s=clusters.get(host, NOTHING)) if each else ABSENT
        for host, each in seen.items()
    }
    return fleet(declared, looks)


def findings(seen, microk8s=None, settings=None, **variables):
    return identity_findings(fleet_of(seen, microk8s, **variables), {**SETTINGS, **(settings or {})})


def test_a_sound_fleet_has_no_findings_and_no_warnings():
    seen = {"a": facts(1), "b": facts(2), "c": None}
    assert findings(seen) == []
    assert identity_warnings(fleet_of(seen)) == []


def test_the_fleet_is_read_from_the_inventory_where_hosts_were_not_asked():
    variables = {
        "base": {"ansible_host": "10.0.0.1"},
        "tb1": {"ansible_host": "10.0.0.2", "identity_hostname": "turtle-1", "identity_address": "10.0.1.2"},
        "10.0.0.3": {"ansible_port": "2222"},
    }
    keys = ("host", "hostname", "address", "present", "contacted", "port")
    assert [tuple(each[key] for key in keys) for each in fleet(variables, {}).values()] == [
        ("base", "base", "10.0.0.1", False, "10.0.0.1", 22),
        ("tb1", "turtle-1", "10.0.1.2", False, "10.0.0.2", 22),
        ("10.0.0.3", "10.0.0.3", "10.0.0.3", False, "10.0.0.3", 2222),
    ]


@pytest.mark.parametrize("name", ["Robot_1", "robot.lan", "-tb1", "tb1-", "x" * 64, "TB1"])
def test_invalid_names_are_refused(name):
    (finding,) = findings({"a": facts(1)}, a={"identity_hostname": name})
    assert finding.startswith(f"a: host name '{name}' is not a valid") and "Fix:" in finding


@pytest.mark.parametrize("name", ["tb1", "a", "1", "x" * 63, "robot-1"])
def test_valid_names(name):
    assert findings({"a": facts(1)}, a={"identity_hostname": name}) == []


@pytest.mark.parametrize(("name", "suggestion"), [("Robot_1", "robot-1"), ("x" * 70, "x" * 63), ("___", "robot-1")])
def test_a_suggestion_is_valid_itself(name, suggestion):
    assert suggested_hostname(name) == suggestion


WIFI = nic("wlan0", "192.168.8.21/24", "02:00:00:00:01:01")
TWO_NICS = facts(1, nics=[*facts(1)["nics"], WIFI])
TWO_ROUTES = {
    **TWO_NICS,
    "default_routes": [*facts(1)["default_routes"], {"nic": "wlan0", "gateway": "", "source": "192.168.8.21"}],
}
ISLAND = {**TWO_NICS, "default_routes": []}
# A Jetson: its Ethernet, and the bridge of its USB device port with somebody at the other end.
JETSON = facts(
    1,
    nics=[*facts(1)["nics"], nic("l4tbr0", "192.168.55.1/24", "02:4a:65:74:00:21", physical=False)],
    default_routes=[
        *facts(1)["default_routes"],
        {"nic": "l4tbr0", "gateway": "192.168.55.100", "source": "192.168.55.1"},
    ],
)
# avahi-autoipd and dhcpcd give a NIC without DHCP an address and a default route.
SELF_GIVEN = facts(
    1,
    nics=[*facts(1)["nics"], nic("eth1", "169.254.7.9/16", "02:00:00:00:01:02")],
    default_routes=[*facts(1)["default_routes"], {"nic": "eth1", "gateway": "", "source": "169.254.7.9"}],
)
MEMBER = facts(1, nics=[*facts(1)["nics"], nic("vxlan.calico", "10.1.44.0/32", "66:00:00:00:00:01", physical=False)])
HYPERVISOR = facts(1, nics=[*facts(1)["nics"], nic("virbr0", "192.168.122.1/24", "52:54:00:00:00:01", physical=False)])
NO_IPV4 = {**ISLAND, "nics": [{**each, "addresses": []} for each in ISLAND["nics"]]}


@pytest.mark.parametrize(
    ("seen", "variables", "address", "words"),
    [
        pytest.param(TWO_NICS, {}, "10.0.0.1", "", id="default route"),
        pytest.param(TWO_NICS, {"ansible_host": "192.168.8.21"}, "10.0.0.1", "", id="contacted elsewhere"),
        pytest.param(TWO_NICS, {"identity_address": "192.168.8.21"}, "192.168.8.21", "", id="declared"),
        pytest.param(TWO_NICS, {"identity_address": "10.0.0.9"}, "", "is on none of its NICs", id="declared elsewhere"),
        pytest.param(TWO_NICS, {"identity_address": "127.0.0.1"}, "", "not an IPv4 address that other", id="loopback"),
        pytest.param(
            TWO_NICS, {"identity_address": "10.0.0.256"}, "", "not an IPv4 address that other", id="no address"
        ),
        pytest.param(TWO_NICS, {"identity_address": "fd00::1"}, "", "IPv6, and a fleet is IPv4 only", id="IPv6"),
        pytest.param(None, {"identity_address": "fd00::1"}, "", "IPv6, and a fleet is IPv4 only", id="IPv6, absent"),
        pytest.param(TWO_NICS, {"ansible_host": "fd00::1"}, "10.0.0.1", "", id="contacted by IPv6"),
        pytest.param(NO_IPV4, {"ansible_host": "fd00::1"}, "", "no IPv4 address, and a fleet is", id="no IPv4"),
        pytest.param(TWO_NICS, {"identity_subnet": "fd00::/64"}, "", "is not an IPv4 network", id="IPv6 subnet"),
        pytest.param(TWO_NICS, {"identity_subnet": "192.168.8.0/24"}, "192.168.8.21", "", id="subnet"),
        pytest.param(
            TWO_NICS, {"identity_subnet": "172.16.0.0/12"}, "", "no address in identity_subnet", id="no subnet"
        ),
        pytest.param(TWO_NICS, {"identity_subnet": "0.0.0.0/0"}, "", "several addresses in identity_subnet", id="wide"),
        pytest.param(TWO_NICS, {"identity_subnet": "192.168.8"}, "", "is not an IPv4 network", id="bad subnet"),
        pytest.param(
            TWO_ROUTES,
            {"ansible_host": "robot.vpn"},
            "",
            "10.0.0.1 on eth0, 192.168.8.21 on wlan0",
            id="two default routes",
        ),
        pytest.param(TWO_ROUTES, {"ansible_host": "192.168.8.21"}, "192.168.8.21", "", id="two, contacted at one"),
        pytest.param(
            TWO_ROUTES, {"ansible_host": "10.8.0.5"}, "", "several default routes", id="two, contacted at another"
        ),
        pytest.param(JETSON, {"ansible_host": "robot.vpn"}, "10.0.0.1", "", id="USB port of a Jetson"),
        pytest.param(JETSON, {"ansible_host": "192.168.55.1"}, "10.0.0.1", "", id="Jetson, contacted by USB"),
        pytest.param(
            {**JETSON, "default_routes": JETSON["default_routes"][1:]},
            {"ansible_host": "192.168.55.1"},
            "",
            "10.0.0.1 on eth0, 192.168.55.1 on l4tbr0",
            id="Jetson, by USB alone",
        ),
        pytest.param(SELF_GIVEN, {"ansible_host": "robot.vpn"}, "10.0.0.1", "", id="link-local route beside"),
        pytest.param(MEMBER, {"identity_subnet": "10.0.0.0/8"}, "10.0.0.1", "", id="subnet, member of a cluster"),
        pytest.param(
            HYPERVISOR, {"identity_subnet": "192.168.122.0/24"}, "192.168.122.1", "", id="own machines' bridge"
        ),
        pytest.param(ISLAND, {}, "10.0.0.1", "", id="no router"),
        pytest.param(ISLAND, {"ansible_host": "robot.vpn"}, "", "no default route", id="no router, no address"),
        pytest.param(None, {}, "10.0.0.1", "", id="absent"),
        pytest.param(None, {"ansible_host": "robot.vpn"}, "", "", id="absent, by name"),
        pytest.param(None, {"identity_subnet": "192.168.8.0/24"}, "", "", id="absent, other network"),
        pytest.param(
            None, {"identity_address": "999.0.0.1"}, "", "not an IPv4 address that other", id="absent, declared"
        ),
    ],
)
def test_the_fleet_address(seen, variables, address, words):
    found = findings({"a": seen}, a=variables)
    (entry,) = fleet_of({"a": seen}, a=variables).values()
    assert entry["address"] == address
    assert [("Fix:" in finding, words in finding) for finding in found] == ([(True, True)] if words else [])


def test_a_host_that_nobody_knows_the_address_of_is_told():
    (warning,) = identity_warnings(fleet_of({"a": None}, a={"ansible_host": "robot.vpn"}))
    assert "'robot.vpn' does not tell its fleet address" in warning and "Fix: set identity_address of a" in warning
    assert identity_warnings(fleet_of({"a": TWO_NICS}, a={"ansible_host": "192.168.8.21"})) == []


@pytest.mark.parametrize(
    "name, variables",
    [
        ("localhost", {"ansible_connection": "local"}),
        ("127.0.0.1", {}),
        ("base", {"identity_hostname": "localhost.localdomain"}),
    ],
)
def test_a_host_by_the_name_that_everybody_has_is_told_to_take_another(name, variables):
    seen = {name: facts(1), "tb1": facts(2)}
    (finding,) = findings(seen, **{name: {"ansible_host": None, **variables}})
    assert "every host calls itself" in finding
    assert (
        f"Fix: set identity_hostname of {name} to a name of its own, for example base, and identity_address to 10.0."
        in finding
    )
    assert findings(seen, **{name: {"ansible_host": None, "identity_hostname": "base"}}) == []


@pytest.mark.parametrize("name", ["192.0.2.46", "10.0.0.1"])
def test_a_host_named_by_its_address_is_told_a_name(name):
    (finding,) = findings({name: facts(1)})
    assert finding.endswith(f"set identity_hostname, for example to '{name.replace('.', '-')}'.")
    assert findings({name: facts(1)}, **{name: {"identity_hostname": "robot-46"}}) == []


ROUTER = {"ansible_host": "203.0.113.5"}


def test_hosts_behind_forwarded_ports_have_not_the_address_of_who_forwards_them():
    seen = {"a": facts(1), "b": None, "c": None}
    ports = {host: {**ROUTER, "ansible_port": 2200 + number} for number, host in enumerate(seen)}
    members = fleet_of(seen, **ports)
    assert [each["address"] for each in members.values()] == ["10.0.0.1", "", ""]
    of_b, of_c = identity_warnings(members)
    assert (
        of_b.startswith("b: ") and "ansible_host 203.0.113.5 is also that of a and c, by another ansible_port" in of_b
    )
    assert "Fix: set identity_address of b" in of_b
    assert findings(seen, **ports) == []
    remembered = fleet(
        {host: ports[host] for host in "ab"}, {}, {"b": {"address": "10.0.0.2", "contacted": "203.0.113.5"}}
    )
    assert remembered["b"]["address"] == "10.0.0.2"


def test_one_port_of_one_address_is_one_host_and_its_own_address():
    assert [each["address"] for each in fleet_of({"a": None, "b": None}).values()] == ["10.0.0.1", "10.0.0.2"]
    (finding,) = findings({"a": None, "b": None}, a=ROUTER, b=ROUTER)
    assert "share the fleet address '203.0.113.5'" in finding


def test_machines_behind_one_nat_each_are_told_of_the_subnet():
    seen = {"a": facts(1), "b": {**facts(2), "nics": facts(2)["nics"], "default_routes": facts(1)["default_routes"]}}
    (finding,) = findings(seen)
    assert "a and b: share the fleet address '10.0.0.1'" in finding and "set identity_subnet to the network" in finding


@pytest.mark.parametrize("cluster, outsiders", [(["a", "b"], "c"), (["a"], "b and c"), (["a", "b", "c"], ""), ([], "")])
def test_hosts_that_are_in_no_group_are_named(cluster, outsiders):
    seen = {"a": facts(1), "b": facts(2), "c": None}
    declared = {host: {"ansible_host": f"10.0.0.{number}"} for number, host in enumerate(seen, start=1)}
    members = fleet(
        declared, {host: look(identity=each, microk8s=NOTHING) for host, each in seen.items() if each}, None, cluster
    )
    found = identity_warnings(members)
    assert [finding.partition(":")[0] for finding in found] == ([outsiders] if outsiders else [])
    assert all("in neither of the groups `control` and `robots`" in finding for finding in found)


@pytest.mark.parametrize("role, told", [("worker", True), ("standalone", False), ("absent", False)])
def test_a_member_that_left_its_group_is_named(role, told):
    looks = {"a": look(identity=facts(1), microk8s={"role": role}), "b": look(identity=facts(2), microk8s=NOTHING)}
    found = identity_warnings(fleet({"a": {}, "b": {}}, looks, None, ["b"]))
    assert [each.startswith("a: a member of a cluster, and in neither") for each in found] == (
        [True, False] if told else [False]
    )
    assert "-e remove=a" in found[0] or not told


def test_shared_names_and_addresses_name_all_their_hosts():
    seen = {"a": None, "b": None, "c": None}
    variables = {host: {"identity_hostname": "tb", "ansible_host": "10.0.0.1"} for host in seen}
    assert [finding.split(". Fix")[0] for finding in findings(seen, **variables)] == [
        "a, b and c: share the host name 'tb'",
        "a, b and c: share the fleet address '10.0.0.1'",
    ]


def clones(*numbers):
    """Hosts a, b, … of one image: one name, machine-id and SSH key, and NICs of their own."""
    shared = {key: facts(1)[key] for key in ("hostname", "machine_id", "ssh_host_keys")}
    return {host: {**facts(number), **shared} for host, number in zip("abcdef", numbers)}


def test_clones_are_named_in_one_run():
    seen = clones(1, 2, 3)
    seen["c"]["nics"] = seen["b"]["nics"]
    assert [finding.split(" Fix:")[0] for finding in findings(seen)] == [
        f"a, b and c: share the machine-id {1:032x}.",
        "a, b and c: share the SSH host keys SHA256:1.",
        "b and c: share the MAC address 02:00:00:00:00:02 (of no maker of NICs, so somebody made it up). "
        "On one network neither is reliably reached.",
    ]
    assert identity_warnings(fleet_of(seen)) == [
        "a, b and c: are all called 'stock1' now. The role gives each its own name."
    ]


def test_who_makes_a_nic_that_two_hosts_have_is_said():
    seen = {"a": facts(1), "b": facts(2)}
    for each in seen.values():
        each["nics"] = [{**each["nics"][0], "mac": "b8:27:eb:01:02:03"}]
    assert "share the MAC address b8:27:eb:01:02:03 (of Raspberry Pi Foundation)." in findings(seen)[0]


def test_the_cure_reaches_what_is_shared_and_nothing_else():
    seen = {**clones(1, 2), "z": facts(9)}
    settings = {**SETTINGS, "regenerate": ["machine_id", "ssh_host_keys"]}
    assert findings(seen, settings=settings) == []
    cure = {"machine_id": f"{1:032x}", "ssh_host_keys": ["SHA256:1"]}
    assert identity_to_regenerate(fleet_of(seen), settings) == {"a": cure, "b": cure}
    assert identity_to_regenerate(fleet_of(seen), {**settings, "regenerate": ["ssh_host_keys"]}) == {
        host: {"machine_id": "", "ssh_host_keys": ["SHA256:1"]} for host in "ab"
    }


@pytest.mark.parametrize(
    ("clustered", "allowed", "cured", "refused"),
    [
        ([], [], ["a", "b"], False),
        (["a"], [], ["b"], False),
        (["a", "b"], [], [], True),
        (["a", "b"], ["b"], ["b"], False),
        (["a", "b"], ["a", "b"], ["a", "b"], False),
    ],
)
def test_members_of_a_cluster_keep_their_face_unless_named(clustered, allowed, cured, refused):
    seen = clones(1, 2)
    microk8s = {host: {"role": "worker" if host in clustered else "absent", "node_name": host} for host in seen}
    settings = {**SETTINGS, "regenerate": ["machine_id"], "regenerate_members": allowed}
    assert list(identity_to_regenerate(fleet_of(seen, microk8s), settings)) == cured
    found = [finding for finding in findings(seen, microk8s, settings) if "machine-id" in finding]
    assert bool(found) == refused and all("identity_regenerate_members" in finding for finding in found)


def test_one_machine_under_two_names_is_no_clone():
    (finding,) = findings(
        {"a": facts(1), "b": facts(1)}, b={"identity_address": "10.0.0.1", "ansible_host": "10.0.0.1"}
    )[1:]
    assert finding.startswith("a and b: are one machine under several inventory names. Fix: correct ansible_host of b")


def test_containers_of_one_machine_share_its_boot_and_are_hosts_all_the_same():
    assert findings({"a": facts(1, boot_id="x"), "b": facts(2, boot_id="x")}) == []


def test_bridges_and_boards_that_share_a_value_stop_nothing():
    docker = nic("docker0", "172.17.0.1/16", "02:42:00:00:00:01", physical=False)
    seen = {
        host: {**facts(number), "nics": [*facts(number)["nics"], docker], "product_uuid": "same"}
        for host, number in (("a", 1), ("b", 2))
    }
    assert findings(seen) == []
    (warning,) = identity_warnings(fleet_of(seen))
    assert warning.startswith("a and b: share the product UUID same.")


@pytest.mark.parametrize(
    ("clock", "time_sync", "words"),
    [
        ((0.4, 0.01), False, ""),
        ((0.52, 0.05), False, ""),
        ((3.25, 0.05), False, "a: its clock is 3.2 s ahead of the controller's (limit: identity_max_skew 0.5 s)"),
        ((-7200.0, 0.05), False, "a: its clock is 7200.0 s behind the controller's"),
        ((-7200.0, 0.05), True, ""),
    ],
)
def test_clocks(clock, time_sync, words):
    """A clock that could not be measured is none that is known to be off."""
    assert findings({"a": facts(1, clock=None)}) == []
    seen = {"a": facts(1, clock={"offset_s": clock[0], "uncertainty_s": clock[1]})}
    found = findings(seen, settings={"time_sync": time_sync})
    assert len(found) == bool(words) and all(words in finding and "Fix:" in finding for finding in found)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"regenerate": ["mac"]}, "identity_regenerate: 'mac' cannot be made anew"),
        ({"regenerate_members": ["tb9"]}, "'tb9' is no host of the inventory"),
        ({"resolution": "mdns"}, "identity_resolution: 'mdns' is unknown"),
        ({"resolution": "dns"}, "identity_domain: '' is not a domain"),
        ({"resolution": "dns", "domain": "robots_lan"}, "identity_domain: 'robots_lan' is not a domain"),
        ({"extra_hosts": [{"address": "nas", "names": ["nas"]}]}, "needs an IPv4 'address'"),
        ({"extra_hosts": [{"address": "10.0.0.9", "names": []}]}, "needs an IPv4 'address'"),
        ({"extra_hosts": [{"address": "10.0.0.9", "names": ["n_s"]}]}, "'n_s' is not a host name"),
        ({"extra_hosts": [{"address": "10.0.0.9", "names": ["nas", "A"]}]}, "'a' is the name of a"),
    ],
)
def test_settings_that_cannot_work(settings, words):
    (finding,) = findings({"a": facts(1)}, settings=settings)
    assert words in finding and "Fix:" in finding


def test_settings_that_can_work():
    extra = [{"address": "10.0.0.9", "names": ["nas", "nas.lan"]}]
    assert findings({"a": facts(1)}, settings={"resolution": "dns", "domain": "robots.lan", "extra_hosts": extra}) == []


def test_a_rename_under_microk8s_is_refused_with_the_way_out():
    (finding,) = findings({"a": facts(1)}, {"a": {"role": "worker", "node_name": "old"}})
    assert "is named 'old' and would become 'a'" in finding and "set identity_hostname to 'old'" in finding
    assert findings({"a": facts(1)}, {"a": {"role": "worker", "node_name": "a"}}) == []
    assert findings({"a": facts(1)}, {"a": {"role": "absent", "node_name": None}}) == []


def test_every_host_is_told_the_same():
    members = fleet_of({"a": facts(1), "b": None, "c": None}, c={"ansible_host": "robot.vpn"})
    assert identity_hosts_entries(members, [{"address": "10.0.0.9", "names": ["nas", "nas.lan"]}]) == [
        {"address": "10.0.0.1", "names": ["a"]},
        {"address": "10.0.0.2", "names": ["b"]},
        {"address": "10.0.0.9", "names": ["nas", "nas.lan"]},
    ]
    assert identity_peers(members) == [
        {"host": "a", "hostname": "a", "address": "10.0.0.1", "present": True, "port": 22},
        {"host": "b", "hostname": "b", "address": "10.0.0.2", "present": False, "port": 22},
    ]


def test_known_hosts_of_the_controller():
    members = fleet({"a": {"ansible_host": "10.0.0.1"}, "b": {"ansible_host": "robot.vpn", "ansible_port": 2222}}, {})
    key = {"public": "ssh-ed25519 AAAA", "fingerprint": "SHA256:x", "type": "ssh-ed25519"}
    result = {"regenerated": ["machine_id", "/etc/ssh/ssh_host_ed25519_key"], "ssh_host_keys": [key]}
    lines = identity_known_hosts({"a": result, "b": result}, members)
    assert lines == [
        {"name": "10.0.0.1", "key": "10.0.0.1 ssh-ed25519 AAAA"},
        {"name": "[robot.vpn]:2222", "key": "[robot.vpn]:2222 ssh-ed25519 AAAA"},
    ]
    assert identity_known_hosts_advice(lines)[1:] == [
        "ssh-keygen -R 10.0.0.1",
        "ssh-keygen -R '[robot.vpn]:2222'",
        "echo '10.0.0.1 ssh-ed25519 AAAA' >> ~/.ssh/known_hosts",
        "echo '[robot.vpn]:2222 ssh-ed25519 AAAA' >> ~/.ssh/known_hosts",
    ]


def test_advice_is_quoted_for_the_shell():
    key = "10.0.0.1 x';touch${IFS}/tmp/pwned;' aGVsbG8="
    *_others, forget, learn = identity_known_hosts_advice([{"name": "$(reboot)", "key": key}])
    assert shlex.split(forget) == ["ssh-keygen", "-R", "$(reboot)"]
    assert shlex.split(learn) == ["echo", key, ">>", "~/.ssh/known_hosts"]


@pytest.mark.parametrize("regenerated", [["machine_id"], [], None])
def test_keys_that_are_not_new_are_no_news(regenerated):
    result = (
        {"skipped": True} if regenerated is None else {"regenerated": regenerated, "ssh_host_keys": [{"public": "K"}]}
    )
    assert identity_known_hosts({"a": result}, fleet({"a": {}}, {})) == []


def test_a_refused_host_gets_no_entry_and_the_machine_of_its_name_keeps_it():
    members = fleet_of({"a": facts(1), "b": facts(2), "c": facts(3)})
    staying = identity_without_refused(members, {"b": "10.0.0.9", "c": ""})
    assert identity_hosts_entries(staying) == [
        {"address": "10.0.0.1", "names": ["a"]},
        {"address": "10.0.0.9", "names": ["b"]},
    ]
    assert [each["host"] for each in identity_peers(staying) if each["present"]] == ["a"]
    assert identity_without_refused(members, {}) == members


def test_a_host_that_is_to_be_forgotten_is_not_there_at_all():
    assert list(identity_without_refused(fleet_of({"a": facts(1), "b": facts(2)}), {}, ["b"])) == ["a"]
