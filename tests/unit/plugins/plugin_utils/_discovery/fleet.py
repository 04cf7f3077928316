# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet as the role's tasks would find it: who hears whom is told by who does not."""

from __future__ import annotations

LAN = "ros-lan"
CONTROL = "cluster-network"
SAMPLE = {
    "workload": "listener",
    "namespace": "ros",
    "host": "b",
    "pod": "listener-x",
    "pattern": "I heard",
    "heard": True,
    "line": "I heard: 1",
    "log_end": [],
}
LISTENER = {"name": "listener", "hosts": ["b"], "expect_log": "I heard"}


def pod(
    name, node, *, namespace="rosfleet", workload="", ready=True, phase="Running", lan=LAN, uid=None, leaving=False
):
    labels = {"app.kubernetes.io/managed-by": "rosfleet"}
    labels.update({"rosfleet.io/workload": workload} if workload else {"app.kubernetes.io/part-of": "discovery"})
    metadata = {
        "name": name,
        "namespace": namespace,
        "uid": uid or f"uid-{name}",
        "labels": labels,
        "annotations": {"k8s.v1.cni.cncf.io/networks": f'[{{"name": "{lan}", "interface": "ros0"}}]'},
    }
    if leaving:
        metadata["deletionTimestamp"] = "2026-11-21T07:00:00Z"
    conditions = [{"type": "Ready", "status": "True" if ready else "False"}]
    return {"metadata": metadata, "spec": {"nodeName": node}, "status": {"phase": phase, "conditions": conditions}}


def target(host, scope="host", network=LAN, pod_name="", nic="eth0", **more):
    name = f"{host}-{scope}-{network}-{pod_name}"
    return {
        "host": host,
        "scope": scope,
        "pod": pod_name,
        "network": network,
        "nic": nic,
        "domain_id": 0,
        "address": f"10.0.0.{sum(map(ord, name)) % 250}-{name}",
        "guid_prefix": name,
        "port": 40000,
        "heard": [],
        "malformed": 0,
        "first_malformed": "",
        "forgotten": 0,
        "errors": [],
        **more,
    }


def heard(prefix, **more):
    return {
        "guid_prefix": prefix,
        "vendor": "rosfleet probe",
        "vendor_id": "01.ff",
        "name": "",
        "address": "",
        "ttl": 1,
        "locators": [],
        "lease_s": 10.0,
        "domain_id": 0,
        "domain_tag": "",
        "host_claimed": "",
        "process_claimed": "",
        "translated": False,
        "first_heard_s": 0.1,
        "paths": ["multicast"],
        **more,
    }


def listen(targets, deaf=()):
    """Let all targets of one network and scope hear each other, except the pairs (from, to) of hosts in `deaf`."""
    for one in targets:
        for other in targets:
            group = [(each["network"], each["scope"], each["domain_id"]) for each in (one, other)]
            if one is not other and group[0] == group[1] and (one["host"], other["host"]) not in deaf:
                one["heard"].append(heard(other["guid_prefix"]))


def hosts(targets, began="2026-11-21T07:00:00.000Z", **results):
    """What probes.gather returns; `results` overrides the whole result of a host."""
    names = list(dict.fromkeys([*(each["host"] for each in targets), *results]))
    return {
        host: {
            "node": host,
            "image": "lab/pause:3.10",
            "refused": {},
            "targets": [
                {key: each[key] for key in ("scope", "network", "nic", "domain_id", "pod")}
                for each in targets
                if each["host"] == host
            ],
            "result": results.get(host)
            or {
                "began": began,
                "elapsed_s": 5.0,
                "domain_id": 0,
                "targets": [each for each in targets if each["host"] == host],
            },
        }
        for host in names
    }


def evidence(targets=(), **more):
    base = {
        "networks": [{"name": name} for name in more.get("domains", {LAN: [0]})],
        "domains": {LAN: [0]},
        "absent": [],
        "failed": [],
        "not_asked": [],
        "outsiders": [],
        "hosts": hosts(list(targets)),
        "pods": [],
        "planned": [],
        "events": [],
        "workloads": [LISTENER],
        "samples": [SAMPLE],
        "left_behind": "",
        "ask_endpoints": True,
    }
    return {**base, **more}


def healthy(*names):
    """Hosts and their probe pods: everybody hears everybody on the LAN, nobody on the cluster's network."""
    made = []
    for host in names:
        made += [
            target(host),
            target(host, "pod", LAN, f"rosfleet/probe-{host}", "ros0"),
            target(host, "pod", CONTROL, f"rosfleet/probe-{host}"),
        ]
    listen([each for each in made if each["network"] == LAN])
    return made


def placed(host, address, *, nics=(), stale=(), **more):
    """A host's or pod's target with its address on the LAN, as its namespace shows it; further `nics` and `stale` programs."""
    own = {"nic": "eth0", "kind": "", "index": 2, "link": 0, "addresses": [address], **more.pop("own_nic", {})}
    known = {"nics": [{**own, "nic": more.get("nic", "eth0")}, *nics], "stale": list(stale), "error": ""}
    return target(host, address=address.split("/")[0], addresses=known, **more)


def codes_of(report):
    return [each["code"] for each in report["diagnoses"]]
