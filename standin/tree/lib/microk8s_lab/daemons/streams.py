# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Streams of bytes between two connections, for the services that relay."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

CONNECT_TIMEOUT = 5.0  # seconds

Pair = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def connect(servers: Iterable[str], **options: Any) -> Pair | None:
    """A connection to the first of the servers, each ``ADDRESS:PORT``, that takes one."""
    for server in servers:
        address, _, port = server.rpartition(":")
        try:
            return await asyncio.wait_for(asyncio.open_connection(address, int(port), **options), CONNECT_TIMEOUT)
        except OSError as exc:
            print(f"{server}: {exc}")
    return None


async def join(near: Pair, far: Pair | None) -> None:
    """Copy both ways until either side ends; without a far side, close the near one."""
    if far is None:
        near[1].close()
        return
    await asyncio.gather(_copy(near[0], far[1]), _copy(far[0], near[1]))


async def _copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    try:
        while chunk := await source.read(65536):
            sink.write(chunk)
            await sink.drain()
    except OSError:
        pass  # Either side went away, which closing the other tells it.
    finally:
        sink.close()
