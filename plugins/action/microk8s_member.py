# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells for how long a host has been joining or leaving."""

from __future__ import annotations

from ..plugin_utils._long_step import LongStep


class ActionModule(LongStep):
    """Run the module of the same name."""

    def step(self):
        return "leaves its cluster" if self._task.args.get("state") == "standalone" else "joins the cluster"
