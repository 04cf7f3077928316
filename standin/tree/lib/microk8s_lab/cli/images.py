# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""microk8s images import [FILE|-]"""

from __future__ import annotations

import http.client
import json
import ssl
import sys
from pathlib import Path

from microk8s_lab import kubeapi, locks, paths, texts
from microk8s_lab.agent.images import TOKEN_HEADER
from microk8s_lab.agent.join import PORT, callback_token


def run(arguments: list[str]) -> int:
    """Push an archive to the agent of every node. What fails there is said on stdout, with exit status 0."""
    if not arguments or arguments[0] != "import" or len(arguments) > 2:
        print(f"microk8s images {' '.join(arguments)} is not in the lab's stand-in", file=sys.stderr)
        return 1
    source = arguments[1] if len(arguments) == 2 else "-"
    try:
        archive = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as exc:
        print(f"Error: failed to read {source}: {exc}", file=sys.stderr)
        return 1
    if locks.held(locks.CLUSTERED):
        # The real command parses what kubectl prints on a worker as JSON.
        json.loads(texts.use_on_master("kubectl"))
    for node in kubeapi.admin(paths.data("certs")).get("/api/v1/nodes")["items"]:
        _push(f"{kubeapi.internal_address(node)}:{PORT}", archive)
    return 0


def _push(endpoint: str, archive: bytes) -> None:
    print(f"Pushing OCI images to {endpoint}", flush=True)
    # As in MicroK8s: the agents' certificates are not verified.
    connection = http.client.HTTPSConnection(endpoint, context=ssl._create_unverified_context())
    try:
        headers = {TOKEN_HEADER: callback_token()}
        connection.request("POST", "/cluster/api/v2.0/image/import", archive, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
    except (OSError, http.client.HTTPException) as exc:
        print(f"Failed to reach {endpoint}: {exc}")
        return
    if answer.status != 200:
        print(f"Failed to import images on {endpoint}: {text}")
