# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Launch configurations: what a node is to be like, said in a file before or after the installation."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from microk8s_lab import argsfile, certificates, files, paths, services

# In MicroK8s' order: the first that is there replaces all others, the snap's own default among them.
PLACES = ("/etc/microk8s.yaml", "/root/snap/microk8s/common/.microk8s.yaml", "/var/snap/microk8s/common/.microk8s.yaml")
VERSIONS = ("0.1.0", "0.2.0")
DNS = {"--cluster-dns": "10.152.183.10", "--cluster-domain": "cluster.local"}  # what `enable dns` adds to the kubelet
# File of arguments and, with -env, of environment, and the service that reads it.
_FILES = {
    "Kubelet": ("kubelet", "kubelite"),
    "KubeAPIServer": ("kube-apiserver", "kubelite"),
    "KubeProxy": ("kube-proxy", "kubelite"),
    "KubeControllerManager": ("kube-controller-manager", "kubelite"),
    "KubeScheduler": ("kube-scheduler", "kubelite"),
    "Kubelite": ("kubelite", "kubelite"),
    "Containerd": ("containerd", "containerd"),
    "Dqlite": ("k8s-dqlite", "k8s-dqlite"),
    "MicroK8sClusterAgent": ("cluster-agent", "cluster-agent"),
    "MicroK8sAPIServerProxy": ("apiserver-proxy", "apiserver-proxy"),
}
# Keys of MicroK8s that nothing here applies.
_ELSEWHERE = (
    "addonRepositories", "persistentClusterToken", "join", "extraCNIEnv", "extraFIPSEnv", "extraEtcdArgs",
    "extraEtcdEnv", "extraFlanneldArgs", "extraFlanneldEnv",
)  # fmt: skip


class InvalidLaunch(ValueError):
    """A text that is no launch configuration, or asks for what is not in the lab."""


def given() -> str:
    """The text to install by."""
    found = next((path for path in map(Path, PLACES) if path.exists()), paths.snap("microk8s.default.yaml"))
    return found.read_text()


def parse(text: str) -> list[dict[str, Any]]:
    """The parts (YAML documents) of a launch configuration; raises InvalidLaunch. Unknown keys are ignored."""
    try:
        parts = [part for part in yaml.safe_load_all(text) if part is not None]
    except yaml.YAMLError as exc:
        raise InvalidLaunch(f"failed to parse the launch configuration: {exc}") from exc
    for part in parts:
        if not isinstance(part, dict) or str(part.get("version")) not in VERSIONS:
            raise InvalidLaunch(f"a part of the launch configuration has no version of {', '.join(VERSIONS)}")
        absent = [key for key in _ELSEWHERE if part.get(key)]
        if absent:
            raise InvalidLaunch(f"{', '.join(absent)} of a launch configuration is not in the lab's stand-in")
    return parts


def changes(part: Mapping[str, Any], read: Mapping[str, str]) -> dict[str, str]:
    """The files below args/ that a part changes, with their new text; ``read`` are those that are there."""
    fresh: dict[str, str] = {}

    def text_of(name: str) -> str:
        return fresh.get(name, read.get(name, ""))

    if any(addon.get("name") == "dns" and not addon.get("disable") for addon in part.get("addons") or ()):
        fresh["kubelet"] = _with_arguments(text_of("kubelet"), DNS)
    fresh |= part.get("extraConfigFiles") or {}
    for key, (name, _service) in _FILES.items():
        arguments, environment = part.get(f"extra{key}Args"), part.get(f"extra{key}Env")
        if arguments:
            fresh[name] = _with_arguments(text_of(name), arguments)
        if environment:
            fresh[f"{name}-env"] = _with_arguments(text_of(f"{name}-env"), environment)
    for registry, text in (part.get("containerdRegistryConfigs") or {}).items():
        fresh[f"certs.d/{registry}/hosts.toml"] = text
    return {name: text for name, text in fresh.items() if text != read.get(name)}


def services_of(changed: Mapping[str, str]) -> list[str]:
    """The services that have to start anew to see changed files: none for registries, which are read each time."""
    readers = {variant: service for name, service in _FILES.values() for variant in (name, f"{name}-env")}
    return sorted({readers[name] for name in changed if name in readers})


def apply(text: str, running: bool) -> None:
    """Do what a launch configuration asks for; services that have to see it start anew where they run already."""
    args = paths.data("args")
    for part in parse(text):
        read = {str(path.relative_to(args)): path.read_text() for path in args.rglob("*") if path.is_file()}
        changed = changes(part, read)
        for name, content in changed.items():
            (args / name).parent.mkdir(parents=True, exist_ok=True)
            files.write(args / name, content)
        fresh = certificates.add_names(part.get("extraSANs") or ())
        if running and fresh:
            certificates.create_server()
        restart = {*services_of(changed), *(("kubelite", "cluster-agent") if fresh else ())}
        if running and restart:
            services.control("restart", *sorted(restart))


def apply_pending() -> None:
    """Apply each ``common/etc/launcher/*.yaml`` and rename it to ``*.yaml.applied``; one that cannot be stays."""
    for path in sorted(paths.common("etc", "launcher").glob("*.yaml")):
        try:
            apply(path.read_text(), running=True)
        except InvalidLaunch as exc:
            print(f"{path}: {exc}")
        else:
            path.rename(f"{path}.applied")


def _with_arguments(text: str, arguments: Mapping[str, Any]) -> str:
    for key, value in arguments.items():
        text = argsfile.changed(text, key, None if value is None else str(value))
    return text
