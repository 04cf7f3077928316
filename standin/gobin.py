# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Static Go binaries of the stand-in: Kubernetes, etcd, containerd, runc, flannel and the CNI plugins."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lab import golang
from lab.cache import REPO, artefact
from lab.requirements import ensure_debian

SOURCES = REPO / "standin" / "go"
KUBERNETES = "v1.36.3"
STATIC_C = ("-linkmode=external", "-extldflags=-static")


@dataclass(frozen=True)
class Program:
    """One Go module below standin/go and the binaries to make of it.

    ``binaries`` maps a file name to the Go package of its main; ``debian`` lists what cgo needs to link it.
    """

    name: str
    binaries: Mapping[str, str]
    ldflags: tuple[str, ...] = ()
    tags: str = ""
    cgo: bool = False
    debian: tuple[str, ...] = field(default=())


def _set(package: str, **variables: str) -> tuple[str, ...]:
    return tuple(f"-X={package}.{name}={value}" for name, value in variables.items())


_CNI = "github.com/containernetworking/plugins/plugins"
_CONTAINERD = "github.com/containerd/containerd/v2"
PROGRAMS = (
    Program(
        "kube",
        {"kube": "."},
        ldflags=_set(
            "k8s.io/component-base/version",
            gitVersion=KUBERNETES,
            gitMajor=KUBERNETES.split(".")[0].removeprefix("v"),
            gitMinor=KUBERNETES.split(".")[1],
            gitTreeState="clean",
        ),
    ),
    Program("etcd", {"etcd": "go.etcd.io/etcd/server/v3"}),
    Program(
        "containerd",
        {name: f"{_CONTAINERD}/cmd/{name}" for name in ("containerd", "containerd-shim-runc-v2", "ctr")},
        ldflags=_set(f"{_CONTAINERD}/version", Version="v2.4.2"),
        tags="no_btrfs no_zfs no_devmapper",
    ),
    Program(
        "runc",
        {"runc": "github.com/opencontainers/runc"},
        ldflags=(*_set("main", version="1.3.6"), *STATIC_C),
        tags="seccomp osusergo netgo",
        cgo=True,
        debian=("gcc", "libc6-dev", "libseccomp-dev", "pkg-config"),
    ),
    Program(
        "flannel",
        {"flanneld": "github.com/flannel-io/flannel"},
        ldflags=STATIC_C,
        tags="osusergo netgo",
        cgo=True,
        debian=("gcc", "libc6-dev"),
    ),
    Program(
        "cni",
        {
            name.rpartition("/")[2]: f"{_CNI}/{name}"
            for name in (
                "ipam/host-local", "ipam/static", "main/bridge", "main/host-device", "main/loopback", "main/macvlan",
                "main/ptp", "meta/bandwidth", "meta/firewall", "meta/portmap", "meta/sbr", "meta/tuning",
            )
        },
    ),
)  # fmt: skip


def build() -> Path:
    """Return a folder with one subfolder of binaries per program, building what is missing.

    Raises RequirementError when there is no Go, CalledProcessError when a program does not compile.
    """
    go = golang.version()
    folders = [_build_program(program, go) for program in PROGRAMS]

    def gather(target: Path) -> None:
        for program, folder in zip(PROGRAMS, folders, strict=True):
            shutil.copytree(folder, target / program.name, copy_function=os.link)

    return artefact("gobin", [folder.name for folder in folders], gather, is_dir=True)


def _build_program(program: Program, go: str) -> Path:
    source = SOURCES / program.name

    def compile_all(target: Path) -> None:
        ensure_debian(program.debian)
        for binary, package in program.binaries.items():
            golang.compile_program(
                source, package, target / binary, ldflags=program.ldflags, tags=program.tags, cgo=program.cgo
            )

    return artefact(f"go-{program.name}", [repr(program), go, source], compile_all, is_dir=True)
