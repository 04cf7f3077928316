# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The SSH host keys of a host, by their public halves. PRIVATE, may change at any time.

Formats: sshd(8) "FILES", sshd_config(5), RFC 4253 section 6.6 for the blob of a public key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import shlex
from dataclasses import asdict, dataclass
from typing import Collection, Iterator, Optional

from .._files import Files

CONFIG = "/etc/ssh/sshd_config"
STANDARD_KEYS = "/etc/ssh/ssh_host_*_key.pub"
# The types of host keys that OpenSSH has had since 2014. What a file calls itself ends in advice that is run in a shell.
KEY_TYPES = ("ssh-rsa", "ssh-dss", "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521")
_INCLUDES_DEEP = 16  # as sshd itself allows


@dataclass(frozen=True)
class HostKey:
    """One public host key. `public` is type and blob without the comment, `path` the file it was read in."""

    type: str
    fingerprint: str  # as ssh-keygen -l prints it: "SHA256:..."
    public: str
    path: str

    @property
    def private_path(self) -> str:
        return self.path[: -len(".pub")]


def read_host_keys(files: Files) -> list[HostKey]:
    """The host keys in their standard places and where sshd_config has them, ordered by path."""
    configured = {f"{path}.pub" for path in configured_host_keys(files)}
    keys = (parse_public_key(files.readable_text(path), path) for path in {*files.matching(STANDARD_KEYS), *configured})
    return sorted((key for key in keys if key), key=lambda key: key.path)


def as_results(keys: list[HostKey]) -> list[dict[str, str]]:
    return [asdict(key) for key in keys]


def configured_host_keys(files: Files) -> list[str]:
    """The paths of the private keys in `HostKey` lines of sshd_config and what it includes."""
    return [values[0] for values in settings(files, "hostkey") if values]


def settings(files: Files, wanted: str) -> list[list[str]]:
    """The values of each line with the keyword `wanted` (lower case) in sshd_config and what it includes."""
    return [values for keyword, values in _directives(files, CONFIG, _INCLUDES_DEEP) if keyword == wanted]


def _directives(files: Files, path: str, depth: int) -> Iterator[tuple[str, list[str]]]:
    for line in files.readable_text(path).splitlines():
        try:
            words = shlex.split(line.replace("=", " ", 1), comments=True)
        except ValueError:
            continue
        keyword, values = (words[0].lower(), words[1:]) if words else ("", [])
        if keyword == "include" and depth:
            for pattern in values:
                for included in files.matching(os.path.join(os.path.dirname(CONFIG), pattern)):
                    yield from _directives(files, included, depth - 1)
        elif keyword:
            yield keyword, values


def parse_public_key(text: str, path: str, types: Collection[str] = KEY_TYPES) -> Optional[HostKey]:
    """The key in a .pub file; None for what is no public key of these `types`, or is a certificate of one."""
    words = text.split()
    if len(words) < 2 or words[0] not in types:
        return None
    try:
        blob = base64.b64decode(words[1], validate=True)
    except (binascii.Error, ValueError):
        return None
    length = int.from_bytes(blob[:4], "big")
    if blob[4 : 4 + length] != words[0].encode() or len(blob) <= 4 + length:
        return None
    return HostKey(words[0], fingerprint(blob), f"{words[0]} {words[1]}", path)


def fingerprint(blob: bytes) -> str:
    """SHA-256 of a key's blob as ssh-keygen prints it: base64 without padding."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
