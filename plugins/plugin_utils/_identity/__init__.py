# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names, clones and clocks of a fleet, on the controller: who shares what with whom, what cures it, what is due where.

Private to this collection. Pure.
"""
