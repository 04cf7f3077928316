# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters of role membership: who has to join, who must not, who is proven a member, and who goes."""

from __future__ import annotations

from ...module_utils._finding import in_sentences
from ...plugin_utils._membership.answer import cluster_answer
from ...plugin_utils._membership.cluster_notes import cluster_notes
from ...plugin_utils._membership.findings import cluster_findings
from ...plugin_utils._membership.kubeconfig import leads_to, verifiable, would_be_lost
from ...plugin_utils._membership.plan import facts_after_identity, is_settled, plan, refused
from ...plugin_utils._membership.removal import parse_names, removal, removal_notes
from ...plugin_utils._membership.reset import reset_findings
from ...plugin_utils._membership.seed import choose_seed, present_control_planes


class FilterModule:
    """Filters of role membership."""

    def filters(self):
        return {
            "membership_answer": cluster_answer,
            "membership_cluster_notes": in_sentences(cluster_notes),
            "membership_facts_after_identity": facts_after_identity,
            "membership_findings": in_sentences(cluster_findings),
            "membership_kubeconfig": verifiable,
            "membership_kubeconfig_findings": in_sentences(would_be_lost),
            "membership_leads_to": leads_to,
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
