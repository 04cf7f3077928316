# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Firewall rules as evidence: quoted where packets are lost, a warning where nothing shows whether they are."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._finding import Finding
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery import firewalls
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.probes import Probe
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.unicast import Unicast

TEXT = "nftables `udp drop` (table ip filter, chain input)"


def drop(flow, sure=True, rule="udp drop"):
    return {"flow": flow, "tool": "nftables", "table": "ip filter", "chain": "input", "rule": rule, "sure": sure}


def probe(host="h2", drops=(), heard=(), managers=(), left_out=(), **more):
    firewall = {"drops": list(drops), "managers": list(managers), "left_out": list(left_out)}
    by = {prefix: {"paths": ["multicast"], "first_heard_s": 0.1} for prefix in heard}
    given = {"scope": "host", "network": "lan", "pod": "", "label": host, "nic": "eth0", "guid_prefix": host, **more}
    return Probe(host=host, around={"firewall": firewall}, heard=by, **given)


def finding(code="deaf-host", hosts=("h2",), **more):
    given = {"message": "h2 hears nobody.", "fix": "Look at it.", "network": "lan", **more}
    return Finding(code, hosts=hosts, **given)


def quote(one, *probes):
    (found,) = firewalls.quoted([one], probes)
    return found


@pytest.mark.parametrize(
    "code, flow, quoted",
    [
        ("deaf-host", "multicast_in", True),
        ("deaf-host", "unicast_in", False),
        ("deaf-host", "multicast_out", False),
        ("mute-host", "multicast_out", True),
        ("isolated-host", "multicast_in", True),
        ("deaf-network", "multicast_out", True),
        ("unicast-blocked", "unicast_in", True),
        ("unicast-blocked", "unicast_out", True),
        ("unicast-blocked", "multicast_in", False),
        ("ports-blocked", "unicast_in", True),
        ("fragments-dropped", "fragments_in", True),
        ("fragments-dropped", "unicast_in", False),
        ("peer-silent", "unicast_in", True),
        ("path-mtu", "unicast_in", False),
        ("wrong-domain", "multicast_in", False),
    ],
)
def test_the_rule_that_drops_what_is_lost_is_quoted(code, flow, quoted):
    found = quote(finding(code), probe(drops=[drop(flow)]))
    assert (f" h2 drops it itself: {TEXT}." in found.message) is quoted
    assert (found.evidence.get("firewall") == {"h2": TEXT}) is quoted
    assert (found.fix.startswith("In the firewall of h2, let ")) is quoted
    assert found.fix.endswith("Look at it.") and found.code == code


@pytest.mark.parametrize(
    "one, quoted",
    [
        (probe(drops=[drop("multicast_in")]), True),
        (probe("h3", drops=[drop("multicast_in")]), False),
        (probe(drops=[drop("multicast_in")], network="other"), False),
        (probe(drops=[drop("multicast_in")], scope="pod"), False),
        (probe(), False),
        (Probe("h2", "host", "lan", "", "h2", "eth0"), False),
    ],
)
def test_only_rules_of_who_is_at_fault_are_quoted(one, quoted):
    found = quote(finding(evidence={"scope": "host"}), one)
    assert ("firewall" in found.evidence) is quoted


def test_a_rule_that_may_drop_it_is_told_as_that_and_what_was_not_read_is_evidence():
    found = quote(finding(), probe(drops=[drop("multicast_in", sure=False)]))
    assert f"h2 may drop it itself: {TEXT}." in found.message
    found = quote(finding(), probe(left_out=["nft: Operation not permitted"]))
    assert found.evidence == {"not_read": {"h2": "nft: Operation not permitted"}}
    assert found.message == "h2 hears nobody."


def test_a_probe_that_failed_is_told_of_the_firewall_where_its_packets_did_not_leave():
    drops = probe(drops=[drop("multicast_out")])
    assert "firewall" in quote(finding("probe-failed", message="NIC eth0 cannot send to 239.255.0.1"), drops).evidence
    assert "firewall" not in quote(finding("probe-failed", message="NIC eth0 is down"), drops).evidence


@pytest.mark.parametrize(
    "managers, flow, fix",
    [
        (
            [],
            "multicast_in",
            "let UDP 8650 to 8899 pass on eth0, to 239.255.0.1 as well, before or in place of the rule.",
        ),
        (["ufw"], "multicast_in", "as well: `ufw allow in on eth0 to any port 8650:8899 proto udp`."),
        (
            ["firewalld, zone public"],
            "multicast_in",
            "`firewall-cmd --permanent --zone=public --add-port=8650-8899/udp`, then `firewall-cmd --reload`.",
        ),
        (["firewalld"], "multicast_in", "`firewall-cmd --permanent --add-port=8650-8899/udp`"),
        ([], "fragments_in", "let fragments pass, before or in place of the rule."),
    ],
)
def test_the_fix_is_that_of_who_manages_the_rules_in_that_domain(managers, flow, fix):
    code = "fragments-dropped" if flow == "fragments_in" else "deaf-host"
    assert fix in quote(finding(code), probe(drops=[drop(flow)], managers=managers, domain_id=5)).fix


def unproven(*probes, found=()):
    return list(firewalls.unproven(found, probes, Unicast([each for each in probes if each.multicast])))


def arrived(host, address, peer, count):
    """The result of unicast at a probe: what has come from another address."""
    own = {"address": peer, "sent": {"64": 5}, "arrived": {"64": count}, "rounds": 5, "errors": []}
    return {"address": address, "paths": {"port": 7470, "dds_ports": [], "peers": [own]}}


@pytest.mark.parametrize(
    "probes, hosts",
    [
        ([probe(drops=[drop("multicast_in")])], ["h2"]),
        ([probe(drops=[drop("multicast_in", sure=False)])], []),
        ([probe(drops=[drop("fragments_in")])], []),
        ([probe(drops=[drop("multicast_in")], heard=["h1"])], []),  # it passes
        ([probe(drops=[drop("multicast_in")], heard=["h2"])], ["h2"]),  # from itself alone
        ([probe(drops=[drop("multicast_out")]), probe("h1", heard=["h2"])], []),
        ([probe(drops=[drop("multicast_out")]), probe("h1")], ["h2"]),
        ([probe(drops=[drop("multicast_in")], multicast=False)], []),  # nobody needs it there
        ([probe(drops=[drop("unicast_in")], multicast=False)], ["h2"]),
        ([probe(drops=[drop("unicast_in")], multicast=False, answers=({"answered": True},))], []),
        ([probe(drops=[drop("multicast_in")], errors=("NIC down",))], []),
        ([probe(drops=[drop("multicast_in")]), probe(drops=[drop("multicast_in")], domain_id=5)], ["h2"]),
    ],
)
def test_a_rule_is_a_warning_where_nothing_shows_that_it_does_not_matter(probes, hosts):
    found = unproven(*probes)
    assert [host for each in found for host in each.hosts] == hosts
    assert all((each.code, each.severity) == ("firewall", "warning") and TEXT in each.message for each in found)


@pytest.mark.parametrize("count, warned", [(5, False), (0, True)])
@pytest.mark.parametrize("flow, at", [("unicast_in", "h2"), ("unicast_out", "h1")])
def test_unicast_that_arrived_has_passed(count, warned, flow, at):
    both = {
        "h1": arrived("h1", "10.0.0.1", "10.0.0.2", count if at == "h1" else 0),
        "h2": arrived("h2", "10.0.0.2", "10.0.0.1", count if at == "h2" else 0),
    }
    found = unproven(probe("h1", **both["h1"]), probe(drops=[drop(flow)], **both["h2"]))
    assert bool(found) is warned


def test_what_a_finding_tells_already_is_no_warning():
    one = probe(drops=[drop("multicast_in"), drop("unicast_in")])
    assert unproven(one, found=firewalls.quoted([finding()], [one])) == []
    assert len(unproven(one, found=[finding()])) == 1
