# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host says of itself in its files: names, ids, system, resolver. PRIVATE, may change at any time.

Files alone, since a minimal image lacks `hostnamectl`, `ip` and `ping`. What this user may not read is left empty.
Formats: hostname(5), machine-info(5), machine-id(5), os-release(5), nsswitch.conf(5), resolv.conf(5), proc(5).
"""

from __future__ import annotations

import re
import shlex
from typing import Any, Iterator

from .._files import Files

PRODUCT_UUID = "/sys/class/dmi/id/product_uuid"
# What vendors leave in their firmware instead of a number of its own (the second is the first in the other byte order).
PLACEHOLDER_UUIDS = {
    "03000200-0400-0500-0006-000700080009",
    "00020003-0004-0005-0006-000700080009",
    "12345678-1234-5678-90ab-cddeefaabbcc",
    "12345678-1234-1234-1234-123456789012",
}
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# The kernel cuts a process' name after 15 characters.
RESOLVED, NETWORK_MANAGER = "systemd-resolve", "NetworkManager"
TIME_SERVICES = {"chronyd": "chrony", "systemd-timesyn": "systemd-timesyncd", "ntpd": "ntp"}


def read_names(files: Files) -> dict[str, str]:
    """The three names: the kernel's present one, /etc/hostname, and the pretty one of /etc/machine-info."""
    return {
        "kernel": files.readable_text("/proc/sys/kernel/hostname").strip(),
        "static": static_hostname(files.readable_text("/etc/hostname")),
        "pretty": assignments(files.readable_text("/etc/machine-info")).get("PRETTY_HOSTNAME", ""),
    }


def static_hostname(text: str) -> str:
    """The name in /etc/hostname: its first line that is neither empty nor a comment."""
    lines = (line.strip() for line in text.splitlines())
    return next((line for line in lines if line and not line.startswith("#")), "")


def assignments(text: str) -> dict[str, str]:
    """The variables of an os-release or machine-info file; a line that no shell would take is passed over."""
    found = {}
    for line in text.splitlines():
        try:
            words = shlex.split(line, comments=True)
        except ValueError:
            continue
        if len(words) == 1 and "=" in words[0]:
            name, value = words[0].split("=", 1)
            found[name] = value
    return found


def product_uuid(text: str) -> str:
    """The firmware's UUID in lower case; "" for what is none or is the same on every board of a vendor."""
    uuid = text.strip().lower()
    one_digit = len(set(uuid) - {"-"}) < 2 or len(set(re.findall("[0-9a-f]{2}", uuid))) < 2
    return "" if not _UUID.fullmatch(uuid) or one_digit or uuid in PLACEHOLDER_UUIDS else uuid


def read_distribution(files: Files) -> dict[str, str]:
    """ID and VERSION_ID of os-release, "" where it has none (Debian testing has no VERSION_ID)."""
    release = assignments(files.readable_text("/etc/os-release") or files.readable_text("/usr/lib/os-release"))
    return {"id": release.get("ID", ""), "version_id": release.get("VERSION_ID", "")}


def has_hostnamed(files: Files) -> bool:
    """Whether systemd runs here with a bus, and has a hostnamed to start when asked."""
    programs = ("/usr/lib/systemd/systemd-hostnamed", "/lib/systemd/systemd-hostnamed")
    runs = files.exists("/run/systemd/system") and files.exists("/run/dbus/system_bus_socket")
    return runs and any(files.exists(program) for program in programs)


def process_names(files: Files) -> Iterator[str]:
    """The names (at most 15 characters) of the processes that run, kernel threads among them."""
    for name in files.matching("/proc/[0-9]*/comm"):
        yield files.readable_text(name).strip()


def read_resolver(files: Files, running: set[str]) -> dict[str, Any]:
    """How this host looks up names; `running` are the names of its processes."""
    return {
        "hosts_order": hosts_order(files.readable_text("/etc/nsswitch.conf")),
        "resolved": RESOLVED in running,
        "networkmanager": NETWORK_MANAGER in running,
        "search": search_domains(files.readable_text("/etc/resolv.conf")),
        "hosts_file": files.real_name("/etc/hosts"),
    }


def hosts_order(nsswitch: str) -> list[str]:
    """The sources of host names in their order; without the line, glibc's own order."""
    for line in nsswitch.splitlines():
        match = re.match(r"\s*hosts\s*:(.*)", line.split("#", 1)[0])
        if match:
            return re.sub(r"\[[^\]]*\]", " ", match.group(1)).split()
    return ["files", "dns"]


def search_domains(resolv_conf: str) -> list[str]:
    """The search list: of all `search` and `domain` lines the last one counts."""
    found: list[str] = []
    for line in resolv_conf.splitlines():
        words = line.split()
        if len(words) > 1 and words[0] in ("search", "domain"):
            found = words[1:] if words[0] == "search" else words[1:2]
    return found


def time_service(running: set[str]) -> str:
    """What keeps the clock: chrony, systemd-timesyncd, ntp, or "" for none of them."""
    return next((service for process, service in TIME_SERVICES.items() if process in running), "")
