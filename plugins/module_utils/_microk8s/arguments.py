# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of arguments and environments of MicroK8s' services ($SNAP_DATA/args/*). PRIVATE, may change at any time.

A file of arguments has one `--name=value` (or `--name value`) a line, as its launcher reads it; an environment file is
sourced by a shell, one `NAME=value` a line. Lines that are not asked about stay as they are, to the byte.
"""

from __future__ import annotations

import re
from typing import Mapping, Optional

from .._files import Files
from . import paths

_ARGUMENT = re.compile(r"--[a-z0-9][a-z0-9.-]*")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class ArgumentError(Exception):
    """A name or a value that cannot be a line of such a file; the text says which and what to write instead."""


def read_texts(files: Files) -> dict[str, str]:
    """{"kubelet", "apiserver", "proxy": the text of its file of arguments, "" for none} of a host."""
    names = {"kubelet": "kubelet", "apiserver": "kube-apiserver", "proxy": "kube-proxy"}
    return {service: files.text(f"{paths.ARGUMENTS}/{name}") or "" for service, name in names.items()}


def argument_value(text: str, name: str) -> Optional[str]:
    """The value of argument `name` (`--cluster-dns`), as written; None when it is not there. The last line counts."""
    found = None
    for line in text.splitlines():
        if _name_of(line) == name:
            found = line.strip()[len(name) + 1 :].strip()
    return found


def with_arguments(text: str, wanted: Mapping[str, Optional[str]], missing: Mapping[str, str]) -> str:
    """`text` with each `wanted` argument on exactly one line, or on none where its value is None.

    `missing` are set only where the text has no such argument. Raises ArgumentError.
    """
    for name, value in {**missing, **wanted}.items():
        _check(name, value, _ARGUMENT, "--max-pods")
    present = {_name_of(line) for line in text.splitlines()}
    return _with_lines(text, {**{name: missing[name] for name in missing if name not in present}, **wanted})


def with_variables(text: str, wanted: Mapping[str, Optional[str]]) -> str:
    """`text` of an environment file with each `wanted` variable on exactly one line, or on none where it is None.

    Values are quoted for the shell that sources the file. Raises ArgumentError.
    """
    for name, value in wanted.items():
        _check(name, value, _VARIABLE, "HTTPS_PROXY")
    quoted = {name: None if value is None else _quoted(str(value)) for name, value in wanted.items()}
    return _with_lines(text, quoted)


def with_failure_domain(text: str, domain: int) -> str:
    """`text` of ha-conf with exactly one line for the failure domain. Raises ArgumentError."""
    if domain < 1:
        raise ArgumentError(f"a failure domain is a number from 1, not {domain}. Fix: membership_failure_domain: 1")
    kept = [line for line in text.splitlines() if not re.match(r"\s*failure-domain\s*=", line)]
    after = [*kept, f"failure-domain={domain}"]
    return text if after == text.splitlines() else "".join(f"{line}\n" for line in after)


def _quoted(value: str) -> str:
    """As it is where a shell takes it as it is, so that a line that somebody wrote by hand stays."""
    if re.fullmatch(r"[\w@%+=:,./-]*", value, re.ASCII):
        return value
    return "'" + value.replace("'", "'\"'\"'") + "'"


def _check(name: str, value: Optional[str], pattern: re.Pattern, example: str) -> None:
    if not pattern.fullmatch(name):
        raise ArgumentError(
            f"{name!r} is not the name of an argument. Fix: write it as MicroK8s does, such as {example}"
        )
    if value is not None and "\n" in str(value):
        raise ArgumentError(f"the value of {name} has more than one line. Fix: one line for each argument")


def _name_of(line: str) -> str:
    """The name at the start of a line, up to `=` or a blank; empty for a comment."""
    return re.split(r"[=\s]", line.strip(), maxsplit=1)[0] if not line.lstrip().startswith("#") else ""


def _with_lines(text: str, wanted: Mapping[str, Optional[str]]) -> str:
    lines, placed = [], set()
    for line in text.splitlines():
        name = _name_of(line)
        if name not in wanted:
            lines.append(line)
        elif wanted[name] is not None and name not in placed:
            same = line.strip() in (f"{name}={wanted[name]}", f"{name} {wanted[name]}")
            lines.append(line if same else f"{name}={wanted[name]}")
            placed.add(name)
    lines += [f"{name}={value}" for name, value in wanted.items() if value is not None and name not in placed]
    return text if lines == text.splitlines() else "".join(f"{line}\n" for line in lines)
