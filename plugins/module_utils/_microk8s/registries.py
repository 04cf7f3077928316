# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""containerd's hosts.toml: where the images of a registry come from. PRIVATE, may change at any time.

Source: containerd, docs/hosts.md. Files below args/certs.d are read at every pull, so nothing is restarted.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any, Mapping

from .._files import Files
from . import paths

MARK = "# Managed by rosfleet.cluster, do not edit."
CAPABILITIES = ("pull", "resolve")
_REGISTRY = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\d+)?")
_URL = re.compile(r"https?://[^\s\"]+")


class RegistryError(Exception):
    """A declaration that containerd would not understand; the text says what and how to write it."""


def hosts_toml(registry: str, declared: Mapping[str, Any]) -> str:
    """The hosts.toml of one registry.

    `declared` has `mirrors`, a list of {url, capabilities, skip_verify, ca, override_path} in the order in which they are
    asked, and `server`, the registry itself (`https://REGISTRY` when it is not given). Raises RegistryError.
    """
    if not _REGISTRY.fullmatch(registry):
        raise RegistryError(
            f"microk8s_registries: {registry!r} is not a registry's name. Fix: its host name, with a port if it has one, "
            "such as registry.example.org"
        )
    mirrors = declared.get("mirrors") or []
    blocks = [_block(registry, mirror) for mirror in mirrors]
    server = _url(registry, declared.get("server") or f"https://{registry}")
    return "\n".join([MARK, f"server = {_toml(server)}", *blocks]) + "\n"


def is_ours(text: str) -> bool:
    """Whether a hosts.toml was written by us."""
    return text.startswith(MARK)


def mirrored(files: Files) -> tuple[str, ...]:
    """The registries of this host whose hosts.toml was written by us, sorted."""
    written = files.matching(f"{paths.REGISTRIES}/*/hosts.toml")
    return tuple(name.split("/")[-2] for name in written if is_ours(files.text(name) or ""))


def mirror_sums(files: Files) -> dict[str, str]:
    """{registry: SHA-256 of its hosts.toml} of those that we wrote. A sum, as a URL may hold a password."""
    return {name: checksum(files.text(f"{paths.REGISTRIES}/{name}/hosts.toml") or "") for name in mirrored(files)}


def checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _block(registry: str, mirror: Mapping[str, Any]) -> str:
    lines = ["", f"[host.{_toml(_url(registry, mirror.get('url', '')))}]"]
    lines.append(f"  capabilities = {_toml(list(mirror.get('capabilities') or CAPABILITIES))}")
    for key in ("ca", "skip_verify", "override_path"):
        if mirror.get(key):
            lines.append(f"  {key} = {_toml(mirror[key])}")
    return "\n".join(lines)


def _url(registry: str, url: str) -> str:
    if not _URL.fullmatch(str(url)):
        raise RegistryError(
            f"microk8s_registries.{registry}: {url!r} is not a URL. Fix: with its scheme, such as http://192.168.8.10:5000"
        )
    return url


def _toml(value: Any) -> str:
    """TOML writes these strings, booleans and lists as JSON does."""
    return json.dumps(value)
