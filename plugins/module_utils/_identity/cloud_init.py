# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What cloud-init does to host name and hosts file at every boot, and which file decides it. PRIVATE, may change.

Read in cloud-init 22.4 and 25.1: helpers.py (ConfigMerger), stages.py (fetch_base_config), util.py (read_conf_d,
translate_bool), config/cc_set_hostname.py, cc_update_hostname.py and cc_update_etc_hosts.py. The first file that has a
key wins; lists are not merged. So a file in cloud.cfg.d is weaker than user data, except for what user data hardly
ever has: the list of modules. A module that is not in it does not run, whatever its settings.
Targets have no YAML parser for sure, so a line reader takes the few keys from the top level of a mapping.
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
# User data, first that of the instance that this host is now. The others (seeds, the boot partition of a Raspberry Pi)
# are where it came from, and what cloud-init takes up when it next believes the host to be new.
USER_DATA = (
    "/var/lib/cloud/instance/cloud-config.txt",
    "/var/lib/cloud/seed/nocloud/user-data",
    "/var/lib/cloud/seed/nocloud-net/user-data",
    "/boot/firmware/user-data",
)
# What cloud-init was told from outside besides, strongest first: vendor data, what its generator found at boot.
FROM_OUTSIDE = (
    "/var/lib/cloud/instance/vendor2-cloud-config.txt",
    "/var/lib/cloud/instance/vendor-cloud-config.txt",
    "/run/cloud-init/cloud.cfg",
)
# The modules that act on a key, in the form in which cloud-init compares their names.
ACTORS = {PRESERVE: ("set_hostname", "update_hostname"), MANAGE: ("update_etc_hosts",)}
_TRUE = ("true", "1", "on", "yes")
_KEY = re.compile(r"""(["']?)([A-Za-z_][\w.-]*)\1\s*:(?:\s+(.*)|)$""")


class CloudInitError(Exception):
    """Why cloud-init cannot be kept from host name or hosts file; the message says which file, and the fix."""


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
    paths = [*USER_DATA, *FROM_OUTSIDE, *reversed(files.matching(DIRECTORY)), MAIN]
    return [_read_source(files, path) for path in paths if files.exists(path)]


def _read_source(files: Files, path: str) -> Source:
    try:
        return Source(path, top_level(files.text(path) or ""))
    except PermissionError:
        return Source(path, None)


def read_cloud_init(files: Files) -> dict[str, Any]:
    """What cloud-init will do here, with `decided_by`, the strongest file that has one of the two settings.

    `rewrites` is what it acts on at the next boot: a setting counts only while a module that follows it runs. Settings
    and `rewrites` are None when a file that this user may not read could decide them.
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
        "rewrites": None if unknown else _rewritten(sources, preserve, manage),
    }


def _rewritten(sources: list[Source], preserve: Decision, manage: Decision) -> list[str]:
    running = {module_name(item) for item in items(decided(sources, MODULES).text)}
    acts = {"hostname": (PRESERVE, not is_true(preserve.text)), "hosts_file": (MANAGE, bool(managed(manage.text)))}
    return [what for what, (key, wanted) in acts.items() if wanted and running & set(ACTORS[key])]


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


@dataclass(frozen=True)
class Hold:
    """What keeps cloud-init's hands off: the text of file `OWN`.

    `overruled` is {key: path of a stronger file that says otherwise}; `left_out` are the modules that therefore are
    not in the list any more.
    """

    text: str
    overruled: Mapping[str, str]
    left_out: tuple[str, ...]

    def notes(self) -> list[str]:
        """What a person should know of it, in sentences."""
        return [
            f"{path} sets {key} and is stronger than {OWN}; so {' and '.join(ACTORS[key])} must stay out of "
            f"{MODULES}. Fix: correct {key} when this host is next given user data"
            for key, path in self.overruled.items()
        ]


def hold(sources: list[Source]) -> Hold:
    """Keep cloud-init from host name and hosts file, by settings, and where they are overruled by the list of modules.

    Raises CloudInitError when a stronger file has a list of its own that runs what must not run.
    """
    stronger = [source for source in sources if _stronger_than_own(source.path)]
    weaker = [source for source in sources if source.path != OWN and source not in stronger]
    overruled = {}
    for key in ACTORS:
        contrary = [source.path for source in stronger if _acts(source.values or {}, key)]
        if contrary:
            overruled[key] = contrary[0]
    unwanted = [name for key in overruled for name in ACTORS[key]]
    foreign, present = decided(stronger, MODULES), decided(weaker, MODULES)
    running = [name for name in map(module_name, items(foreign.text)) if name in unwanted]
    if running:
        raise CloudInitError(
            f"{foreign.path} makes cloud-init run {', '.join(running)} at every boot, which no other file can overrule. "
            f"Fix: take them out of {MODULES} in the user data that this host was given, or set preserve_hostname: true "
            "and manage_etc_hosts: false there"
        )
    modules = items(present.text)
    left_out = () if foreign.path else tuple(name for name in map(module_name, modules) if name in unwanted)
    lines = [
        "# Written by Ansible (rosfleet.cluster): host name and hosts file are those of the fleet.",
        f"{PRESERVE}: true",
        f"{MANAGE}: false",
    ]
    if left_out:
        lines += [f"# Stronger than this file: {path} on {key}." for key, path in overruled.items()]
        lines += [f"# So this is the list of {present.path} without {', '.join(left_out)}.", f"{MODULES}:"]
        lines += [f" - {item}" for item in modules if module_name(item) not in left_out]
    return Hold("\n".join(lines) + "\n", overruled, left_out)


def hold_state(files: Files) -> dict[str, Any]:
    """{"due": whether file `OWN` has to be written, "notes": what a person should know of it} of this host."""
    if not is_present(files):
        return {"due": False, "notes": []}
    try:
        wanted = hold(read_sources(files))
    except CloudInitError:  # who writes it will say why it cannot be
        return {"due": True, "notes": []}
    return {"due": wanted.text != files.readable_text(OWN), "notes": wanted.notes()}


def _acts(values: Mapping[str, str], key: str) -> bool:
    """Whether these settings, if they were the strongest, would let cloud-init act on what `key` is about."""
    if key not in values:
        return False
    return not is_true(values[key]) if key == PRESERVE else bool(managed(values[key]))


def _stronger_than_own(path: str) -> bool:
    return path.startswith(DIRECTORY[: -len("*.cfg")]) and path > OWN or not path.startswith("/etc/cloud/")


def items(text: str) -> list[str]:
    """The items of a YAML list of scalars, lists or mappings, each as YAML text for a line of its own."""
    lines = [re.sub(r"(^|\s)#.*", "", line) for line in text.splitlines()]
    flow = " ".join(line.strip() for line in lines).strip()
    if flow.startswith("["):
        return _split_flow(flow[1:-1]) if flow.endswith("]") else []
    found: list[str] = []
    depth: Optional[int] = None
    for line in filter(str.strip, lines):
        indent = len(line) - len(line.lstrip(" "))
        depth = indent if depth is None else depth
        if indent == depth and line[indent:].startswith("- "):
            found.append(line[indent + 2 :].strip())
        elif found:
            found[-1] += "\n   " + line[depth + 2 :].rstrip()
    return found


def _split_flow(text: str) -> list[str]:
    """The parts of a flow list between its commas, those in brackets of their own left whole."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "[{") - (character in "]}")
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts if part.strip()]


def module_name(item: str) -> str:
    """The module that an item of a module list names, as cloud-init compares names: set-hostname is set_hostname."""
    match = re.search(r"""(?:^|[{\s"'])name["']?\s*:\s*["']?([\w.-]+)""", item) or re.search(r"([A-Za-z][\w.-]*)", item)
    name = match.group(1).replace("-", "_") if match else ""
    name = name[: -len(".py")] if name.endswith(".py") else name
    return name[len("cc_") :] if name.startswith("cc_") else name
