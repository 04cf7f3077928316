# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host name may be, and what must change for a host to have it. PRIVATE, may change at any time."""

from __future__ import annotations

from typing import Mapping

from .._dns_names import is_label
from .host import assignments

HOSTNAME = "/etc/hostname"
MACHINE_INFO = "/etc/machine-info"


class HostnameError(Exception):
    """Why a host cannot have this name; the message says the fix."""


def refuse_bad_name(name: str) -> None:
    """Raises HostnameError for what is no RFC 1123 label in lower case, as Kubernetes and DNS both want it."""
    if not is_label(name):
        raise HostnameError(
            f"'{name}' cannot be a host name: only lower-case letters, digits and hyphens, a letter or digit at both "
            "ends, 63 characters at most. Fix: set identity_hostname of this host to such a name"
        )


def wanted_names(before: Mapping[str, str], name: str) -> dict[str, str]:
    """The kernel's, static and pretty name when the host is called `name`: a pretty one that says otherwise goes."""
    agrees = before["kernel"] == before["static"] == name and before["pretty"] in ("", name)
    return {"kernel": name, "static": name, "pretty": before["pretty"] if agrees else ""}


def without_pretty_name(machine_info: str) -> str:
    """The text of /etc/machine-info without the pretty host name; all other lines as they are."""
    lines = machine_info.splitlines(keepends=True)
    return "".join(line for line in lines if "PRETTY_HOSTNAME" not in assignments(line))


def as_text(names: Mapping[str, str]) -> str:
    """The three names in lines, for a difference."""
    return "".join(f"{key}: {names[key]}\n" for key in ("kernel", "static", "pretty"))
