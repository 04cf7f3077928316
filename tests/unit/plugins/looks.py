# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What fleet_look returns, as far as tests of pure functions need it."""

from __future__ import annotations

from ansible_collections.rosfleet.cluster.plugins.filter.__own.fleet import fleet_declared
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._fleet.fleet import LOOKED_AT, fleet_members

ABSENT = {"unreachable": True, "msg": "ssh: connect to host 10.0.0.9 port 22: No route to host"}


def look(**parts):
    """A look at a host, of which only these parts matter."""
    return {"changed": False, **{part: parts.get(part, {}) for part in LOOKED_AT}}


def fleet(variables, looks, known=None, cluster=None):
    """The fleet of the hosts whose variables these are; `looks` of those that were contacted, `cluster` those in it (all)."""
    declared = {host: fleet_declared(each) for host, each in variables.items()}
    return fleet_members(list(variables), declared, looks, known or {}, variables if cluster is None else cluster)
