# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What this collection knows of MicroK8s: its files, texts, exit codes and traps. Private, may change at any time.

Nothing outside this package knows a path of MicroK8s or reads a text it prints (design: "who knows what").
"""

from __future__ import annotations
