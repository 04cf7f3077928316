"""The fault table of issue 5: what goes wrong with membership on real MicroK8s, and the exact message a user sees.

What MicroK8s printed comes from transcripts of the real thing; what it left in files is as `microk8s_info` returns it.
"""

from __future__ import annotations

import errno
import hashlib
from functools import partial
from itertools import count

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._command import Outcome
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.agent import Agent, obstacle
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.arguments import with_arguments
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.member_texts import (
    explain_leave,
    explain_removal,
)
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.state import State
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.status import parse_status
from ansible_collections.rosfleet.cluster.plugins.module_utils._snapd import await_idle
from ansible_collections.rosfleet.cluster.plugins.module_utils._waiting import Clock
from ansible_collections.rosfleet.cluster.plugins.modules import microk8s_snap
from ansible_collections.rosfleet.cluster.plugins.modules.microk8s_member import contradiction, join_once, message
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._membership.findings import cluster_findings
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._membership.plan import plan
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._membership.proof import unproven
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._membership.removal import removal
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._membership.seed import choose_seed

from ..module_utils._microk8s.transcripts import transcript
from ..plugin_utils._membership.cluster import facts, node

CERTIFICATE = b"certificate of the control plane"
URL = f"10.0.0.1:25000/67cc71fafbe3ea42efef7435d31e449d/{hashlib.sha256(CERTIFICATE).hexdigest()[:12]}"
NOON = 1795262400.0
ADDRESSES = {"base": "10.0.0.1", "tb1": "10.0.0.2", "tb2": "10.0.0.3"}
FLEET = [{"host": host, "hostname": host, "address": address} for host, address in ADDRESSES.items()]
THREE = list(ADDRESSES.values())


def joining(outcome=None, idle=(), url=URL):
    """The message of a join whose command had this outcome, or which snapd kept from being run."""
    failure, output = join_once(
        url,
        "worker",
        300,
        0,
        run=lambda *arguments, **options: outcome,
        await_idle=partial(
            await_idle, busy=lambda name: list(idle), clock=Clock(count(0, 300).__next__, lambda seconds: None)
        ),
        obstacle=lambda url, timeout: None,
        tidy=lambda: None,
    )
    # MicroK8s' own words follow, without the token.
    return message("join", failure, output).split(" microk8s said: ")[0]


def said(text):
    """The message of a join that printed what is in the transcript of this number, or this text itself."""
    rc, output = transcript(text) if text.isdigit() else (1, text)
    return joining(Outcome(rc, output, ""))


def before(ask, now=NOON, check_port=lambda address, port: None):
    """The message of a join that was not tried, as the control plane's ports told that it could not work."""
    return message("join", obstacle(URL, ask=ask, check_port=check_port, now=lambda: now), "")


def failing(problem):
    def fail(address, port):
        raise problem

    return fail


def answering(certificate=CERTIFICATE):
    return lambda address, port: Agent(certificate, "Sat, 21 Nov 2026 12:00:00 GMT")


def planned(facts, nodes, control_plane=("base",), database=()):
    step = plan({"tb1": facts}, nodes, "ours", ADDRESSES, list(control_plane), "base", list(database))["tb1"]
    words = [step["action"], *(word for word in ("leave", "forget") if step[word] and step["action"] != "refuse")]
    return f"{' '.join(words)}: {step['reason']}"


def proven(node, **more):
    return unproven([node], {"tb1": facts("worker", **more)}, ADDRESSES, ["base"]).get("tb1", "")


def left(number):
    failure = explain_leave(*transcript(number))
    return f"{failure.cause}. Fix: {failure.fix}"


def removed(number):
    failure = explain_removal(transcript(number)[1], True)
    return f"{failure.cause}. Fix: {failure.fix}"


def refused_removal(name, present):
    hosts = {host: facts("control_plane") for host in present}
    return removal([name], FLEET, [node(host, address=a) for host, a in ADDRESSES.items()], THREE, hosts, "ours")[
        "findings"
    ][0]


def seed(planes):
    return choose_seed({"facts": planes, "mute": {}}, list(ADDRESSES), ADDRESSES)["problem"]


HALF = {"half_joined": True}
NATED = (
    "Connection failed. Failed to find matching dqlite bind address for 192.0.2.7: address 192.0.2.7 was not found in any "
    "host interface. refuse to update dqlite bind address (500)."
)
NO_SPACE = (
    "cannot copy request into temporary file: write /var/lib/snapd/snaps/.local-install-1: no space left on device"
)
DNS = {"--cluster-domain": "cluster.local", "--cluster-dns": "10.152.183.10"}
FAULTS = {
    "join says success and the Node never appears": (
        lambda: proven(node("tb10")),
        ("the cluster has no Node named tb1"),
    ),
    "hostname duplicate sneaked in behind our back": (
        lambda: proven(node(machine="twin")),
        (
            "the Node tb1 is another machine (machine-id twin, this host has m1). Fix: give one of the two "
            "another name (identity_hostname) and machine-id"
        ),
    ),
    "Node took the address of another NIC": (
        lambda: proven(node(address="10.9.9.9")),
        (
            "the Node tb1 has the address 10.9.9.9, not the fleet address 10.0.0.2. Set identity_address to "
            "it, or move the host's default route to the fleet's network before MicroK8s is installed"
        ),
    ),
    "worker whose API servers are all gone": (
        lambda: proven(node(), api_endpoints=["10.9.9.9:16443"]),
        (
            "it looks for the API at 10.9.9.9, which no control plane has (10.0.0.1). When a control plane's "
            "address has changed, see 'API address change' in docs/troubleshooting.md"
        ),
    ),
    "worker of a control plane that has another address now": (
        lambda: planned(facts("worker", api_endpoints=["10.9.9.9:16443"]), [node(ready="Unknown")]),
        "rejoin: looks for the API at 10.9.9.9, which no control plane has any more",
    ),
    "duplicate hostname that would join with success": (
        lambda: planned(facts("standalone", "own"), [node(machine="twin", address="10.9.9.9")]),
        (
            "refuse: another machine is in the cluster under the name tb1 already (address 10.9.9.9, "
            "machine-id twin; this host has 10.0.0.2, m1). Fix: give one of them another name "
            "(identity_hostname), or let this host take its place: playbook replace with -e replace=tb1"
        ),
    ),
    "agent port filtered": (
        lambda: before(failing(TimeoutError("timed out"))),
        (
            "This host did not join: the control plane's port 25000 (10.0.0.1) gave no answer within 5 s: a "
            "firewall drops what is sent to it. Fix: open TCP port 25000 from this host to every control "
            "plane host."
        ),
    ),
    "API port filtered": (
        lambda: before(answering(), check_port=failing(TimeoutError("timed out"))),
        (
            "This host did not join: the control plane's port 16443 (10.0.0.1) gave no answer within 5 s: a "
            "firewall drops what is sent to it. Fix: open TCP port 16443 from this host to every control "
            "plane host."
        ),
    ),
    "agent down": (
        lambda: before(failing(ConnectionRefusedError(errno.ECONNREFUSED, "refused"))),
        (
            "This host did not join: nothing listens on the control plane's port 25000 (10.0.0.1). Fix: on "
            "the control plane: snap services microk8s; journalctl -u snap.microk8s.daemon-cluster-agent -n "
            "50."
        ),
    ),
    "no route to the control plane": (
        lambda: before(failing(OSError(errno.EHOSTUNREACH, "No route to host"))),
        (
            "This host did not join: the control plane's address 10.0.0.1 cannot be reached from this host. "
            "Fix: check the fleet addresses, routes and cables: ping the control plane from this host."
        ),
    ),
    "new NIC reissued the server certificate after the token": (
        lambda: before(answering(b"reissued")),
        (
            "This host did not join: the certificate of the agent at 10.0.0.1:25000 is not the one the token "
            "was made with: it was reissued since (a new address or NIC of the control plane does that), or "
            "another machine answers at that address. Fix: run the playbook again; if it stays, compare the "
            "address with the control plane's own: ip -brief address."
        ),
    ),
    "clock behind": (
        lambda: before(answering(), now=NOON - 7200),
        (
            "This host did not join: this host's clock is 7200 s behind the control plane's 10.0.0.1, so they"
            " do not trust each other's certificates. Fix: synchronise the clocks: timedatectl set-ntp true "
            "on both; where no time server is reached, make a control plane host one (chrony)."
        ),
    ),
    "token burnt by a first failure": (
        lambda: said("070"),
        (
            "This host did not join: the control plane does not know the join token: it has expired, was used "
            "up, or was revoked by another run. Fix: run the playbook again, a new token is made; when it stays, "
            "compare the clocks of the control planes and raise membership_token_ttl."
        ),
    ),
    "token expired": (
        lambda: said("065"),
        (
            "This host did not join: the control plane does not know the join token: it has expired, was used "
            "up, or was revoked by another run. Fix: run the playbook again, a new token is made; when it stays, "
            "compare the clocks of the control planes and raise membership_token_ttl."
        ),
    ),
    "fingerprint of another control plane": (
        lambda: said("058"),
        (
            "This host did not join: the control plane's certificate is not the one the token was made with: "
            "it was reissued since (a new address or NIC does that), or another machine answers at that "
            "address. Fix: run the playbook again; if it stays, compare the address with the control plane's "
            "own."
        ),
    ),
    "re-imaged control plane, same address": (
        lambda: said("150"),
        (
            "This host did not join: the control plane still lists this address as a database member, from "
            "before this host was installed anew or from a join that was cut off. Fix: run site again, which "
            "removes the old member first; by hand, on a control plane: microk8s remove-node <the address in "
            "the text below> --force."
        ),
    ),
    "re-imaged control plane, healed": (
        lambda: planned(
            facts("standalone", "own"), [node(machine="old", ready="Unknown")], ("base", "tb1", "tb2"), THREE
        ),
        (
            "join forget: was a control plane and was installed anew, or its join was cut off: the cluster "
            "still knows it"
        ),
    ),
    "re-imaged worker, healed": (
        lambda: planned(facts("standalone", "own"), [node(machine="old", ready="Unknown")]),
        ("join: is in no cluster"),
    ),
    "join killed before the control plane answered": (
        lambda: planned(facts("standalone", "own", **HALF), []),
        ("join: is in no cluster"),
    ),
    "join killed while the worker settled": (
        lambda: planned(facts("worker", **HALF), [node(ready="Unknown")]),
        ("rejoin: its join was cut off"),
    ),
    "control-plane join killed after the database took it in": (
        lambda: planned(facts("standalone", "own", **HALF), [], ("base", "tb1", "tb2"), THREE),
        (
            "join forget: was a control plane and was installed anew, or its join was cut off: the cluster "
            "still knows it"
        ),
    ),
    "control-plane join killed before the Node came": (
        lambda: planned(facts("control_plane", **HALF), [], ("base", "tb1", "tb2"), THREE),
        ("rejoin forget: its join was cut off"),
    ),
    "host of another cluster": (
        lambda: planned(facts("worker", "theirs"), []),
        (
            "refuse: it is a worker of another cluster. Fix: take it out there first (microk8s leave on this "
            "host), or set membership_allow_reset: true, by which it leaves and loses what it has there"
        ),
    ),
    "control plane of another cluster": (
        lambda: planned(facts("control_plane", "theirs"), []),
        (
            "refuse: it is a control plane of another cluster. Fix: take it out there first (microk8s leave "
            "on this host), or set membership_allow_reset: true, by which it leaves and loses what it has "
            "there"
        ),
    ),
    "control-plane join on a worker, recognised": (
        lambda: message("join", contradiction(State("broken_worker"), "control_plane"), ""),
        (
            "This host did not join: microk8s join said success, but this host's own files make it a broken "
            "worker and not a control plane. Fix: run the playbook again, which takes it out and joins it "
            "anew; its journal tells more: journalctl -u snap.microk8s.daemon-k8s-dqlite -n 50."
        ),
    ),
    "control-plane join on a worker, healed": (
        lambda: planned(facts("broken_worker"), [node()]),
        ("join leave: was joined as a control plane while it was a worker, and is a member of neither cluster"),
    ),
    "worker declared a control plane": (
        lambda: planned(facts("worker"), [node()], ("base", "tb1", "tb2")),
        (
            "refuse: it is a worker of this cluster, and is declared a control plane; joined on top of that "
            "it would be neither. Fix: put it into the group `robots`, or take it out first (playbook "
            "remove), or set membership_allow_reset: true, by which it leaves and loses what it has there"
        ),
    ),
    "control plane that was removed while it was off": (
        lambda: planned(facts("control_plane"), [], ("base", "tb1", "tb2"), ["10.0.0.1", "10.0.0.3"]),
        (
            "refuse: it was removed from this cluster while it was away, and still believes that it is a "
            "control plane of it. Fix: let it leave (microk8s leave on this host), or set "
            "membership_allow_reset: true, by which it leaves and loses what it has there"
        ),
    ),
    "worker that the cluster has lost": (
        lambda: planned(facts("worker"), []),
        ("rejoin: believes that it is a member, and the cluster does not know it"),
    ),
    "snapd busy in the middle of a join": (
        lambda: said("094"),
        ("This host did not join: snapd was busy with another change of MicroK8s. Fix: run the playbook again."),
    ),
    "snapd busy with another change": (
        lambda: joining(idle=['Refresh "microk8s" snap']),
        (
            "This host did not join: snapd has been busy with 'Refresh \"microk8s\" snap' for 300 s. Fix: wait "
            "for it to end (snap changes), or end it (snap abort ID)."
        ),
    ),
    "name not resolved by the control plane": (
        lambda: said("162"),
        (
            "This host did not join: the control plane resolves this host's name to another address. Fix: "
            "correct the hosts file of the control plane (role identity does)."
        ),
    ),
    "NATed agent": (
        lambda: said(NATED),
        (
            "This host did not join: the control plane does not own the address it was contacted at (NAT or a"
            " floating address). Fix: set identity_address of the control plane to an address of one of its "
            "interfaces."
        ),
    ),
    "another service at that port": (
        lambda: said("063"),
        (
            "This host did not join: what answers at the control plane's address and port is no MicroK8s "
            "cluster agent. Fix: check the fleet address of the control plane (ansible_host, "
            "identity_address), and what listens there: ss -ltnp 'sport = :25000'."
        ),
    ),
    "join without end": (
        lambda: joining(Outcome(-9, "Contacting cluster at 10.0.0.1", "", timed_out=True)),
        (
            "This host did not join: the join did not end within 300 s, although the control plane's ports "
            "25000 and 16443 answer. Fix: look at both: journalctl -u snap.microk8s.daemon-cluster-agent on "
            "the control plane, snap services microk8s here; on slow machines raise membership_join_timeout."
        ),
    ),
    "misspelt flag": (
        lambda: said("055"),
        (
            "This host did not join: microk8s join does not understand how it was called; this MicroK8s is "
            "not a version that is supported. Fix: compare its version with the README: snap list microk8s."
        ),
    ),
    "certificate not signed": (
        lambda: said("Failed to sign kubelet certificate (500). Invalid token"),
        (
            "This host did not join: the control plane accepted the token and then did not sign this host's "
            "certificates. Fix: look at the control plane's journal: journalctl -u "
            "snap.microk8s.daemon-cluster-agent."
        ),
    ),
    "disk full during the installation": (
        lambda: microk8s_snap.explain(Outcome(1, "", f"error: {NO_SPACE}"), 900),
        (
            "snapd did not install microk8s: the disk is full. Fix: make room in /var/lib/snapd and /var/snap: df -h. "
            f"snapd said: error: {NO_SPACE}"
        ),
    ),
    "worker that left and lost its DNS arguments, healed": (
        lambda: with_arguments("--v=2\n", {}, DNS),
        "--v=2\n--cluster-domain=cluster.local\n--cluster-dns=10.152.183.10\n",
    ),
    "stopped control plane, exit code 0": (
        lambda: parse_status(transcript("041")[1]).problem,
        ("MicroK8s was stopped on this host (microk8s stop)"),
    ),
    "worker asked for its status, exit code 0": (
        lambda: parse_status(transcript("072")[1]).problem,
        ("this host is a worker, which cannot tell"),
    ),
    "leave of the only copy of the database": (
        lambda: left("100"),
        (
            "this host holds the only copy of the cluster's database. Fix: remove all other hosts first, or "
            "join control planes until there are three"
        ),
    ),
    "remove-node while the API is down": (
        lambda: removed("046"),
        (
            "the API of the control plane stopped answering; the text that the Node does not exist is no "
            "proof of it. Fix: look at the control plane: microk8s status; journalctl -u "
            "snap.microk8s.daemon-kubelite -n 50"
        ),
    ),
    "remove-node of a member of the database": (
        lambda: removed("147"),
        (
            "the host is a member of the cluster's database, and MicroK8s removes such a Node only by force. "
            "Fix: let the host leave first, or switch it off and run the playbook again"
        ),
    ),
    "removal of the last control plane": (
        lambda: removal(["base"], FLEET, [node("base")], ["10.0.0.1"], {"base": facts("control_plane")}, "ours")[
            "findings"
        ][0],
        (
            "base: no control plane would be left, which ends the cluster. Fix: join another control plane "
            "first; or make all its hosts clean: playbook reset."
        ),
    ),
    "removal that would cost the quorum": (
        lambda: refused_removal("tb1", ["base", "tb1"]),
        (
            "tb1: of the 2 control planes that would be left only 1 can be reached, so the cluster would lose"
            " its quorum. Fix: switch on the absent ones or remove those first; or set "
            "membership_allow_quorum_loss: true."
        ),
    ),
    "control planes lost their quorum": (
        lambda: cluster_findings(["base", "tb1", "tb2"], [], ["tb1", "tb2"])[0].sentence,
        (
            "tb1 and tb2: 2 of 3 control plane hosts cannot be reached. Without a majority the cluster has no"
            " quorum, and nothing can be joined or healed. Fix: switch it on, or check its address, user and "
            "key: ansible -m ping tb1. When they are gone for good, see 'Lost quorum' in "
            "docs/troubleshooting.md."
        ),
    ),
    "first control plane absent before there is a cluster": (
        lambda: seed({"tb1": facts("standalone"), "tb2": facts("standalone")}),
        (
            "base: cannot be asked, and none of the other control plane hosts is in a cluster with others "
            "yet, so the cluster may be there. A second one would split the fleet. Fix: switch it on and run "
            "the playbook again; or take base out of the inventory, when it is gone for good."
        ),
    ),
    "two clusters in one inventory": (
        lambda: seed({"base": facts("control_plane", members=[]), "tb1": facts("control_plane", "theirs", members=[])}),
        (
            "base and tb1: are control planes of 2 different clusters. Fix: declare one cluster in an "
            "inventory; or make those clean that are to join the other: playbook reset."
        ),
    ),
}


@pytest.mark.parametrize(("see", "message"), FAULTS.values(), ids=FAULTS.keys())
def test_fault(see, message):
    assert see() == message
