# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Replacing a file of a host in one step. PRIVATE, may change at any time."""

from __future__ import annotations

import errno
import os
import tempfile

from ansible.module_utils.basic import AnsibleModule


def make_folder(path: str) -> None:
    """The folder and its parents, open to everybody whatever root's umask is; those that are there stay as they are."""
    if path and not os.path.isdir(path):
        make_folder(os.path.dirname(path))
        os.mkdir(path)
        os.chmod(path, 0o755)


def replace_file(module: AnsibleModule, path: str, content: bytes, *, mode: int = 0o644) -> None:
    """Put `content` in the place of `path` so that after a power cut there is either the old file or the new one.

    Owner, mode and SELinux label stay, and a symbolic link stays one; a new file gets `mode`, a new folder is open to
    everybody. A file that is mounted by itself, as in containers, is written into. Raises OSError with
    its name or its folder's.
    """
    path = os.path.realpath(path)
    make_folder(os.path.dirname(path))
    try:
        _replace(module, path, content, mode)
    except OSError as exc:  # it names what was to come in the file's place
        raise OSError(exc.errno, exc.strerror, path) from exc


def _replace(module: AnsibleModule, path: str, content: bytes, mode: int) -> None:
    new = not os.path.exists(path)
    try:
        handle, beside = tempfile.mkstemp(prefix=".rosfleet_", dir=os.path.dirname(path))
    except OSError:  # a file that is mounted by itself into a folder which is read only
        handle, beside = tempfile.mkstemp(dir=module.tmpdir)
    module.add_cleanup_file(beside)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        module.atomic_move(beside, path, unsafe_writes=True)
    except Exception as exc:  # atomic_move raises nothing more special, and most often because of an OSError
        cause = exc if isinstance(exc, OSError) else exc.__cause__
        raise cause if isinstance(cause, OSError) else OSError(errno.EIO, str(exc)) from exc
    if new:
        os.chmod(path, mode)  # whatever root's umask is
