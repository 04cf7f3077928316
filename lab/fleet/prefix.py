# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all names begin with that the lab shares with whatever else runs on the machine: namespaces, control groups.

Two checkouts can run a lab each when one of them sets ``$ROSFLEET_LAB_PREFIX``; their LANs never meet.
"""

from __future__ import annotations

import os

PREFIX = os.environ.get("ROSFLEET_LAB_PREFIX", "rfl") + "-"
