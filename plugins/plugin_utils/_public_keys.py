# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SSH public keys of those who may log in, as an inventory gives them. Private to this collection. Pure."""

from __future__ import annotations

from typing import Optional, Sequence

from ..module_utils._finding import Finding
from ..module_utils._identity.ssh_keys import parse_public_key

# What an sshd of today lets a user log in with.
TYPES = (
    "ssh-ed25519",
    "ssh-rsa",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
)
_LOOKUP = "\"{{ lookup('ansible.builtin.file', '~/.ssh/id_ed25519.pub') }}\""


def of_keys(variable: str, keys: Sequence[str]) -> list[Finding]:
    """What is wrong with the keys that `variable` gives. A private key is refused without being repeated."""
    write = f"write {variable}: [{_LOOKUP}]"
    if not keys:
        return [
            Finding(
                "no-key",
                f"{variable}: there is no SSH public key, and nobody logs in by password",
                f"{write}; ssh-keygen -t ed25519 makes a pair where there is none",
            )
        ]
    return [
        Finding("no-public-key", f"{variable}, entry {number}: {wrong}", write)
        for number, key in enumerate(keys, start=1)
        for wrong in [_wrong(key)]
        if wrong
    ]


def blob(key: str) -> Optional[str]:
    """What makes two lines the same key, whatever stands behind it; None for what is no public key."""
    parsed = None if "\n" in key.strip() else parse_public_key(key, "", TYPES)
    return parsed.public.split()[1] if parsed else None


def _wrong(key: str) -> str:
    if "PRIVATE KEY" in key:
        return (
            "this is a private key, which never leaves this controller; the public one is in the file beside it, .pub"
        )
    if blob(key) is not None:
        return ""
    if "\n" in key.strip():
        return "these are several lines, and an entry is one key"
    if key.startswith("ssh-dss "):
        return "a DSA key, which no SSH server of today takes"
    return "this is no SSH public key, as a file .pub has it: its type, such as ssh-ed25519, and what follows it"
