# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compile Go programs for the lab's hosts and images."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from lab.requirements import RequirementError


def compile_program(
    module: Path, package: str, target: Path, *, ldflags: tuple[str, ...] = (), tags: str = "", cgo: bool = False
) -> None:
    """Compile ``package``, as seen from the Go module in folder ``module``, to the program ``target``.

    Static unless ``cgo`` and the linker's flags say otherwise. Raises CalledProcessError when it does not compile (its
    words are on stderr).
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    flags = ["-trimpath", "-mod=readonly", f"-tags={tags}", f"-ldflags={' '.join(('-s', '-w', *ldflags))}"]
    environment = {**os.environ, "CGO_ENABLED": "1" if cgo else "0", "GOFLAGS": "-buildvcs=false"}
    subprocess.run(["nice", "go", "build", *flags, f"-o={target}", package], cwd=module, env=environment, check=True)


def version() -> str:
    """What ``go version`` prints, so that another compiler makes another artefact. Raises RequirementError without Go."""
    try:
        return subprocess.run(["go", "version"], check=True, capture_output=True, text=True).stdout.strip()
    except OSError as exc:
        raise RequirementError(
            f"The lab compiles Kubernetes itself and found no 'go' on PATH ({exc}). Install Go 1.26 or newer."
        ) from exc
