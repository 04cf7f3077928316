# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to do instead of the keys that people bring to ros_workloads from compose files and Kubernetes manifests, and to
ros_discovery_servers.

Private to this collection. Pure.
"""

from __future__ import annotations

_ROLE_DOES = "take it out: "
# What a workload cannot have today is run beside the cluster, where the host has it.
_BESIDE = "take it out; what needs it runs on the host beside MicroK8s, as a service of systemd or with Docker"

_BY_WHAT_TO_DO = {
    f"{_BESIDE}: workloads get no devices of the host yet": ("devices", "device_cgroup_rules", "group_add"),
    f"{_BESIDE}: workloads get no GPU yet": ("gpus", "deploy", "runtime", "runtimeClassName"),
    f"{_BESIDE}: workloads have no rights on the host": (
        "privileged",
        "cap_add",
        "cap_drop",
        "security_opt",
        "securityContext",
    ),
    "take it out, and put the files into the image: workloads get no folders of the host yet": (
        *("volumes", "volumeMounts", "tmpfs", "configs", "secrets"),
    ),
    f"{_ROLE_DOES}a pod has 64 MiB of /dev/shm and this cannot be changed yet; ROS in pods talks over UDP, without it": (
        *("shm_size", "ipc"),
    ),
    f"{_ROLE_DOES}workloads are not limited, and share the host as any other program does": (
        *("resources", "mem_limit", "mem_reservation", "cpus", "cpuset", "cpu_shares", "ulimits"),
    ),
    f"{_ROLE_DOES}each workload has its own address on the LAN, as ros0, so that it needs neither the host's network nor "
    "ports; write lan: NAME for another LAN than the first of ros_lan_networks": (
        *("network_mode", "networks", "network", "hostNetwork", "ports", "expose", "lans"),
    ),
    f"{_ROLE_DOES}all ROS traffic is on the LAN's NIC ros0; names of the fleet's hosts are not needed for ROS": (
        *("extra_hosts", "dns", "hostname", "links"),
    ),
    f"{_ROLE_DOES}a workload that ends is always started again, also after the host was": ("restart", "restartPolicy"),
    f"{_ROLE_DOES}all workloads start at the same time, and ROS finds who comes later": ("depends_on",),
    f"{_ROLE_DOES}there is one of it on each host of hosts": ("replicas", "scale", "nodeSelector"),
    "take it out and write expect_log, the line of the log by which verify knows that it works": (
        *("healthcheck", "livenessProbe", "readinessProbe"),
    ),
    "write name": ("container_name", "service"),
    "write env: {NAME: value}": ("environment", "env_file", "envFrom"),
    "build the image beforehand and name it under image": ("build", "dockerfile"),
    f"{_ROLE_DOES}an image is pulled only where the host does not have it": ("pull_policy", "imagePullPolicy"),
    "write a list of inventory names under hosts": ("host", "node", "nodes", "nodeName"),
    "write each container as a workload of its own, with image and command": (
        "containers",
        "services",
        "initContainers",
    ),
    "write domain_id": ("ROS_DOMAIN_ID", "ros_domain_id", "domain"),
    "write rmw: cyclonedds or rmw: fastrtps": ("RMW_IMPLEMENTATION", "rmw_implementation", "middleware"),
    "write it into command, as bash -c 'cd FOLDER && …'": ("working_dir", "workingDir"),
    f"{_ROLE_DOES}logs are kept by Kubernetes: microk8s kubectl logs -n ros POD": ("logging", "tty", "stdin_open"),
    f"{_ROLE_DOES}a workload runs as the user that its image names": ("user", "userns_mode"),
}

# {key: what to do instead}; `lan` is a key of ours that people give several values.
ADVICE = {
    **{key: advice for advice, keys in _BY_WHAT_TO_DO.items() for key in keys},
    "lan": "A workload is on one LAN, several are not supported yet: another workload can be on the other",
}

# The same for ros_discovery_servers. YAML reads a bare `on` as true.
_EACH = "write each_host: true for a server on every host"
SERVER_ADVICE = {
    "on": _EACH,
    "True": _EACH,
    "address": "take it out: each has one of the LAN's fixed addresses, and keeps it",
}
