# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A worker's way to the API servers: a TCP proxy on port 16443 whose list of servers follows the cluster."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path

from microk8s_lab import files, kubeapi, locks, paths, yamlish
from microk8s_lab.daemons import programs, streams

PORT = 16443
SLICE = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes"


def run() -> int:
    """Serve until stopped; returns 0 at once on a control plane."""
    if locks.held(locks.NO_APISERVER_PROXY):
        print("This node runs an API server: no proxy is needed.")
        return 0
    options = dict(word.removeprefix("--").split("=", 1) for word in programs.arguments("apiserver-proxy"))
    asyncio.run(_serve(Path(options["traefik-config"]), float(options["refresh-interval"].removesuffix("s"))))
    return 0


class Servers:
    """The API servers, taken in turn."""

    def __init__(self, provider: Path) -> None:
        self._provider = provider
        self._turn = itertools.count()
        self.addresses = yamlish.provider_servers(provider.read_text())

    def in_turn(self) -> list[str]:
        """All of them, beginning with the next one."""
        start = next(self._turn) % max(len(self.addresses), 1)
        return self.addresses[start:] + self.addresses[:start]

    def refresh(self) -> None:
        """Ask the cluster for its API servers; keep the old list when it does not answer."""
        certs = paths.data("certs")
        api = kubeapi.Api(certs / "ca.remote.crt", certs / "kubelet.crt", certs / "kubelet.key", timeout=10)
        try:
            found = addresses(api.get(SLICE))
        except kubeapi.ApiError as exc:
            print(f"Failed to refresh the list of API servers: {exc}")
            return
        if found and found != self.addresses:
            print(f"API servers: {', '.join(found)}")
            template = paths.data("args", "traefik", "provider-template.yaml").read_text()
            files.write(self._provider, yamlish.provider_yaml(template, found))
            self.addresses = found


def addresses(endpoint_slice: dict) -> list[str]:
    """``ADDRESS:PORT`` of every endpoint of an EndpointSlice, sorted."""
    port = endpoint_slice["ports"][0]["port"]
    found = {address for endpoint in endpoint_slice.get("endpoints") or () for address in endpoint["addresses"]}
    return sorted(f"{address}:{port}" for address in found)


async def _serve(provider: Path, interval: float) -> None:
    servers = Servers(provider)
    server = await asyncio.start_server(lambda *pair: _relay(servers, *pair), "0.0.0.0", PORT)
    async with server:
        # An interval of 0 means that the list is the user's.
        while interval > 0:
            await asyncio.sleep(interval)
            await asyncio.to_thread(servers.refresh)
        await server.serve_forever()


async def _relay(servers: Servers, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await streams.join((reader, writer), await streams.connect(servers.in_turn()))
