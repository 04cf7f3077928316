# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a NIC is by the name that programs give theirs: bridges of one host's own, the ends of pods, VPNs.

Private to this collection. Pure. Standard library only, since it also runs on robots.
"""

from __future__ import annotations

import re

# Bridges that lead to what is inside of the host, or on a cable to the host alone: other hosts have one like it, often with
# the same address. (name, whose it is.)
_OWN_BRIDGES = (
    (re.compile(r"docker\d|br-[0-9a-f]{12}$|podman\d|cni-podman"), "the bridge of this host's own containers"),
    (re.compile(r"lxdbr|lxcbr|incusbr"), "the bridge of this host's own containers"),
    (re.compile(r"virbr|vboxnet|vmnet"), "the bridge of this host's own virtual machines"),
    (re.compile(r"l4tbr"), "the bridge of a Jetson's USB device port, which has the same address on every Jetson"),
)
# What the cluster's own network makes on each of its hosts.
_POD_NETWORK = re.compile(r"cali|vxlan\.calico|tunl0|cni0|flannel|cilium|kube-|nodelocaldns")
_ZEROTIER = re.compile(r"zt[a-z0-9]+$")


def own_bridge(name: str) -> str:
    """Whose bridge it is, in words, where it leads to no other host; else empty."""
    return next((whose for pattern, whose in _OWN_BRIDGES if pattern.match(name)), "")


def of_pod_network(name: str) -> bool:
    """Whether the NIC is one that the cluster's own network has made."""
    return bool(_POD_NETWORK.match(name))


def of_zerotier(name: str) -> bool:
    """Whether it is ZeroTier's: Ethernet as far as the kernel sees, and yet no place for a second MAC."""
    return bool(_ZEROTIER.match(name))
