# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The question to a Fast DDS discovery server, its withdrawal and what answers it. No I/O. Private to this collection.

Servers answer only clients of their own kind: of eProsima's vendor id, in a sample that names itself in a parameter of
eProsima's own. Nothing else of a real client's opening is needed.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from . import ids
from .announce import BUILTIN_ENDPOINTS, LEASE_S, VERSION, spdp_data
from .locator import Locator
from .message import Header, Message
from .parameters import pack_list

PORT = 11811  # where a server listens that was not told otherwise


@dataclass(frozen=True)
class ServerClient:
    """One probe as a client of a discovery server."""

    guid_prefix: bytes  # 12 bytes that begin with VENDOR_FAST_DDS, fresh for each question
    locator: Locator  # the question's own socket: the server answers there and nowhere else

    @property
    def guid(self) -> bytes:
        return self.guid_prefix + ids.ENTITY_PARTICIPANT

    def question(self) -> bytes:
        """DATA(p), 196 bytes."""
        parameters = [
            (ids.PID_PROTOCOL_VERSION, bytes(VERSION) + bytes(2)),
            (ids.PID_VENDOR_ID, ids.VENDOR_FAST_DDS + bytes(2)),
            (ids.PID_PARTICIPANT_GUID, self.guid),
            (ids.PID_METATRAFFIC_UNICAST_LOCATOR, self.locator.pack()),
            (ids.PID_DEFAULT_UNICAST_LOCATOR, self.locator.pack()),
            (ids.PID_LEASE_DURATION, struct.pack("<iI", LEASE_S, 0)),
            (ids.PID_BUILTIN_ENDPOINT_SET, struct.pack("<I", BUILTIN_ENDPOINTS)),
        ]
        flags = ids.FLAG_LITTLE_ENDIAN | ids.FLAG_INLINE_QOS | ids.FLAG_DATA
        return self._header() + spdp_data(flags, 1, pack_list([self._identity(1)]), pack_list(parameters))

    def withdrawal(self) -> bytes:
        """DATA(p[UD]): the server forgets the client at once; without it, it repeats its answer until the lease ends."""
        status = struct.pack(">I", ids.STATUS_DISPOSED | ids.STATUS_UNREGISTERED)
        inline_qos = pack_list([(ids.PID_KEY_HASH, self.guid), (ids.PID_STATUS_INFO, status), self._identity(2)])
        flags = ids.FLAG_LITTLE_ENDIAN | ids.FLAG_INLINE_QOS | ids.FLAG_KEY
        return self._header() + spdp_data(flags, 2, inline_qos, pack_list([(ids.PID_PARTICIPANT_GUID, self.guid)]))

    def _header(self) -> bytes:
        return Header(VERSION, ids.VENDOR_FAST_DDS, self.guid_prefix).pack()

    def _identity(self, sequence: int) -> tuple[int, bytes]:
        writer = self.guid_prefix + ids.SPDP_WRITER
        return ids.PID_FAST_DDS_SAMPLE_IDENTITY, writer + struct.pack("<iI", 0, sequence)


def is_from_server(message: Message) -> bool:
    """Whether a discovery server sent it: its SPDP writer is reliable, that of a plain participant beats no heart."""
    return any(
        submessage.kind == ids.HEARTBEAT and submessage.body[4:8] == ids.SPDP_WRITER
        for submessage in message.submessages
    )
