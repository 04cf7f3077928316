# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which host holds which slice of a LAN's pool: read from the Nodes, decided, and written down so that nobody else has it.

Private to this collection. No I/O of its own: the cluster is asked through an `Api`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping, Optional, Protocol, Sequence

from ..module_utils._lan import LanError
from ._addresses import network as parse_network
from ._addresses import pieces
from ._lan_findings import slice_prefix

if TYPE_CHECKING:
    from netaddr import IPNetwork

SLICE_ANNOTATION = "rosfleet.io/slice."
# On the namespace of rosfleet's own pods: grows whenever slices were handed out.
COUNTER_ANNOTATION = "rosfleet.io/slices-handed-out"
TRIES = 10


class Api(Protocol):
    """What handing out slices needs of the cluster."""

    def nodes(self) -> Sequence[Mapping[str, Any]]:
        """All Node objects."""

    def counter(self) -> Mapping[str, Any]:
        """The namespace object that COUNTER_ANNOTATION is on."""

    def patch(self, patches: Sequence[Mapping[str, Any]]) -> bool:
        """Apply them; False when an object is not any more as it was read (its resourceVersion)."""


class Contention(Exception):
    """Others hand out slices all the time."""


def hand_out(
    api: Api,
    networks: Sequence[Mapping[str, Any]],
    wanted: Mapping[str, Sequence[str]],
    *,
    write: bool = True,
    tries: int = TRIES,
) -> tuple[dict[str, dict[str, str]], bool]:
    """The slices of the nodes in `wanted`, {node: its LANs}, as {node: {lan: CIDR}}, and whether some of them are new.

    Two runs (two `site --limit`) may do this at the same time, for different nodes: no Node's resourceVersion tells one
    of the other. So a run reads a counter, then the Nodes, writes its slices down, and raises the counter as it was
    read: only one can do that, and the other sees the slices of the first when it begins anew. What it had written itself
    counts as free then. Raises LanError when a pool is exhausted, Contention when `tries` were not enough.
    """
    nodes = api.nodes()
    slices = slices_of(networks, nodes, wanted)
    if not node_patches(slices, nodes) or not write:
        return slices, bool(node_patches(slices, nodes))
    unconfirmed: dict[str, dict[str, str]] = {}
    for _try in range(tries):
        counter = api.counter()
        nodes = api.nodes()
        slices = slices_of(networks, [_without(node, unconfirmed) for node in nodes], wanted)
        patches = node_patches(slices, nodes)
        if not patches and not unconfirmed:  # another run gave them to the same nodes meanwhile
            return slices, False
        for patch in patches:
            unconfirmed.setdefault(patch["metadata"]["name"], {}).update(patch["metadata"]["annotations"])
        if api.patch(patches) and api.patch([_raised(counter)]):
            return slices, True
    raise Contention(f"other runs handed out slices {tries} times while this one did")


def slices_of(
    networks: Sequence[Mapping[str, Any]], nodes: Sequence[Mapping[str, Any]], wanted: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, str]]:
    """The slice of each LAN for each node that is on it by `wanted`, {node: its LANs}: {node: {lan: CIDR}}.

    What the annotations of `nodes` say is kept, also for nodes not in `wanted`.
    """
    result: dict[str, dict[str, str]] = {name: {} for name in wanted}
    for network in networks:
        lan = network["name"]
        taken = {node["metadata"]["name"]: _annotations(node).get(SLICE_ANNOTATION + lan, "") for node in nodes}
        names = [name for name, lans in wanted.items() if lan in lans]
        try:
            slices = allocate_slices(parse_network(network["pool"]), slice_prefix(network), taken, names)
        except LanError as exc:
            raise LanError(f"LAN {lan}: {exc}") from exc
        for name, piece in slices.items():
            result[name][lan] = piece
    return result


def allocate_slices(
    pool: IPNetwork, prefix_length: int, taken: Mapping[str, str], hosts: Sequence[str]
) -> dict[str, str]:
    """A slice of `pool` for each of `hosts`: the one it holds in `taken`, else the lowest that nobody holds.

    `taken` is what the cluster remembers, for any host, present or not; values that are no slice of this pool (the
    pool was declared anew) are forgotten. Of two hosts with one slice the first by name keeps it.
    Raises LanError when the pool is exhausted.
    """
    kept: dict[IPNetwork, str] = {}
    for host in sorted(taken):
        held = _slice_of(pool, prefix_length, taken[host])
        if held is not None:
            kept.setdefault(held, host)
    result = {host: str(held) for held, host in kept.items() if host in set(hosts)}
    free = (candidate for candidate in pieces(pool, prefix_length) if candidate not in kept)
    for host in sorted(set(hosts) - set(result)):
        fresh = next(free, None)
        if fresh is None:
            holders = ", ".join(f"{holder} {held}" for held, holder in sorted(kept.items()))
            raise LanError(
                f"pool {pool} has no free /{prefix_length} slice for {host}. Held: {holders}. "
                "Fix: widen the pool, raise slice_prefix, or remove nodes that left from the cluster"
            )
        result[host] = str(fresh)
        kept[fresh] = host
    return result


def _slice_of(pool: IPNetwork, prefix_length: int, text: str) -> Optional[IPNetwork]:
    try:
        piece = parse_network(text)
    except LanError:
        return None
    return piece if piece.prefixlen == prefix_length and piece in pool else None


def node_patches(slices: Mapping[str, Mapping[str, str]], nodes: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The patches that write `slices` down, for nodes that exist, do not say so yet, and are still as they were read."""
    patches = []
    for node in nodes:
        wanted = {SLICE_ANNOTATION + lan: piece for lan, piece in slices.get(node["metadata"]["name"], {}).items()}
        written = _annotations(node)
        if any(written.get(key) != value for key, value in wanted.items()):
            patches.append(_patch("Node", node, wanted))
    return patches


def _raised(counter: Mapping[str, Any]) -> dict[str, Any]:
    before = str(_annotations(counter).get(COUNTER_ANNOTATION, ""))
    return _patch("Namespace", counter, {COUNTER_ANNOTATION: str(int(before) + 1 if before.isdecimal() else 1)})


def _patch(kind: str, was: Mapping[str, Any], annotations: Mapping[str, str]) -> dict[str, Any]:
    """With the resourceVersion, the API refuses the patch when the object has changed since."""
    metadata = {
        "name": was["metadata"]["name"],
        "resourceVersion": was["metadata"]["resourceVersion"],
        "annotations": dict(annotations),
    }
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata}


def _without(node: Mapping[str, Any], unconfirmed: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """The node as it was before this run wrote on it; what another run wrote there meanwhile stays."""
    mine = unconfirmed.get(node["metadata"]["name"], {})
    kept = {key: value for key, value in _annotations(node).items() if mine.get(key) != value}
    return {**node, "metadata": {**node["metadata"], "annotations": kept}}


def _annotations(thing: Mapping[str, Any]) -> Mapping[str, str]:
    return thing["metadata"].get("annotations") or {}
