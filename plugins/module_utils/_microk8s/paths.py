# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where MicroK8s keeps things on a host. PRIVATE, may change at any time."""

from __future__ import annotations

COMMAND = "/snap/bin/microk8s"
SNAP = "/snap/microk8s/current"
SNAP_ALL_DATA = "/var/snap/microk8s"
SNAP_DATA = SNAP_ALL_DATA + "/current"

API_PORT = 16443

KUBECTL = SNAP + "/kubectl"
KUBELET_CONFIG = SNAP_DATA + "/credentials/kubelet.config"
ADMIN_CONFIG = SNAP_DATA + "/credentials/client.config"
SERVER_CERTIFICATE = SNAP_DATA + "/certs/server.crt"
CLUSTER_TOKENS = SNAP_DATA + "/credentials/cluster-tokens.txt"
# What the agent derives from a token for a worker's requests of certificates.
REQUEST_TOKENS = SNAP_DATA + "/credentials/certs-request-tokens.txt"
# Checksums of the tokens that this collection minted here.
MINTED_TOKENS = "/var/lib/rosfleet/minted-tokens"
ARGUMENTS = SNAP_DATA + "/args"
REGISTRIES = ARGUMENTS + "/certs.d"
# MicroK8s reads a launch configuration when it is installed, from the first of three places: this one.
LAUNCH_CONFIG = "/etc/microk8s.yaml"
JOIN_IN_PROGRESS = SNAP_DATA + "/var/lock/join-in-progress"
MULTUS_ADDON = SNAP + "/addons/community/addons/multus/multus.yaml"
