# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look at a host, and compare its clock with the controller's."""

from __future__ import annotations

from . import identity_info


class ActionModule(identity_info.ActionModule):
    """Run the module of the same name, and measure the clock beside it."""
