# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters of the role ros_lan: findings, attachments and their manifests. No I/O."""

from __future__ import annotations

import json
from typing import Any, Collection, Iterator, Mapping, Sequence

from ...module_utils._finding import Finding, in_sentences
from ...module_utils._lan import carriers
from ...module_utils._nics import described
from ...plugin_utils._addresses import mac
from ...plugin_utils._cluster_networks import all_networks
from ...plugin_utils._lan_attachment import attachment, fixed_attachment
from ...plugin_utils._lan_findings import findings, router_findings
from ...plugin_utils._lan_reach import lans_of_host
from ...plugin_utils._manifests import attachment_definition, attachment_names, reference
from ...plugin_utils._pods import is_leaving, node_name

PART_OF = "ros-lan"


@in_sentences
def lan_findings(
    networks: Sequence[Mapping[str, Any]],
    hosts: Sequence[str],
    seen: Mapping[str, Mapping[str, Any]],
    fleet: Mapping[str, Mapping[str, Any]],
    groups: Collection[str] = (),
) -> list[Finding]:
    """What is wrong with the declared LANs and the NICs they find; see plugin_utils/_lan_findings.py."""
    addresses = {host: each["address"] for host, each in fleet.items()}
    found = findings(networks, hosts, seen, addresses, all_networks(fleet), groups)
    return [*found, *router_findings(networks, fleet)]


def lan_seen(
    member: Mapping[str, Any], networks: Sequence[Mapping[str, Any]], nics: Mapping[str, Any]
) -> dict[str, Any]:
    """What one host has to do with its LANs: {"nics", "attachments", "lans": {lan: its NIC}, "refused": {lan: why none}}.

    `member` is the host's of the fleet, `nics` {lan: NIC's name or MAC} where the subnet does not tell which it is; MACs in
    whatever notation a label or a switch has. A host that is not to be in the cluster gets no pods, and may be on a LAN by any
    NIC.
    """
    subnets = {str(network.get("name", "")): network.get("subnet", "") for network in networks}
    wanted = {lan: mac(nic) or nic for lan, nic in nics.items()}
    nics_there = [described(nic) for nic in member["nics"]]
    lans, refused = carriers(nics_there, subnets, wanted, for_pods=member["in_cluster"])
    return {"nics": member["nics"], "attachments": member["attachments"], "lans": lans, "refused": refused}


def lan_nodes(
    networks: Sequence[Mapping[str, Any]], hosts: Sequence[str], fleet: Mapping[str, Mapping[str, Any]]
) -> dict[str, list[str]]:
    """{node: the LANs that it is on} of those of `hosts` that are on any."""
    on = {fleet[host]["hostname"]: [str(lan["name"]) for lan in lans_of_host(networks, host)] for host in hosts}
    return {node: lans for node, lans in on.items() if lans}


def lan_host(
    carriers: Mapping[str, Mapping[str, Any]], slices: Mapping[str, Mapping[str, str]], node: str
) -> dict[str, dict[str, Any]]:
    """What one host is on its LANs: {lan: {nic, address, mac, mtu, slice}}. `slices` are those of all nodes."""
    return {lan: dict(carrier, slice=slices[node][lan]) for lan, carrier in carriers.items()}


def lan_files_due(
    networks: Sequence[Mapping[str, Any]],
    host: Mapping[str, Mapping[str, Any]],
    attachments: Sequence[Mapping[str, Any]],
    directory: str,
) -> list[dict[str, str]]:
    """The attachment files ({"file", "text"}) of its LANs that one host has not, or not with this text.

    `host` is its ros_lan_host, `attachments` is what it has, as read_attachments gives it.
    """
    wanted = {
        f"{directory}/{_file_name(content['name'])}": json.dumps(content, indent=4, sort_keys=True) + "\n"
        for network in networks
        for content in _attachments(host[network["name"]], network)
    }
    there = {file["file"]: file["text"] for file in attachments}
    return [{"file": file, "text": text} for file, text in wanted.items() if there.get(file) != text]


def lan_stale_files(attachments: Sequence[Mapping[str, Any]], networks: Sequence[Mapping[str, Any]]) -> list[str]:
    """Our own attachment files of LANs that are not among `networks`, those of the host."""
    declared = {_file_name(name) for network in networks for name in attachment_names(network)}
    return [file["file"] for file in attachments if file["owned"] and file["file"].rpartition("/")[2] not in declared]


def lan_definitions(networks: Sequence[Mapping[str, Any]], namespace: str) -> list[dict[str, Any]]:
    """A NetworkAttachmentDefinition per declared LAN in one namespace."""
    return [attachment_definition(network["name"], namespace, PART_OF) for network in networks]


def lan_outdated_pods(pods: Sequence[Mapping[str, Any]], stale: Mapping[str, str]) -> list[dict[str, Any]]:
    """References to the pods of Multus on nodes where what it wrote is not right any more: {node: why, or empty}."""
    return [reference(pod) for pod in pods if stale.get(node_name(pod)) and not is_leaving(pod)]


def _file_name(attachment_name: str) -> str:
    return f"{attachment_name}.conf"


def _attachments(host: Mapping[str, Any], network: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield attachment(network, host)
    if network.get("fixed"):
        yield fixed_attachment(network, host)


class FilterModule:
    """Names under which Ansible finds the filters."""

    def filters(self) -> dict[str, Any]:
        return {
            function.__name__: function
            for function in (
                lan_findings,
                lan_seen,
                lan_nodes,
                lan_host,
                lans_of_host,
                lan_files_due,
                lan_stale_files,
                lan_definitions,
                lan_outdated_pods,
            )
        }
