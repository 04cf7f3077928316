# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A machine-id and SSH host keys of a host's own, in the place of those that it shares. PRIVATE, may change.

Formats and programs: machine-id(5), ssh-keygen(1), sshd(8) on SIGHUP, systemd.unit(5).
"""

from __future__ import annotations

import uuid
from typing import Optional, Sequence

from .._files import Files
from .ssh_keys import HostKey, settings

MACHINE_ID = "/etc/machine-id"
# D-Bus has its own, on most systems a link to the other; a copy of the image's stays a copy for ever.
DBUS_MACHINE_ID = "/var/lib/dbus/machine-id"
SSHD_UNITS = ("ssh.service", "sshd.service")
SSHD_SOCKETS = ("ssh.socket", "sshd.socket")
PID_FILES = ("/run/sshd.pid", "/var/run/sshd.pid")
_KINDS = {
    "ssh-ed25519": ["-t", "ed25519"],
    "ssh-rsa": ["-t", "rsa"],
    "ecdsa-sha2-nistp256": ["-t", "ecdsa", "-b", "256"],
    "ecdsa-sha2-nistp384": ["-t", "ecdsa", "-b", "384"],
    "ecdsa-sha2-nistp521": ["-t", "ecdsa", "-b", "521"],
}


class RegenerateError(Exception):
    """Why a host cannot be given an id or a key of its own; the message says the fix."""


def new_machine_id() -> str:
    """128 random bits as systemd makes them (a version 4 UUID), 32 hexadecimal digits."""
    return uuid.uuid4().hex


def machine_id_files(files: Files) -> list[str]:
    """The files to write a new machine-id to, in this order.

    /etc/machine-id comes last: while it has the shared id, a run that was cut off is done again.
    """
    separate = files.exists(DBUS_MACHINE_ID) and files.real_name(DBUS_MACHINE_ID) != files.real_name(MACHINE_ID)
    return [DBUS_MACHINE_ID, MACHINE_ID] if separate else [MACHINE_ID]


def keygen_command(program: str, key: HostKey, path: str) -> list[str]:
    """The command that makes a private key of the same type at `path`. Raises RegenerateError for a type that is none."""
    if key.type not in _KINDS:
        raise RegenerateError(
            f"{key.private_path} is a key of type {key.type}, which this module cannot make anew. Fix: delete it, and "
            "its HostKey line in sshd_config if there is one"
        )
    return [program, "-q", *_KINDS[key.type], "-N", "", "-f", path]


def listening_sshd(files: Files) -> Optional[int]:
    """The process that listens for SSH, by its pid file; None where there is no file or it names another program."""
    for name in [*(values[0] for values in settings(files, "pidfile") if values), *PID_FILES]:
        pid = files.readable_text(name).strip()
        if pid.isdigit() and files.readable_text(f"/proc/{pid}/comm").strip() == "sshd":
            return int(pid)
    return None


def orphaned_certificates(files: Files, keys: Sequence[HostKey]) -> list[str]:
    """The host certificates that lie beside `keys` and are worth nothing with other keys."""
    names = [f"{key.private_path}-cert.pub" for key in keys]
    return [name for name in names if files.exists(name)]
