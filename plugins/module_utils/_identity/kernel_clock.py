# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the kernel's clock is disciplined, by adjtimex(2). PRIVATE, may change at any time."""

from __future__ import annotations

import struct
from typing import Optional

_TIMEX_SIZE = 512  # more than struct timex has on any architecture
_HEAD = struct.Struct("@I4l")  # modes (0 only reads), offset, frequency, maximum error and estimated error in us
_LIMIT_US = 16_000_000  # the kernel counts an undisciplined clock's error up to here; timedatectl judges alike


def is_disciplined(timex: bytes) -> bool:
    """Whether something has kept the clock lately, by the maximum error in a struct timex."""
    return _HEAD.unpack_from(timex)[3] < _LIMIT_US


def clock_synchronized() -> Optional[bool]:
    """Whether something keeps this host's clock; None where it cannot be asked (no ctypes, no adjtimex)."""
    try:
        import ctypes  # no part of the smallest Python packages

        buffer = ctypes.create_string_buffer(_TIMEX_SIZE)
        if ctypes.CDLL(None, use_errno=True).adjtimex(buffer) < 0:
            return None
    except (ImportError, OSError, AttributeError):
        return None
    return is_disciplined(buffer.raw)
