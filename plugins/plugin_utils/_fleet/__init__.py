# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is in the fleet and who of them is there, on the controller: contact, one look at each host, the address book.

Private to this collection. Pure.
"""
