# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the agent refuses."""

from __future__ import annotations


class Refused(Exception):
    """A request that is answered with ``status`` and ``{"error": message}``; the first letter becomes a capital."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message[:1].upper() + message[1:])
        self.status = status
