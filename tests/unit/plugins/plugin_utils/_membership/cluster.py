"""Nodes and hosts for the tests of role membership."""

from __future__ import annotations

LABEL = "node.kubernetes.io/microk8s-controlplane"


def node(name="tb1", ready="True", machine="m1", address="10.0.0.2", control_plane=False):
    """A Node as the API shows it."""
    return {
        "metadata": {"name": name, "labels": {LABEL: "microk8s-controlplane"} if control_plane else {}},
        "status": {
            "conditions": [{"type": "Ready", "status": ready, "message": "kubelet stopped posting"}],
            "nodeInfo": {"machineID": machine},
            "addresses": [{"type": "Hostname", "address": name}, {"type": "InternalIP", "address": address}],
        },
    }


def facts(role, ca_hash="ours", machine="m1", node_name="tb1", **more):
    """What microk8s_info returns of a host."""
    return {"role": role, "node_name": node_name, "machine_id": machine, "ca_hash": ca_hash, **more}
