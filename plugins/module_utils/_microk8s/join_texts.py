# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `microk8s join` says, and what it means. PRIVATE, may change at any time.

Exit code 0 is "maybe": only the control plane's API proves a member. What follows names the failures.
"""

from __future__ import annotations

import re
from typing import Optional

from .failure import Failure

SNAPD_BUSY = r'has "[\w-]+" change in progress'


_TABLE: tuple[tuple[str, Failure], ...] = (
    (
        r"Failed to sign \w+ certificate",
        Failure(
            "certificate-not-signed",
            "the control plane accepted the token and then did not sign this host's certificates",
            "look at the control plane's journal: journalctl -u snap.microk8s.daemon-cluster-agent",
            retry=True,
        ),
    ),
    (
        r"Invalid token",
        Failure(
            "token-invalid",
            "the control plane does not know the join token: it has expired, was used up, or was revoked by another run",
            "run the playbook again, a new token is made; when it stays, compare the clocks of the control planes and "
            "raise membership_token_ttl",
        ),
    ),
    (
        # canonical/microk8s-cluster-agent, pkg/api/v2/join.go: what it asks of its own node after it has moved the database.
        r"Failed to retrieve list of control plane nodes|Failed waiting for dqlite cluster|Failed to update cni config",
        Failure(
            "control-plane-restarting",
            "the control plane took the token, and its own API or database did not answer it: the first join restarts its "
            "database, and on a slow machine the rest takes its time to follow",
            "on the control plane: snap services microk8s; journalctl -u snap.microk8s.daemon-kubelite -n 50; once they "
            "run, run the playbook again",
            retry=True,
        ),
    ),
    (
        r"Could not verify the identity of",
        Failure(
            "fingerprint-mismatch",
            "the control plane's certificate is not the one the token was made with: it was "
            "reissued since (a new address or NIC does that), or another machine answers at that address",
            "run the playbook again; if it stays, compare the address with the control plane's own",
        ),
    ),
    (
        r"already known to dqlite",
        Failure(
            "already-known",
            "the control plane still lists this address as a database member, from before this host was installed anew "
            "or from a join that was cut off",
            "run site again, which removes the old member first; by hand, on a control plane: microk8s remove-node "
            "<the address in the text below> --force",
        ),
    ),
    (
        r"does not resolve to the IP",
        Failure(
            "name-not-resolved",
            "the control plane resolves this host's name to another address",
            "correct the hosts file of the control plane (role identity does)",
        ),
    ),
    (
        r"address \S+ was not found in any host interface",
        Failure(
            "address-not-local",
            "the control plane does not own the address it was contacted at (NAT or a floating address)",
            "set identity_address of the control plane to an address of one of its interfaces",
        ),
    ),
    (
        r"has the same IP",
        Failure("joined-itself", "this host was told to join itself", "give every host an identity_address of its own"),
    ),
    (
        r"Not possible to join\. This is not an HA MicroK8s cluster",
        Failure(
            "not-ha", "the control plane runs without ha-cluster", "enable ha-cluster there: microk8s enable ha-cluster"
        ),
    ),
    (
        SNAPD_BUSY,
        Failure("snapd-busy", "snapd was busy with another change of MicroK8s", "run the playbook again", retry=True),
    ),
    (
        r"ConnectionRefusedError|Connection refused",
        Failure(
            "agent-refused",
            "nothing listens on the control plane's port 25000 (its cluster agent is down)",
            "on the control plane: snap services microk8s; microk8s start",
        ),
    ),
    (
        r"No route to host|Network is unreachable",
        Failure(
            "agent-unreachable",
            "the control plane's address cannot be reached from this host",
            "check the fleet addresses and cables: ping the control plane from this host",
        ),
    ),
    (
        r"TimeoutError|timed out",
        Failure(
            "agent-filtered",
            "the control plane's port 25000 does not answer: a firewall drops what is sent to it",
            "open the ports 25000 and 16443 from the hosts to every control plane",
        ),
    ),
    (
        r"WRONG_VERSION_NUMBER|Peer node verification failed|Connection failed\. \(40[14]\)",
        Failure(
            "not-an-agent",
            "what answers at the control plane's address and port is no MicroK8s cluster agent",
            "check the fleet address of the control plane (ansible_host, identity_address), and what listens there: "
            "ss -ltnp 'sport = :25000'",
        ),
    ),
    (
        r"Joining process failed\. Make sure the cluster you connect to supports joining worker nodes",
        Failure(
            "not-as-worker",
            "the control plane answered as if a control plane were joining (the flag --controlplane does this; it never "
            "works)",
            "run the playbook again; the agent's journal on the control plane tells more: "
            "journalctl -u snap.microk8s.daemon-cluster-agent",
        ),
    ),
    (
        r"Got unexpected extra argument|Invalid connection:|Missing argument",
        Failure(
            "usage",
            "microk8s join does not understand how it was called; this MicroK8s is not a version that is supported",
            "compare its version with the README: snap list microk8s",
        ),
    ),
    (
        r"does not have enough RAM",
        Failure(
            "low-memory",
            "this host has 512 MiB of memory or less, too little for a control plane",
            "make it a worker (group robots)",
        ),
    ),
)

_SECRET = re.compile(r"(:25000/)[0-9a-fA-F]{32,}(/[0-9a-fA-F]+)?|\b[0-9a-f]{32}/[0-9a-f]{12}\b")


def explain_join(rc: int, output: str) -> Optional[Failure]:
    """Name the failure in what `microk8s join` printed (stdout and stderr together); None when it claims success."""
    if rc == 0 and "Successfully joined the cluster." in output:
        return None
    for pattern, failure in _TABLE:
        if re.search(pattern, output):
            return failure
    return Failure(
        "unknown",
        "microk8s join failed in a way this collection does not know",
        "read the output below; journalctl -u snap.microk8s.daemon-cluster-agent on the control plane",
    )


def without_secrets(text: str, token: str = "") -> str:
    """`text` with `token`, and all that looks like a join token in its usual places, taken out: fit for a log."""
    known = text.replace(token, "<token>") if token else text
    return _SECRET.sub(lambda found: (found.group(1) or "") + "<token>", known)
