# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The snap's hooks. Each module has ``run()``, which returns an exit status."""

from __future__ import annotations

import importlib


def main(name: str) -> int:
    """Run one hook by its name."""
    return importlib.import_module(f"{__name__}.{name.replace('-', '_')}").run()
