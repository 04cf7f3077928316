# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the snap's programs are called."""

from __future__ import annotations

import os
from collections.abc import Mapping

from microk8s_lab import argsfile, paths

_SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def environment(name: str = "", **more: str) -> dict[str, str]:
    """The environment of a program: this one's, the snap's programs first on PATH, and what ``args/NAME-env`` adds."""
    added = argsfile.variables(_text(f"{name}-env")) if name else {}
    return {**os.environ, "PATH": f"{paths.snap('bin')}:{_SYSTEM_PATH}", **added, **more}


def _text(name: str) -> str:
    path = paths.data("args", name)
    return path.read_text() if path.exists() else ""


def arguments(name: str, variables: Mapping[str, str] | None = None) -> list[str]:
    """The arguments in ``args/NAME``."""
    return argsfile.arguments(paths.data("args", name).read_text(), {**os.environ, **(variables or {})})
