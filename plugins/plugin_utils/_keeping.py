# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one way in which a file is kept on the controller: whole or not at all, and where it has to be, private from the start.

Private to this collection. Used by action plugins alone.
"""

from __future__ import annotations

import os
import stat
import tempfile

PRIVATE = (0o600, 0o700)  # of the file, and of its folder where that is made
PUBLIC = (0o644, 0o755)


def is_kept(path: str, content: bytes, private: bool = False) -> bool:
    """Whether the file is there with this content and mode. Raises OSError where it cannot be read."""
    mode, _folder_mode = PRIVATE if private else PUBLIC
    try:
        with open(path, "rb") as handle:
            return handle.read() == content and stat.S_IMODE(os.fstat(handle.fileno()).st_mode) == mode
    except FileNotFoundError:
        return False


def keep(path: str, content: bytes, private: bool = False) -> None:
    """Write the file. A folder that is not there is made, one that is there is the user's. Raises OSError."""
    mode, folder_mode = PRIVATE if private else PUBLIC
    path = os.path.realpath(path)
    folder = os.path.dirname(path)
    if not os.path.isdir(folder):
        os.makedirs(folder)
        os.chmod(folder, folder_mode)
    handle, temporary = tempfile.mkstemp(prefix=f".{os.path.basename(path)}.", dir=folder)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            os.fchmod(stream.fileno(), mode)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
