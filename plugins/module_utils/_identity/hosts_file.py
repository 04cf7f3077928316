# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fleet's block in a hosts file, from bytes to bytes. Private, may change at any time; pure.

Lines are read as the C library reads them (hosts(5); glibc nss/nss_files/files-hosts.c): anything after `#` is a
comment, white space of any kind parts address and names, names compare without case, and a line whose first word is
no address counts for nothing. What is not ours keeps every byte.
"""

from __future__ import annotations

import io
import re
import socket
from dataclasses import dataclass
from typing import Any, Iterable, Mapping, Optional, Sequence

BEGIN = b"# BEGIN rosfleet.cluster"
END = b"# END rosfleet.cluster"

_WORD = re.compile(rb"\S+")
# Exactly what we write: one space between words, no comment, nothing before or after.
_WRITTEN_BY_US = re.compile(rb"[0-9A-Fa-f.:]+(?: [^\s#]+)+\r?\n?")
_NAME = re.compile(r"[!-\"$-~]+")  # visible ASCII but "#"


class HostsFileError(ValueError):
    """An entry that no hosts file can hold."""


@dataclass(frozen=True)
class Line:
    """A line of a hosts file: its number (from 1), its text, and the IPv4 address that a lookup gets from it."""

    number: int
    text: str
    address: str


@dataclass(frozen=True)
class Removed:
    """A name that was taken out of a stray line: the line's number (from 1) and text before, the name, its address."""

    line_number: int
    text: str
    name: str
    address: str


def rewrite(
    content: bytes, entries: Sequence[Mapping[str, Any]], with_block: bool = True
) -> tuple[bytes, list[Removed]]:
    """The hosts file with one block of `entries` in it, and the strays that had to go.

    `entries` is `[{"address", "names": [...]}]`, in the order of the lines; none at all means no block. A stray is one
    of their names at another address, outside of the block. The block stays where it was; a new one comes last.
    Without `with_block`, as where DNS knows the names, there is none, and strays have to go all the same.
    A block cut in half leaves behind what cannot be told from a foreign line.
    Raises HostsFileError for an entry that cannot be written. Running it on its own result changes nothing.
    """
    wanted = _wanted(entries)
    block = _block(entries)
    lines = io.BytesIO(content).readlines()  # unlike splitlines(), cuts at "\n" only
    managed = _managed(lines, set(wanted), block)
    place = min(managed, default=len(lines))
    before, after, removed = [], [], []
    for index, line in enumerate(lines):
        if index in managed:
            continue
        kept, strays = _without_strays(line, wanted)
        removed += [Removed(index + 1, _text(line.rstrip(b"\r\n")), _text(name), _text(at)) for name, at in strays]
        (before if index < place else after).append(kept)
    line_end = _prevailing_line_end(before + after)
    before_text = b"".join(before)
    if not with_block:
        return before_text + b"".join(after), removed
    if block and before_text and not before_text.endswith(b"\n"):
        before_text += b"\n" if before_text.endswith(b"\r") else line_end
    return before_text + b"".join(line + line_end for line in block) + b"".join(after), removed


def lines_for(content: bytes, name: str) -> list[Line]:
    """The lines from which a lookup of the name's IPv4 addresses gets an answer (::1 counts as 127.0.0.1)."""
    found = []
    for number, line in enumerate(io.BytesIO(content).readlines(), 1):
        words = line.partition(b"#")[0].split()
        if name.lower().encode() in (word.lower() for word in words[1:]):
            packed = _packed(words[0])
            packed = b"\x7f\0\0\1" if packed == bytes(15) + b"\1" else packed
            if packed is not None and len(packed) == 4:
                found.append(Line(number, _text(line.rstrip(b"\r\n")), socket.inet_ntoa(packed)))
    return found


def _wanted(entries: Sequence[Mapping[str, Any]]) -> dict[bytes, set[bytes]]:
    """{folded name: its addresses, packed}."""
    wanted: dict[bytes, set[bytes]] = {}
    for entry in entries:
        address = _packed(str(entry["address"]).encode())
        if address is None or "%" in str(entry["address"]):
            raise HostsFileError(f"'{entry['address']}' is not an IP address. Fix: correct the entry {dict(entry)}")
        if not entry["names"]:
            raise HostsFileError(f"the entry for {entry['address']} has no names. Fix: give it one, or leave it out")
        for name in entry["names"]:
            if not _NAME.fullmatch(name):
                raise HostsFileError(f"{name!r} cannot be a name in a hosts file. Fix: correct the entry {dict(entry)}")
            if _folded(name.encode()) == b"localhost":
                raise HostsFileError("'localhost' is every host's own loopback. Fix: take it out of the entries")
            wanted.setdefault(_folded(name.encode()), set()).add(address)
    return wanted


def _block(entries: Sequence[Mapping[str, Any]]) -> list[bytes]:
    """Its lines, without line ends."""
    if not entries:
        return []
    return [BEGIN, *(" ".join([str(entry["address"]), *entry["names"]]).encode() for entry in entries), END]


def _managed(lines: Sequence[bytes], names: set[bytes], block: Sequence[bytes]) -> set[int]:
    """Indexes of the lines that make up blocks of ours, whole ones and what is left of broken ones."""
    managed: set[int] = set()
    begin: Optional[int] = None
    for index, line in enumerate(lines):
        if line.strip() == BEGIN:
            if begin is not None:
                managed |= _head(lines, begin, names, block)
            begin = index
        elif line.strip() == END:
            inner = lines[begin + 1 : index] if begin is not None else []
            if begin is not None and all(_WRITTEN_BY_US.fullmatch(one) for one in inner):
                managed.update(range(begin, index + 1))
            else:  # foreign lines between: the halves of two blocks, or somebody wrote into ours
                managed |= _tail(lines, index, names)
                managed |= _head(lines, begin, names, block) if begin is not None else set()
            begin = None
    if begin is not None:
        managed |= _head(lines, begin, names, block)
    return managed


def _head(lines: Sequence[bytes], begin: int, names: set[bytes], block: Sequence[bytes]) -> set[int]:
    """A block that lost its end: its first line and those after it that name hosts of the fleet and no others."""
    index = begin + 1
    while index < len(lines) and _names_only(lines[index], names):
        index += 1
    if index == len(lines) - 1 and any(line.startswith(lines[index]) for line in block):
        index += 1  # the file ends in the middle of a line of ours
    return set(range(begin, index))


def _tail(lines: Sequence[bytes], end: int, names: set[bytes]) -> set[int]:
    """A block that lost its beginning, found from its last line upwards."""
    index = end
    while index > 0 and _names_only(lines[index - 1], names):
        index -= 1
    return set(range(index, end + 1))


def _names_only(line: bytes, names: set[bytes]) -> bool:
    """Whether we may have written the line, as it names nothing but `names`."""
    return bool(_WRITTEN_BY_US.fullmatch(line)) and all(_folded(name) in names for name in line.split()[1:])


def _without_strays(line: bytes, wanted: Mapping[bytes, set[bytes]]) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """The line without names that it gives another address than the wanted one, and those as (name, address)."""
    words = list(_WORD.finditer(line.partition(b"#")[0]))
    address = _packed(words[0].group()) if words else None
    strays = {
        index
        for index, word in enumerate(words)
        if index > 0 and address not in wanted.get(_folded(word.group()), {address})
    }
    if address is None or not strays:
        return line, []
    out = [(words[index].group(), words[0].group()) for index in sorted(strays)]
    if len(strays) == len(words) - 1:
        return b"", out
    followed = False  # by a name that stays: then the white space after a stray goes with it, else that before it
    for index in range(len(words) - 1, 0, -1):
        if index not in strays:
            followed = True
        elif followed:
            line = line[: words[index].start()] + line[words[index + 1].start() :]
        else:
            line = line[: words[index - 1].end()] + line[words[index].end() :]
    return line, out


def _packed(address: bytes) -> Optional[bytes]:
    """The address as the C library packs it (4 bytes, also when written as ::ffff:1.2.3.4; or 16), None when it is none.

    A zone (fe80::1%eth0) is passed over: some resolvers take it.
    """
    text = address.partition(b"%")[0].decode("ascii", "replace")
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            packed = socket.inet_pton(family, text)
        except (OSError, ValueError):
            continue
        return packed[12:] if packed.startswith(bytes(10) + b"\xff\xff") else packed
    return None


def _folded(name: bytes) -> bytes:
    """Equal for names that a resolver takes for the same."""
    return name[:-1].lower() if name.endswith(b".") else name.lower()


def _prevailing_line_end(lines: Iterable[bytes]) -> bytes:
    votes = [line.rstrip(b"\n").endswith(b"\r") for line in lines if line.endswith((b"\n", b"\r"))]
    return b"\r\n" if 2 * sum(votes) > len(votes) else b"\n"


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "backslashreplace")
