# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is declared of MicroK8s for one host, and the form of what is found wrong there. PRIVATE, may change at any time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping, Optional, Sequence

from .._finding import Finding


@dataclass(frozen=True)
class Declared:
    """What the role was told about one host; see the role's argument specification. `lan`: whether pods get a LAN there."""

    control_plane: bool = False
    allow_reboot: bool = False
    channel: str = ""
    snap_files: Sequence[str] = ()
    launch_config: Mapping[str, Any] = field(default_factory=dict)
    kubelet_args: Mapping[str, Optional[str]] = field(default_factory=dict)
    apiserver_args: Mapping[str, Optional[str]] = field(default_factory=dict)
    lan: bool = False

    @property
    def planned(self) -> str:
        """The channel that would be installed from; empty where it would be a file."""
        return "" if self.snap_files else self.channel

    def launch_argument(self, service: str, name: str) -> str:
        """An argument that the launch configuration has for a service, such as `extraKubeletArgs`, before its first start."""
        return plain((self.launch_config.get(service) or {}).get(name))


def plain(value: Any) -> str:
    """The value of an argument without the quotes that a file of arguments may have around it, in small letters."""
    return "" if value is None else str(value).strip("\"'").lower()


def host_finding(severity: str, code: str, value: str, message: str, fix: str) -> Finding:
    return Finding(code, message, fix, severity, evidence={"value": value})
