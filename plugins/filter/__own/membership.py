# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters of role membership: who has to join, who must not, who is proven a member, and who goes."""

from __future__ import annotations

import base64
import re
import sys
from typing import Iterable

from ...module_utils._finding import in_sentences
from ...plugin_utils._membership.answer import cluster_answer
from ...plugin_utils._membership.cluster_notes import cluster_notes
from ...plugin_utils._membership.findings import cluster_findings
from ...plugin_utils._membership.plan import facts_after_identity, is_settled, plan, refused
from ...plugin_utils._membership.removal import parse_names, removal, removal_notes
from ...plugin_utils._membership.reset import reset_findings
from ...plugin_utils._membership.seed import choose_seed, present_control_planes


def membership_kubeconfig(
    kubeconfig: str, server_certificate: str, python: tuple[int, int] = sys.version_info[:2]
) -> str:
    """The kubeconfig in a form that this controller's Python can verify the API server with.

    MicroK8s makes a CA certificate without the key usage extension. Python verifies strictly since 3.13 and refuses it;
    there the API server's own certificate is pinned instead, which trusts less and not more.
    """
    if python < (3, 13) or not server_certificate:
        return kubeconfig
    pin = base64.b64encode(server_certificate.encode()).decode()
    return re.sub(r"(certificate-authority-data: )\S+", r"\g<1>" + pin, kubeconfig)


def membership_leads_to(kubeconfig: str, addresses: Iterable[str]) -> bool:
    """Whether a kubeconfig, or what is left of one, leads to one of these addresses."""
    return any(server in re.findall(r"^ *server: https://([^:/\s]+)", kubeconfig, re.MULTILINE) for server in addresses)


class FilterModule:
    """Filters of role membership."""

    def filters(self):
        return {
            "membership_answer": cluster_answer,
            "membership_cluster_notes": in_sentences(cluster_notes),
            "membership_facts_after_identity": facts_after_identity,
            "membership_findings": in_sentences(cluster_findings),
            "membership_kubeconfig": membership_kubeconfig,
            "membership_leads_to": membership_leads_to,
            "membership_parse_names": parse_names,
            "membership_plan": plan,
            "membership_present_control_planes": present_control_planes,
            "membership_refused": refused,
            "membership_removal": removal,
            "membership_removal_notes": removal_notes,
            "membership_reset_findings": in_sentences(reset_findings),
            "membership_seed": choose_seed,
            "membership_settled": is_settled,
        }
