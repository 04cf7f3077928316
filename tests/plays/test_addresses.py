"""One address book: the same fleet addresses in every playbook, whatever the controller contacts."""

from __future__ import annotations

# base by its mDNS name, tb1 by its address in a VPN, tb2 by its name.
CONTACTS = {"base": {"contact": "base.local"}, "tb1": {"contact": "100.64.0.7"}, "tb2": {"contact": "name"}}
BLOCK = ["192.168.8.10 base", "192.168.8.21 tb1", "192.168.8.22 tb2"]


def site(play):
    return play("bare", "site", hosts=CONTACTS)


def block(run, host):
    return [line for line in run.touched(host)["/etc/hosts"].splitlines() if line.startswith("192.168.8.")]


def test_site_writes_the_hosts_own_addresses(play):
    run = site(play)
    assert run.code == 0, run.output[-4000:]
    assert [block(run, host) for host in ("base", "tb1", "tb2")] == [BLOCK] * 3


def test_robots_join_at_the_address_of_the_fleet(play):
    urls = {each.arguments["url"].partition(":")[0] for each in site(play).joins}
    assert urls == {"192.168.8.10"}


def test_verify_keeps_the_same_kubeconfig_and_passes(play):
    first = site(play)
    run = play("bare", "verify", after=first)
    assert run.code == 0, run.output[-4000:]
    kept = ".kube/rosfleet-base.config"
    assert (run.home / kept).read_text() == (first.home / kept).read_text()
    assert "https://192.168.8.10:16443" in (run.home / kept).read_text()


def test_a_limited_site_writes_the_same_block(play):
    run = play("bare", "site", "--limit", "tb2", "--tags", "identity", after=site(play))
    assert run.code == 0, run.output[-4000:]
    assert block(run, "tb2") == BLOCK


def test_remove_forgets_the_fleet_address(play):
    run = play("bare", "remove", "-e", "remove=tb1", after=site(play))
    assert run.code == 0, run.output[-4000:]
    assert [each.arguments["addresses"] for each in run.of("microk8s_remove_node")] == [["192.168.8.21"]]
    assert block(run, "tb2") == [BLOCK[0], BLOCK[2]]


def test_an_absent_host_keeps_its_entry(play):
    run = play("bare", "site", "--tags", "identity", after=site(play), hosts={"tb1": {"is": "absent"}})
    assert run.code == 0, run.output[-4000:]
    assert block(run, "tb2") == BLOCK


def test_lists_that_only_a_group_declares_are_refused_with_the_hosts_that_lack_them(play):
    lists = {"ros_workloads": [{"name": "talker", "image": "ros:1", "command": ["talk"], "hosts": ["tb1"]}]}
    run = play("small", "check", vars={"ros_workloads": None}, group_vars={"robots": lists})
    assert run.code == 2
    assert run.says("ros_workloads", "base", "Fix: ")
