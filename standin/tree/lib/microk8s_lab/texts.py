# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sentences of MicroK8s that people and programs rely on, word for word."""

from __future__ import annotations

STOPPED = "microk8s is not running, try microk8s start"
NOT_RUNNING = "microk8s is not running. Use microk8s inspect for a deeper inspection."
WORKER = "This MicroK8s deployment is acting as a node in a cluster."
NOT_IN_A_CLUSTER = "This MicroK8s deployment is not acting as a node in a cluster."
IDENTITY = (
    "Joining cluster failed. Could not verify the identity of {}. Use '--skip-verify' to skip server certificate check."
)
NO_WORKERS = "Joining process failed. Make sure the cluster you connect to supports joining worker nodes."
SUBCOMMANDS = (
    "add-node", "addons", "config", "ctr", "dashboard-proxy", "dbctl", "disable", "enable", "helm", "helm3", "images",
    "istioctl", "join", "kubectl", "leave", "linkerd", "refresh-certs", "remove-node", "reset", "start", "status",
    "stop", "version", "inspect",
)  # fmt: skip

JOINED_CONTROL_PLANE = "Successfully joined the cluster."
JOINED = """
The node has joined the cluster and will appear in the nodes list in a few seconds.

This worker node gets automatically configured with the API server endpoints.
If the API servers are behind a loadbalancer please set the '--refresh-interval' to '0s' in:
    /var/snap/microk8s/current/args/apiserver-proxy
and replace the API server endpoints with the one provided by the loadbalancer in:
    /var/snap/microk8s/current/args/traefik/provider.yaml

Successfully joined the cluster.
"""

REFRESH_ON_MASTER = f"""\
{WORKER} Please use the microk8s refresh-certs command on the master
and then return to this node to perform a microk8s leave and re-join."""

REGISTERED = """\
Removal failed. Node {} is registered with dqlite. Please, run first 'microk8s leave' on the departing node.\x20
If the node is not available anymore and will never attempt to join the cluster in the future use the '--force' flag\x20
to unregister the node while removing it."""


def insufficient_permissions(user: str) -> str:
    """What a user outside group microk8s is told."""
    return f"""\
Insufficient permissions to access MicroK8s.
You can either try again with sudo or add the user {user} to the 'microk8s' group:

    sudo usermod -a -G microk8s {user}
    sudo chown -R {user} ~/.kube

After this, reload the user groups either via a reboot or by running 'newgrp microk8s'."""


def unknown_subcommand(name: str) -> str:
    """What an unknown subcommand prints."""
    listed = "".join(f"\n\t{subcommand}" for subcommand in SUBCOMMANDS)
    return f"'{name}' is not a valid MicroK8s subcommand.\nAvailable subcommands are:{listed}"


def use_on_master(command: str) -> str:
    """What a worker says to a command that has to be run on a control plane."""
    return f"{WORKER} Please use the microk8s {command} on the master."


def joins(urls: list[str]) -> str:
    """The output of ``add-node``; the first URL is the one by the default route."""
    commands = "\n".join(f"microk8s join {url}" for url in urls)
    return f"""\
From the node you wish to join to this cluster, run the following:
microk8s join {urls[0]}

Use the '--worker' flag to join a node as a worker not running the control plane, eg:
microk8s join {urls[0]} --worker

If the node you are adding is not reachable through the default interface you can use one of the following:
{commands}"""
