"""What modules answer: a small model of MicroK8s and of hosts, enough for roles to go their whole way.

Each answer is `(world, host, params, check) -> result`, and changes the world as the module would have, but not in check
mode. Results have the keys of the modules' RETURN.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Callable

from . import api, state

TOKEN = "d0e5ec7e70c3a11ed" * 2  # never to be seen in any output
CA_KEY = "Q0EtS0VZLW5ldmVyLXRvLWJlLXNlZW4tYnktYW55Ym9keQ=="
CLIENT_KEY = "Q0xJRU5ULUtFWS1uZXZlci10by1iZS1zZWVuLWJ5LWFueWJvZHk="
VERSION = "v1.35.0"
PORT_API, PORT_AGENT = 16443, 25000
UP = 0x1 | 0x1000 | 0x10000  # IFF_UP, IFF_MULTICAST, IFF_LOWER_UP


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# -- MicroK8s -----------------------------------------------------------------------------------------------------------
def database(world: dict[str, Any], cluster: str) -> list[dict[str, str]]:
    """The members of a cluster's database; a lone control plane lists itself at the loopback address."""
    hosts = [each for each in world["hosts"].values() if each["cluster"] == cluster and each["serves"]]
    if len(hosts) == 1:
        return [{"address": "127.0.0.1:19001", "role": "voter"}]
    return [{"address": f"{each['address']}:19001", "role": "voter"} for each in hosts]


def role_of(world: dict[str, Any], host: dict[str, Any]) -> str:
    if not host["installed"]:
        return "absent"
    if not host["serves"]:
        return "worker"
    return "standalone" if len(database(world, host["cluster"])) == 1 else "control_plane"


def facts(world: dict[str, Any], name: str) -> dict[str, Any]:
    """What microk8s_info tells of a host; what the model does not know is as the real state has it by default."""
    from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s import paths
    from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s import state as real

    host = world["hosts"][name]
    role, there, cluster = role_of(world, host), host["installed"], host["cluster"]
    servers = [each["address"] for each in world["hosts"].values() if each["cluster"] == cluster and each["serves"]]
    known = {}
    if there:
        known = {
            "ca_hash": digest(cluster),
            "members": database(world, cluster) if host["serves"] else [],
            "api_endpoints": [f"{address}:{PORT_API}" for address in servers] if role == "worker" else [],
            "cluster_dns": "10.152.183.10",
            "sandbox_image": "registry.example.org/pause:3.10",
            "multus_image_repository": "registry.example.org/multus-cni",
        }
    return {
        **asdict(real.State(role=role)),
        **known,
        "join_lock": paths.JOIN_IN_PROGRESS,
        "tokens_left": host["tokens"] > 0,
        "installed": there,
        "node_name": host["hostname"],
        "machine_id": host["machine_id"],
        "version": VERSION if there else "",
        "revision": "8511" if there else "",
        "channel": "1.35/stable" if there else "",
        "held": host["held"],
        "stopped": host["stopped"] == "stopped",
    }


def become_standalone(world: dict[str, Any], name: str) -> None:
    """A host with a new MicroK8s of its own: a cluster of one."""
    host = world["hosts"][name]
    host["generation"] += 1
    host.update(installed=True, serves=True, cluster=f"of {name}, {host['generation']}")
    api.add_node(world, name)


def microk8s_info(world, host, params, check):
    return {"changed": False, "microk8s": facts(world, host)}


def fit_machine() -> dict[str, Any]:
    """A machine that has all that MicroK8s needs."""
    from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s import machine

    fit = machine.Machine(
        default_route_nics=("eth0",), memory_mib=8000, disk_free_mib=50000, inotify_instances=8192, inotify_watches=524288,
        memory_cgroup=True,
    )  # fmt: skip
    return asdict(fit)


def microk8s_snap(world, host, params, check):
    known = world["hosts"][host]
    due = params["state"] == "held" and not (known["installed"] and known["held"])
    told = {}
    if due and not check:
        new, known["held"] = not known["installed"], True
        if new:
            become_standalone(world, host)
            told = {"seen": seen_of_microk8s(world, host)}
    return {"changed": due, **told}


def microk8s_kubeconfig(world, host, params, check):
    if not world["hosts"][host]["installed"]:
        return {"changed": False, "kubeconfig": "", "server_certificate": ""}
    text = (
        "apiVersion: v1\nkind: Config\nclusters:\n- cluster:\n    certificate-authority-data: Q0E=\n"
        f"    server: https://{params['address']}:{PORT_API}\n  name: microk8s-cluster\nusers:\n- name: admin\n  user:\n"
        f"    client-key-data: {CLIENT_KEY}\n"
    )
    return {"changed": False, "kubeconfig": text, "server_certificate": "-----BEGIN CERTIFICATE-----\n"}


def microk8s_token(world, host, params, check):
    known = world["hosts"][host]
    if params["state"] == "present":
        if check:
            return {"changed": True, "url": ""}
        known["tokens"] += 1
        return {"changed": True, "url": f"{params['address']}:{PORT_AGENT}/{TOKEN}/0123456789ab"}
    due = known["tokens"] > 0
    if not check:
        known["tokens"] = 0
    return {"changed": due}


def microk8s_member(world, host, params, check):
    known, role = world["hosts"][host], params["state"]
    if role == "standalone":
        due = role_of(world, known) in ("worker", "control_plane")
        if due and not check:
            become_standalone(world, host)
        return {"changed": due}
    if role_of(world, known) == role and facts(world, host)["ca_hash"] == params["ca_hash"] and not params["rejoin"]:
        return {"changed": False, "seen": seen_of_microk8s(world, host)}
    if check:
        return {"changed": True}
    seed = next(each for each in world["hosts"].values() if each["address"] == params["url"].partition(":")[0])
    if not seed["tokens"]:
        return {"failed": True, "msg": f"The join failed: the token is not known. microk8s said: {params['url']}"}
    api.forget_node(world, host)
    known.update(installed=True, serves=role == "control_plane", cluster=seed["cluster"])
    api.add_node(world, host)
    return {"changed": True, "seen": seen_of_microk8s(world, host)}


def seen_of_microk8s(world: dict[str, Any], host: str) -> dict[str, Any]:
    """The parts of a look that an installation and a join make others."""
    from ansible_collections.rosfleet.cluster.plugins.module_utils._look import ATTACHMENTS, CNI

    seen = fleet_look(world, host, {"attachments_dir": ATTACHMENTS, "cni_dir": CNI, "ready_within": 0}, False)
    return {part: seen[part] for part in ("microk8s", "arguments", "mirrors", "snapd", "multus")}


def microk8s_remove_node(world, host, params, check):
    cluster = world["hosts"][host]["cluster"]
    objects = world["api"][cluster]
    due = [each for each in objects if each["kind"] == "Node" and each["metadata"]["name"] == params["name"]]
    if not check:
        world["api"][cluster] = [
            each for each in objects if each not in due and each.get("spec", {}).get("nodeName") != params["name"]
        ]
        for each in world["hosts"].values():  # the database forgets it as well
            if (
                each["address"] in params["addresses"]
                and each["cluster"] == cluster
                and each is not world["hosts"][host]
            ):
                each["cluster"] += " (removed)"
    return {"changed": bool(due)}


def microk8s_ha_info(world, host, params, check):
    members = database(world, world["hosts"][host]["cluster"])
    rows = [{"address": each["address"].partition(":")[0], "role": each["role"]} for each in members]
    return {
        "changed": False,
        "ha": {"running": True, "problem": "", "members": rows, "highly_available": len(rows) > 2},
    }


def microk8s_running(world, host, params, check):
    known = world["hosts"][host]
    due = known["installed"] and known["stopped"] != ""
    if due and check:
        return {"changed": True}
    known["stopped"] = ""
    if not params["ready"]:
        return {"changed": due}
    if not known["installed"]:
        return {"failed": True, "msg": f"Node {known['hostname']} was not ready after 0 s: there is no MicroK8s"}
    node = {"name": known["hostname"], "ready": True, "machine_id": known["machine_id"], "address": known["address"]}
    return {"changed": due, "node": {**node, "reason": ""}, "elapsed_s": 0.0}


def microk8s_arguments(world, host, params, check):
    known = world["hosts"][host]
    wanted = {key: params[key] for key in ("kubelet", "apiserver", "containerd_env") if params[key]}
    due = any(known["arguments"].get(key) != value for key, value in wanted.items())
    domain = params["failure_domain"] or known["failure_domain"]
    due = due or domain != known["failure_domain"]
    if due and not check:
        known["arguments"].update(wanted)
        known["failure_domain"] = domain
    return {"changed": due, "restarted": ["microk8s.daemon-kubelite"] if due and not check else []}


def microk8s_purge(world, host, params, check):
    known = world["hosts"][host]
    due = known["installed"]
    if due and not check:
        known.update(installed=False, serves=False, held=False, cluster="")
    return {"changed": due}


def microk8s_image(world, host, params, check):
    """Asked first which archives are missing; then each is brought, which is its import."""
    known = world["hosts"][host]
    missing = [src for src, checksum in zip(params["src"], params["checksums"]) if checksum not in known["images"]]
    if params.get("path") and not check:
        known["images"] += params["checksums"]
        missing = []
    images = {Path(src).name: "sha256:" + digest(src) for src in params["src"] if src not in missing}
    return {"changed": bool(params.get("path")), "images": images, "missing": missing}


# -- hosts --------------------------------------------------------------------------------------------------------------
def identity_info(world, host, params, check):
    known = world["hosts"][host]
    nics = [
        {"name": nic, "mac": mac(host, nic), "physical": True, "addresses": list(a)} for nic, a in known["nics"].items()
    ]
    return {
        "changed": False,
        "identity": {
            "hostname": {"kernel": known["hostname"], "static": known["hostname"], "pretty": ""},
            "machine_id": known["machine_id"],
            "product_uuid": "",
            "boot_id": digest(host + " boot"),
            "nics": nics,
            "default_routes": [{"nic": "eth0", "gateway": "192.168.8.1", "source": known["address"]}],
            "ssh_host_keys": [
                {
                    "type": "ssh-ed25519",
                    "fingerprint": "SHA256:" + digest(host)[:43],
                    "public": "ssh-ed25519 " + digest(host),
                    "path": "/etc/ssh/ssh_host_ed25519_key.pub",
                }
            ],
            "cloud_init": {
                "present": False,
                "preserve_hostname": None,
                "manage_etc_hosts": None,
                "decided_by": "",
                "rewrites": [],
            },
            "hostnamed": True,
            "resolver": {
                "hosts_order": ["files", "dns"],
                "resolved": False,
                "networkmanager": False,
                "search": [],
                "hosts_file": "/etc/hosts",
            },
            "distribution": {"id": "ubuntu", "version": "24.04", "name": "Ubuntu 24.04"},
            "python": "3.12.3",
            "time": {"service": "chrony", "synchronized": True, "epoch": time.time()},
        },
    }


def mac(host: str, nic: str) -> str:
    number = digest(host + nic)
    return "02:" + ":".join(number[at : at + 2] for at in range(0, 10, 2))


def identity_regenerate(world, host, params, check):
    known = world["hosts"][host]
    return {"changed": False, "regenerated": [], "machine_id": known["machine_id"], "ssh_host_keys": [], "notes": []}


def identity_proof(world, host, params, check):
    return {"changed": False, "failures": [], "resolved": len(params["fleet"]), "reached": len(params["fleet"]) - 1}


def identity_search_domain(world, host, params, check):
    return {"changed": False, "owner": "", "message": ""}


def fleet_look(world, host, params, check):
    """All that the world knows of a host, in one look; what is a file of the host is read from it."""
    from ansible_collections.rosfleet.cluster.plugins.module_utils._files import Files

    if params["ready_within"] and not world["hosts"][host]["installed"]:
        return microk8s_running(world, host, {"ready": True}, check)
    files = Files(str(state.root_of(host)))
    record = {each: {f"image of {each}": "sha256:1"} for each in world["hosts"][host]["images"]}
    there, stopped = (world["hosts"][host][key] for key in ("installed", "stopped"))
    return {
        **identity_info(world, host, params, check),
        "microk8s": facts(world, host),
        "machine": {**fit_machine(), **world["hosts"][host]["machine"]},
        "nics": nics(world, host),
        "snapd": {"busy": [], "services": ["daemon-kubelite"] if there and not stopped else []},
        "cloud_init_hold": {"due": False, "notes": []},
        "laid_down": {
            "hosts_file": files.exact_text("/etc/hosts"),
            "local_facts": files.exact_text("/etc/ansible/facts.d/rosfleet.fact"),
            "launch_config": files.exists("/etc/microk8s.yaml"),
        },
        "arguments": argument_texts(world["hosts"][host]),
        "mirrors": {},
        "images": {
            "record": record,
            "there": {name: digest for each in record.values() for name, digest in each.items()},
        },
        "attachments": attachments(host, params["attachments_dir"]),
        "multus": multus(host, params["cni_dir"]),
    }


def argument_texts(known: dict[str, Any]) -> dict[str, Any]:
    """The files of arguments, with what was set in them; a kubelet's begins with the argument that MicroK8s gives it."""
    if not known["installed"]:
        return {"kubelet": "", "apiserver": "", "proxy": "", "restart_due": []}
    given = {
        "kubelet": {"--cluster-domain": "cluster.local", "--cluster-dns": "10.152.183.10"},
        "apiserver": {"--service-cluster-ip-range": "10.152.183.0/24"},
        "proxy": {"--cluster-cidr": "10.1.0.0/16"},
    }
    texts = {
        name: "".join(f"{key}={value}\n" for key, value in {**own, **known["arguments"].get(name, {})}.items())
        for name, own in given.items()
    }
    return {**texts, "restart_due": []}


def nics(world: dict[str, Any], host: str) -> list[dict[str, Any]]:
    from ansible_collections.rosfleet.cluster.plugins.module_utils import _nics

    return [
        _nics.describe(
            _nics.Nic(index=at + 2, name=name, mac=mac(host, name), mtu=1500, flags=UP, addresses=tuple(addresses))
        )
        for at, (name, addresses) in enumerate(world["hosts"][host]["nics"].items())
    ]


def multus(host: str, folder: str) -> dict[str, Any]:
    return {"written": (state.root_of(host) / folder.lstrip("/") / "00-multus.conf").exists(), "stale": ""}


def ros_lan_info(world, host, params, check):
    """Roles ask it only into which networks the pods have come."""
    return {"changed": False, "pods": {uid: ["lo", "eth0", "ros0"] for uid in params["pods"]}}


def ros_lan_multus_wait(world, host, params, check):
    return {"changed": False, **multus(host, params["directory"])}


def identity_chrony(world, host, params, check):
    return {"changed": False, "service": "chrony"}


def attachments(host: str, folder: str) -> list[dict[str, Any]]:
    root = state.root_of(host)
    files = sorted((root / folder.lstrip("/")).glob("*.conf*"))
    return [
        {"file": f"{folder}/{each.name}", "name": each.stem, "owned": True, "text": each.read_text(), "error": ""}
        for each in files
    ]


# -- DDS ----------------------------------------------------------------------------------------------------------------
def prefix(host: str, scope: str, network: str, pod: str) -> str:
    return digest(f"{host} {scope} {network} {pod}")[:24]


def dds_probe(world, host, params, check):
    """Everybody hears everybody on a LAN, but those that `deaf: [[host, other], …]` of the world keep apart."""
    others = [
        (name, "host", network, "")
        for name, each in world["hosts"].items()
        if each["is"] == "present" and name != host
        for network in {target["network"] for target in params["targets"] if target["scope"] == "host"}
    ]
    return {
        "changed": False,
        "began": datetime.now(timezone.utc).isoformat(timespec="milliseconds"),
        "elapsed_s": 5.0,
        "domain_id": params["domain_id"],
        "evidence": _recorded(host, params["evidence"]),
        "targets": [_target(world, host, target, others) for target in params["targets"]],
    }


def _recorded(host, path):
    """A file on the host, as the probe records one there."""
    if path is None:
        return None
    file = state.root_of(host) / path.lstrip("/")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"what {host} has seen")
    return {"path": path, "packets": 7, "left_out": 0, "errors": []}


def _target(world, host, target, others):
    pods = api.probed_pods(world)
    around = others + [(name, "pod", network, pod) for name, network, pod in pods if pod != target.get("pod")]
    heard = [
        (name, prefix(name, scope, network, pod))
        for name, scope, network, pod in around
        if network == target["network"] and scope == target["scope"] and [host, name] not in world["deaf"]
        if network != "cluster-network" or name == host
    ]
    return {
        "host": host,
        "scope": target["scope"],
        "pod": target.get("pod") or "",
        "network": target["network"],
        "nic": target["nic"],
        "address": world["hosts"][host]["address"] if target["scope"] == "host" else f"of {target['pod']}",
        "domain_id": target["domain_id"],
        "guid_prefix": prefix(host, target["scope"], target["network"], target.get("pod") or ""),
        "port": 7412,
        "malformed": 0,
        "first_malformed": "",
        "forgotten": 0,
        "dropped": 0,
        "errors": [],
        "heard": [
            {
                "guid_prefix": guid,
                "vendor": "rosfleet",
                "vendor_id": "01.10",
                "name": "probe",
                "address": world["hosts"][name]["address"],
                "ttl": 1,
                "locators": [],
                "lease_s": 20.0,
                "domain_id": 0,
                "domain_tag": "",
                "host_claimed": name,
                "process_claimed": "",
                "translated": False,
                "departed": False,
                "same_run": True,
                "first_heard_s": 0.1,
                "paths": ["multicast"],
            }
            for name, guid in heard
        ],
    }


def unchanged(world, host, params, check):
    return {"changed": False}


def ping(world, host, params, check):
    return {"changed": False, "ping": "pong"}


def wait_for(world, host, params, check):
    """The API's port, the only one that is waited for; where it is filtered nothing comes back."""
    target = next((n for n, each in world["hosts"].items() if params["host"] in (each["address"], n)), "")
    there = target and world["hosts"][target]["is"] == "present" and world["hosts"][target]["port"] == "open"
    if there and world["hosts"][target]["installed"]:
        return {"changed": False, "elapsed": 0, "state": "started", "port": params["port"]}
    return {
        "failed": True,
        "elapsed": params["timeout"],
        "msg": f"Timeout when waiting for {params['host']}:{params['port']}",
    }


def microk8s_kernel(world, host, params, check):
    return {"changed": False, "restart_for": []}


Answer = Callable[[dict, str, dict, bool], dict]
ANSWERS: dict[str, Answer] = {
    "dds_probe": dds_probe,
    "identity_chrony": identity_chrony,
    "fleet_look": fleet_look,
    "identity_info": identity_info,
    "identity_proof": identity_proof,
    "identity_regenerate": identity_regenerate,
    "identity_search_domain": identity_search_domain,
    "microk8s_arguments": microk8s_arguments,
    "microk8s_ha_info": microk8s_ha_info,
    "microk8s_image": microk8s_image,
    "microk8s_info": microk8s_info,
    "microk8s_kernel": microk8s_kernel,
    "microk8s_kubeconfig": microk8s_kubeconfig,
    "microk8s_member": microk8s_member,
    "microk8s_purge": microk8s_purge,
    "microk8s_registries": unchanged,
    "microk8s_remove_node": microk8s_remove_node,
    "microk8s_running": microk8s_running,
    "microk8s_snap": microk8s_snap,
    "microk8s_token": microk8s_token,
    "ping": ping,
    "ros_lan_info": ros_lan_info,
    "ros_lan_multus_wait": ros_lan_multus_wait,
    "wait_for": wait_for,
}
