"""The Kubernetes API of a scripted world: one list of objects per cluster, and controllers that are at once done.

`connect` takes the place of the client library. Which cluster is asked is said by the kubeconfig's server.
"""

from __future__ import annotations

import copy
import hashlib
import json
import re
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import yaml

from . import state

CONTROL_PLANE_LABEL = "node.kubernetes.io/microk8s-controlplane"
WORKLOAD_LABEL, HOST_LABEL = "rosfleet.io/workload", "rosfleet.io/host"
CNI = "var/snap/microk8s/current/args/cni-network"


class NoAnswer(Exception):
    """The API does not answer."""


# -- what the model of MicroK8s does to it --------------------------------------------------------------------------
def add_node(world: dict[str, Any], name: str) -> None:
    """The Node of a host in the cluster that it is in; another machine of that name is overwritten, as a kubelet does."""
    host = world["hosts"][name]
    objects = world["api"].setdefault(host["cluster"], [])
    objects[:] = [each for each in objects if (each["kind"], each["metadata"]["name"]) != ("Node", host["hostname"])]
    labels = {CONTROL_PLANE_LABEL: "microk8s-controlplane"} if host["serves"] else {}
    objects.append(
        {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {
                "name": host["hostname"],
                "uid": _uid("Node", name),
                "resourceVersion": _next_version(objects),
                "labels": labels,
                "annotations": {},
            },
            "spec": {},
            "status": {
                "conditions": [_ready(host["is"] == "present")],
                "nodeInfo": {"machineID": host["machine_id"], "kubeletVersion": "v1.35.0"},
                "addresses": [{"type": "InternalIP", "address": host["address"]}],
            },
        }
    )
    _settle(world, objects)


def _ready(there: bool) -> dict[str, str]:
    if there:
        return {"type": "Ready", "status": "True"}
    return {"type": "Ready", "status": "Unknown", "message": "Kubelet stopped posting node status."}


def forget_node(world: dict[str, Any], name: str) -> None:
    """The host is about to be in another cluster; what it was alone in is gone with it."""
    cluster = world["hosts"][name]["cluster"]
    if not any(each["cluster"] == cluster for other, each in world["hosts"].items() if other != name):
        world["api"].pop(cluster, None)


def probed_pods(world: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(host, network, namespace/name) of every pod with an interface on a LAN, and of probe pods on their own network."""
    nodes = {each["hostname"]: name for name, each in world["hosts"].items()}
    found = []
    for objects in world["api"].values():
        for pod in (each for each in objects if each["kind"] == "Pod"):
            host = nodes.get(pod["spec"].get("nodeName"))
            text = (pod["metadata"].get("annotations") or {}).get("k8s.v1.cni.cncf.io/networks", "")
            networks = [each["name"] for each in yaml.safe_load(text)] if text.startswith("[") else []
            if (pod["metadata"].get("labels") or {}).get("app.kubernetes.io/part-of") == "discovery":
                networks.append("cluster-network")
            full = f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
            found += [(host, network, full) for network in networks if host]
    return found


def _uid(*words: str) -> str:
    return hashlib.md5(" ".join(words).encode()).hexdigest()


def _settle(world: dict[str, Any], objects: list[dict[str, Any]]) -> None:
    """Bring every controller's work to its end: pods of daemon sets and deployments, and what Multus writes on hosts."""
    nodes = [each["metadata"]["name"] for each in objects if each["kind"] == "Node"]
    for each in objects:
        if each["kind"] == "CustomResourceDefinition":
            each["status"] = {"conditions": [{"type": "Established", "status": "True"}]}
    for owner in [each for each in objects if each["kind"] in ("DaemonSet", "Deployment")]:
        places = nodes if owner["kind"] == "DaemonSet" else [_place(owner, nodes)]
        for node in filter(None, places):
            _pod_of(objects, owner, node)
        if owner["kind"] == "Deployment" and _place(owner, nodes):
            counts = dict.fromkeys(("replicas", "updatedReplicas", "availableReplicas"), 1)
            owner["status"] = {"observedGeneration": owner["metadata"]["generation"], **counts}
    for pod in objects:
        if pod["kind"] == "Pod" and pod["metadata"].get("labels", {}).get("name") == "multus":
            _write_multus(world, pod["spec"]["nodeName"])


def _place(owner: dict[str, Any], nodes: list[str]) -> str | None:
    spec = owner["spec"]["template"]["spec"]
    wanted = spec.get("nodeName") or (spec.get("nodeSelector") or {}).get("kubernetes.io/hostname")
    if not wanted:
        wanted = next(iter(re.findall(r"kubernetes.io/hostname'.*?values': \['([^']+)'", str(spec))), "")
    return wanted if wanted in nodes else None


def _pod_of(objects: list[dict[str, Any]], owner: dict[str, Any], node: str) -> None:
    template, named = owner["spec"]["template"], f"{owner['metadata']['name']}-{_uid(node)[:5]}"
    if any(each["kind"] == "Pod" and each["metadata"]["name"] == named for each in objects):
        return
    objects.append(
        _running(
            {
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": {
                    **copy.deepcopy(template.get("metadata") or {}),
                    "name": named,
                    "namespace": owner["metadata"]["namespace"],
                },
                "spec": {**copy.deepcopy(template["spec"]), "nodeName": node},
            }
        )
    )


def _running(pod: dict[str, Any]) -> dict[str, Any]:
    pod["metadata"].setdefault("uid", _uid(pod["metadata"]["namespace"], pod["metadata"]["name"]))
    pod["metadata"].setdefault("resourceVersion", "1")
    pod["metadata"].setdefault("creationTimestamp", datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"))
    pod["status"] = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}
    return pod


def _write_multus(world: dict[str, Any], node: str) -> None:
    for name, host in world["hosts"].items():
        if host["hostname"] == node and host["is"] == "present":
            folder = state.root_of(name) / CNI
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "00-multus.conf").write_text("{}\n")


# -- what is asked of it --------------------------------------------------------------------------------------------
def connect(kubeconfig: str):
    """Takes the place of the collection's own connect: the client library's requests, and a world that answers them."""
    from ansible_collections.rosfleet.cluster.plugins.plugin_utils._cluster_api.transport import Response, Silent

    def request(method, path, query, body, content_type, seconds):
        began = time.time()
        check = ("dryRun", "All") in query
        with state.world() as world:
            try:
                status, said = _declared(world, method, path) or _answer(
                    world, kubeconfig, method, path, query, body, check
                )
            except NoAnswer as exc:
                status, said = 0, str(exc)
        call = {"host": state.CONTROLLER, "module": "rosfleet.cluster.api", "check": check, "ok": 200 <= status < 300}
        call["arguments"] = {"method": method, "path": path, "query": [list(pair) for pair in query]}
        state.note_call({**call, "for": "", "task": "", "began": began, "ended": time.time()})
        if not status:
            raise Silent(said)
        return Response(status, said if isinstance(said, str) else json.dumps(said))

    return request


def _declared(world: dict[str, Any], method: str, path: str) -> tuple[int, Any] | None:
    """(status, answer) that the world has for it: `{module: api, with: {method, path}, says: {status, text}}`."""
    for each in world["answers"]:
        wanted = {"method": method, "path": path, **each.get("with", {})}
        if (
            each["module"] == "api"
            and (wanted["method"], wanted["path"]) == (method, path)
            and each.get("times", 1) > 0
        ):
            if "times" in each:
                each["times"] -= 1
            return each["says"]["status"], each["says"]["text"]
    return None


def _answer(world, kubeconfig, method, path, query, body, check) -> tuple[int, Any]:
    """(status, answer) of the API server; what it cannot do is said as the real one says it."""
    objects = world["api"].setdefault(_cluster(world, kubeconfig), [])
    asked = _asked(path)
    if asked["log"]:
        return 200, "\n".join(_log(world, asked["name"]))
    there = [each for each in objects if _is_asked(each, asked, dict(query).get("labelSelector", ""))]
    if method == "GET" and not asked["name"]:
        return 200, {"kind": f"{asked['kind']}List", "items": there}
    if method == "PATCH":
        return _change(world, objects, body, check)
    if not there:
        return 404, {"kind": "Status", "message": f"{asked['kind']} {asked['name']} not found"}
    if method == "DELETE" and not check:
        _remove(objects, there)
    return 200, copy.deepcopy(there[0])


def _asked(path: str) -> dict[str, Any]:
    """{kind, namespace, name, log} of a path of the API."""
    from ansible_collections.rosfleet.cluster.plugins.plugin_utils._cluster_api.kinds import KINDS

    found = re.fullmatch(
        r"/apis?/(?P<version>v1|[^/]+/v1)(/namespaces/(?P<namespace>[^/]+)(?=/))?/(?P<plural>[^/]+)(/(?P<name>[^/]+)(?P<log>/log)?)?",
        path,
    )
    known = {(version, plural): kind for kind, (version, plural, _inside) in KINDS.items()}
    return {**found.groupdict(), "kind": known[found["version"], found["plural"]]}


def _cluster(world: dict[str, Any], kubeconfig: str) -> str:
    """The cluster whose API server the kubeconfig names, as far as it answers."""
    path = Path(kubeconfig).expanduser()
    if not path.exists():
        raise NoAnswer(f"{path} is no way to a cluster: Invalid kube-config file. No configuration found.")
    server = yaml.safe_load(path.read_text())["clusters"][0]["cluster"]["server"]
    address = server.split("://")[1].rpartition(":")[0]
    host = next((each for each in world["hosts"].values() if each["address"] == address), None)
    if host is None or host["is"] != "present" or host["port"] != "open" or not (host["installed"] and host["serves"]):
        raise NoAnswer(f"nothing comes back from {server} within 5 s: the host is off, or its port is filtered")
    planes = [each for each in world["hosts"].values() if each["cluster"] == host["cluster"] and each["serves"]]
    if 2 * sum(each["is"] == "present" for each in planes) <= len(planes):
        raise NoAnswer(f"{server} takes connections and says nothing, as it does without a quorum")
    return host["cluster"]


def _is_asked(each: dict[str, Any], asked: dict[str, Any], selector: str) -> bool:
    metadata = each["metadata"]
    labels = metadata.get("labels") or {}
    return (
        each["kind"] == asked["kind"]
        and asked["name"] in (None, metadata["name"])
        and asked["namespace"] in (None, metadata.get("namespace"))
        and all(_selected(labels, one) for one in filter(None, selector.split(",")))
    )


def _selected(labels: dict[str, str], selector: str) -> bool:
    key, equals, value = selector.partition("=")
    return labels.get(key) == value if equals else key in labels


def _log(world: dict[str, Any], pod: str) -> list[str]:
    return list(world["logs"].get(pod, world["logs"].get("*", [])))


def _change(
    world: dict[str, Any], objects: list[dict[str, Any]], wanted: dict[str, Any], check: bool
) -> tuple[int, dict[str, Any]]:
    before = _find(objects, wanted)
    after = _merged(before, wanted)
    version = wanted["metadata"].get("resourceVersion")
    if before and version not in (None, before["metadata"]["resourceVersion"]):
        return 409, {"kind": "Status", "message": f"{wanted['kind']} {wanted['metadata']['name']} was changed"}
    if before is not None and _without_status(before) == _without_status(after):
        return 200, copy.deepcopy(before)
    after["metadata"]["generation"] = (before or after)["metadata"].get("generation", 0) + 1
    after["metadata"]["resourceVersion"] = _next_version(objects)
    if not check:
        if before is None:
            objects.append(_running(after) if after["kind"] == "Pod" else after)
        else:
            before.clear()
            before.update(after)
        _settle(world, objects)
    return 200, copy.deepcopy(after)


def _next_version(objects: list[dict[str, Any]]) -> str:
    return str(1 + max((int(each["metadata"].get("resourceVersion", 0)) for each in objects), default=0))


def _find(objects: list[dict[str, Any]], wanted: dict[str, Any]) -> dict[str, Any] | None:
    def key(each):
        return each["kind"], each["metadata"].get("namespace"), each["metadata"]["name"]

    return next((each for each in objects if key(each) == key(wanted)), None)


def _merged(before: dict[str, Any] | None, wanted: Any) -> Any:
    """`wanted` over `before`, folder by folder, as an apply or a patch leaves what is not mentioned."""
    if not isinstance(wanted, dict) or not isinstance(before, dict):
        return copy.deepcopy(wanted)
    merged = {**before, **{key: _merged(before.get(key), value) for key, value in wanted.items()}}
    return copy.deepcopy({key: value for key, value in merged.items() if value is not None})


def _without_status(each: dict[str, Any]) -> dict[str, Any]:
    counters = ("generation", "uid", "resourceVersion")
    metadata = {key: value for key, value in each["metadata"].items() if key not in counters}
    return {**{key: value for key, value in each.items() if key != "status"}, "metadata": metadata}


def _remove(objects: list[dict[str, Any]], due: list[dict[str, Any]]) -> None:
    """With the pods of what makes pods."""
    owned = {each["metadata"]["name"] for each in due if each["kind"] in ("Deployment", "DaemonSet")}
    objects[:] = [
        each
        for each in objects
        if each not in due and not (each["kind"] == "Pod" and each["metadata"]["name"].rpartition("-")[0] in owned)
    ]
