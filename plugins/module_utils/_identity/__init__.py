# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What makes a host this host and no other: its names, ids, keys and how names are found. PRIVATE, may change at any time."""

from __future__ import annotations
