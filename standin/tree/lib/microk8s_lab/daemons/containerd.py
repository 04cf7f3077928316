# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""containerd, with the side-loading of images that MicroK8s has patched into it."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path
from string import Template

from microk8s_lab import files, paths
from microk8s_lab.daemons import programs, sideload


def run() -> int:
    """Write args/containerd.toml from its template, start the side-loader and become containerd."""
    for folder in ("var/lib/containerd", "run/containerd", "etc/sideload"):
        paths.common(folder).mkdir(parents=True, exist_ok=True)
    _render()
    if os.fork() == 0:
        return sideload.run(parent=os.getppid())
    return os.execve(
        paths.snap("bin", "containerd"),
        ["containerd", *programs.arguments("containerd")],
        programs.environment("containerd"),
    )


def _render() -> None:
    template = Template(paths.data("args", "containerd-template.toml").read_text())
    variables = {**os.environ, "SNAPSHOTTER": _snapshotter(paths.common("var", "lib", "containerd"))}
    files.write(paths.data("args", "containerd.toml"), template.safe_substitute(variables))


def _snapshotter(root: Path) -> str:
    """``overlayfs`` where the folder can be an upper layer, else ``native``: on an overlay it cannot."""
    with tempfile.TemporaryDirectory(dir=root, prefix="overlay-check-") as text:
        folder = Path(text)
        for name in ("lower", "upper", "work", "merged"):
            (folder / name).mkdir()
        layers = f"lowerdir={folder}/lower,upperdir={folder}/upper,workdir={folder}/work"
        command = ["mount", "-t", "overlay", "-o", layers, "overlay", f"{folder}/merged"]
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
        if mounted:
            subprocess.run(["umount", f"{folder}/merged"], check=True)
    return "overlayfs" if mounted else "native"
