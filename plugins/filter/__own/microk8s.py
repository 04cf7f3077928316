# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters of role microk8s; see plugin_utils/_microk8s.py for what each does. No I/O."""

from __future__ import annotations

from typing import Any

from ...plugin_utils import _microk8s, _microk8s_due


class FilterModule:
    """Names under which Ansible finds the filters."""

    def filters(self) -> dict[str, Any]:
        return {
            "microk8s_arguments_due": _microk8s_due.arguments_due,
            "microk8s_bring_up_due": _microk8s_due.bring_up_due,
            "microk8s_mirrors_due": _microk8s_due.mirrors_due,
            "microk8s_preflight": _microk8s.preflight,
            "microk8s_fleet_findings": _microk8s.fleet_findings,
            "microk8s_network_findings": _microk8s.network_findings,
            "microk8s_skew_findings": _microk8s.skew_findings,
            "microk8s_findings_table": _microk8s.findings_table,
            "microk8s_launch_config": _microk8s.launch_config,
            "microk8s_dns_arguments": _microk8s.dns_arguments,
            "microk8s_proxy_environment": _microk8s.proxy_environment,
        }
