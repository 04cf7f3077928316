# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Python packages that a run needs on the controller, and the line that brings them into the Python that runs Ansible.

Private to this collection. Pure but for looking at the interpreter that it runs in.
"""

from __future__ import annotations

import sys
import sysconfig
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from shlex import quote
from typing import Iterable

from ...module_utils._finding import Finding
from .._and_list import and_list

API = "kubernetes"  # for what asks the cluster's API
ADDRESSES = "netaddr"  # for everything


@dataclass(frozen=True)
class Interpreter:
    """The Python that runs Ansible, and who looks after its packages."""

    executable: str
    prefix: str
    own: bool = False  # an environment of its own (venv)
    pipx: bool = False  # made by pipx
    pip: bool = True  # has pip; what uv made has none
    managed: bool = False  # the distribution forbids pip to install beside its own packages (PEP 668)
    apt: bool = False


def read_interpreter() -> Interpreter:
    own = sys.prefix != sys.base_prefix
    return Interpreter(
        executable=sys.executable,
        prefix=sys.prefix,
        own=own,
        pipx=Path(sys.prefix, "pipx_metadata.json").exists(),
        pip=find_spec("pip") is not None,
        managed=not own and Path(sysconfig.get_path("stdlib"), "EXTERNALLY-MANAGED").exists(),
        apt=Path("/usr/bin/apt").exists(),
    )


def install_line(packages: Iterable[str], python: Interpreter) -> str:
    """What to type so that `python` has the packages."""
    names = " ".join(packages)
    if python.pipx:
        return f"pipx inject {quote(Path(python.prefix).name)} {names}"
    if python.managed and python.apt:
        return "sudo apt install " + " ".join(f"python3-{name}" for name in packages)
    if python.managed:
        return f"{quote(python.executable)} -m pip install --user --break-system-packages {names}"
    if not python.pip:
        return f"uv pip install --python {quote(python.executable)} {names}"
    return f"{quote(python.executable)} -m pip install {names}"


def missing(packages: Iterable[str], python: Interpreter) -> Finding:
    """The finding that `python` has none of these packages."""
    names = list(packages)
    return Finding(
        "controller-packages",
        f"The Python that runs Ansible on this controller ({python.executable}) has no package {and_list(names)}, without "
        "which nothing can be done; the robots need none",
        f"{install_line(names, python)} (here, not on the robots), and run the playbook again",
    )


def lacking(packages: Iterable[str], python: Interpreter) -> list[Finding]:
    """A finding where the interpreter that this runs in lacks some of the packages."""
    names = [name for name in packages if find_spec(name) is None]
    return [missing(names, python)] if names else []
