# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way of a control plane without a vote to the database: its socket, relayed to a member that has one."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Callable
from pathlib import Path

from microk8s_lab import etcd
from microk8s_lab.daemons import streams


def start(path: Path, pair: tuple[Path, Path], hosts: Callable[[], list[str]]) -> None:
    """Relay what connects to the socket ``path`` to the first of ``hosts()`` that takes it, in a thread, for ever."""
    path.unlink(missing_ok=True)
    context = etcd.tls(pair)
    # etcd takes gRPC only from those who announce HTTP/2.
    context.set_alpn_protocols(["h2"])
    threading.Thread(target=lambda: asyncio.run(_serve(path, context, hosts)), daemon=True).start()


async def _serve(path: Path, context: ssl.SSLContext, hosts: Callable[[], list[str]]) -> None:
    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream = await streams.connect([f"{host}:{etcd.PORT}" for host in hosts()], ssl=context)
        await streams.join((reader, writer), upstream)

    server = await asyncio.start_unix_server(relay, path)
    await server.serve_forever()
