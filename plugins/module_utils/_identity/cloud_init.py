# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What cloud-init does to host name and hosts file at every boot, and which file decides it. PRIVATE, may change.

Read in cloud-init 22.4 and 25.1: helpers.py (ConfigMerger), stages.py (fetch_base_config), util.py (read_conf_d,
translate_bool), config/cc_set_hostname.py, cc_update_hostname.py and cc_update_etc_hosts.py. The first file that has a
key wins; lists are not merged. Targets have no YAML parser for sure, so a line reader takes the few keys from the top
level of a mapping.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Mapping, Optional

from .._files import Files

PRESERVE = "preserve_hostname"
MANAGE = "manage_etc_hosts"
MODULES = "cloud_init_modules"
KEYS = (PRESERVE, MANAGE, MODULES)

MAIN = "/etc/cloud/cloud.cfg"
OWN = "/etc/cloud/cloud.cfg.d/99-rosfleet.cfg"
DIRECTORY = "/etc/cloud/cloud.cfg.d/*.cfg"
# What cloud-init was told from outside, strongest first: user data, vendor data, what its generator found at boot.
FROM_OUTSIDE = (
    "/var/lib/cloud/instance/cloud-config.txt",
    "/var/lib/cloud/instance/vendor2-cloud-config.txt",
    "/var/lib/cloud/instance/vendor-cloud-config.txt",
    "/run/cloud-init/cloud.cfg",
)
_TRUE = ("true", "1", "on", "yes")
_KEY = re.compile(r"""(["']?)([A-Za-z_][\w.-]*)\1\s*:(?:\s+(.*)|)$""")


@dataclass(frozen=True)
class Source:
    """One file of cloud-init's configuration: the text of each key in `KEYS` that it has.

    `values` is None where this user may not read the file.
    """

    path: str
    values: Optional[Mapping[str, str]]


def is_present(files: Files) -> bool:
    return files.exists(MAIN) or files.exists("/usr/bin/cloud-init")


def read_sources(files: Files) -> list[Source]:
    """The files that there are, the strongest first."""
    paths = [*FROM_OUTSIDE, *reversed(files.matching(DIRECTORY)), MAIN]
    return [_read_source(files, path) for path in paths if files.exists(path)]


def _read_source(files: Files, path: str) -> Source:
    try:
        return Source(path, top_level(files.text(path) or ""))
    except PermissionError:
        return Source(path, None)


def read_cloud_init(files: Files) -> dict[str, Any]:
    """What cloud-init will do here, with `decided_by`, the strongest file that says anything about it.

    Its two settings are None when a file that this user may not read could decide them.
    """
    sources = read_sources(files)
    preserve, manage = decided(sources, PRESERVE), decided(sources, MANAGE)
    deciding = next((one.path for one in sources if one.values and {PRESERVE, MANAGE} & set(one.values)), "")
    unknown = preserve.unknown or manage.unknown
    return {
        "present": is_present(files),
        PRESERVE: None if preserve.unknown else is_true(preserve.text),
        MANAGE: None if manage.unknown else managed(manage.text),
        "decided_by": "" if unknown else deciding,
    }


@dataclass(frozen=True)
class Decision:
    """The text of a key as the strongest file has it; `path` is "" when none has it."""

    text: str = ""
    path: str = ""
    unknown: bool = False


def decided(sources: list[Source], key: str) -> Decision:
    """What `sources` (strongest first) make of a key."""
    for source in sources:
        if source.values is None:
            return Decision(path=source.path, unknown=True)
        if key in source.values:
            return Decision(source.values[key], source.path)
    return Decision()


def is_true(text: str) -> bool:
    """The truth of a scalar, as cloud-init judges it."""
    return scalar(text).lower().strip() in _TRUE


def managed(text: str) -> Any:
    """The meaning of `manage_etc_hosts`: True (written from a template), "localhost" (one line kept), or False."""
    if is_true(text) or scalar(text).lower().strip() == "template":
        return True
    return "localhost" if scalar(text) == "localhost" else False


def scalar(text: str) -> str:
    """A scalar without its quotes and comment; "" for an empty one."""
    for line in text.splitlines():
        line = line.strip()
        quoted = re.match(r"""(["'])(.*?)\1\s*(#.*)?$""", line)
        plain = quoted.group(2) if quoted else re.sub(r"(^|\s)#.*", "", line).strip()
        if quoted or plain:
            return plain
    return ""


def top_level(text: str) -> dict[str, str]:
    """The text after each of `KEYS` at the top level of a YAML mapping (or JSON object), to the end of its lines."""
    if text.lstrip().startswith("{"):
        return _from_json(text)
    found: dict[str, list[str]] = {}
    current: Optional[str] = None
    indent: Optional[int] = None
    for line in text.splitlines():
        content = line.strip()
        if not content or content.startswith("#") or line.startswith(("---", "%", "...")):
            continue
        depth = len(line) - len(line.lstrip(" "))
        indent = depth if indent is None else indent
        match = _KEY.match(content) if depth == indent else None
        if match:
            current = match.group(2)
            found[current] = [match.group(3) or ""]
        elif current:
            found[current].append(line)
    return {key: "\n".join(lines) for key, lines in found.items() if key in KEYS}


def _from_json(text: str) -> dict[str, str]:
    try:
        document = json.loads(text)
    except ValueError:
        return {}
    return {key: json.dumps(document[key]) for key in KEYS if key in document}
