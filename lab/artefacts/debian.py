# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A folder with a Debian of chosen packages, from the machine's own mirror."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lab.cache import say
from lab.fleet import cgroups
from lab.fleet.machine import launch_command
from lab.fleet.plan import BAKING
from lab.fleet.shell import run
from lab.requirements import debian_mirror

SUITE = "trixie"
TOOLS = ["mmdebstrap"]
LEFT_OUT = ["/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*", "/usr/share/info/*"]


def bootstrap(
    artefact: str, root: Path, scratch: Path, packages: Iterable[str], *, before: str = "true", after: str = "true"
) -> None:
    """Install Debian for an artefact into ``root``, in the control groups of the machine ``BAKING``.

    ``before`` and ``after`` the packages, all but the essential ones, shell commands run with the root as ``$1``.
    """
    say(f"  {artefact}: Debian packages (about a minute)")
    run(
        [
            *launch_command(cgroups.create(BAKING)),
            "env",
            f"TMPDIR={scratch}",
            "mmdebstrap",
            "--quiet",
            "--mode=root",
            "--variant=minbase",
            f"--include={','.join(packages)}",
            *(f"--dpkgopt=path-exclude={path}" for path in LEFT_OUT),
            f"--essential-hook={before}",
            f"--customize-hook={after}",
            SUITE,
            str(root),
            debian_mirror(),
        ]
    )
