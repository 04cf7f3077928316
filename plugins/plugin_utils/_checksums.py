# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checksums of the controller's files, made once for all hosts of a run. Private to this collection."""

from __future__ import annotations

import fcntl
import hashlib
import os


def sha256_of(path: str, folder: str) -> str:
    """SHA-256 (hex) of a file. `folder` is one that all processes of a run share and that ends with it.

    Archives are gigabytes, and hosts are many: the first process reads the file, the others wait for what it notes. A file
    that was changed meanwhile, by its size or time, is read again.
    """
    status = os.stat(path)
    seen = f"{os.path.realpath(path)} {status.st_ino} {status.st_size} {status.st_mtime_ns}"
    note = os.path.join(folder, f"rosfleet-{hashlib.sha256(seen.encode()).hexdigest()}")
    with open(note, "a+", encoding="ascii") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        stream.seek(0)
        known = stream.read()
        if len(known) == hashlib.sha256().digest_size * 2:
            return known
        stream.truncate(0)  # by a process that was killed
        checksum = _read(path)
        stream.write(checksum)
    return checksum


def _read(path: str) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as handle:
        while piece := handle.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
