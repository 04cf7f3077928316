# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Join tokens: what `add-node` prints, which of its addresses to use, how one is revoked. PRIVATE.

A token is a credential of the cluster. A token with a life is reusable until it ends and is never removed from
the control plane's file by MicroK8s itself, so whoever mints one takes its line out again.
"""

from __future__ import annotations

import json


class TokenError(Exception):
    """`add-node` did not give what a join needs; the text says why and what to do."""


def join_url(add_node_json: str, address: str) -> str:
    """The join URL (`address:25000/token/fingerprint`) for exactly the control plane's address `address`.

    `add-node` offers one URL for each address of the machine, docker bridges and VPNs included, in no useful
    order; the fleet address is the one every host was told.

    Raises TokenError when `address` is not among them.
    """
    try:
        urls = json.loads(add_node_json)["urls"]
    except (ValueError, KeyError, TypeError):
        raise TokenError("microk8s add-node printed no JSON with `urls`; is this the control plane?") from None
    offered = {url.split(":", 1)[0]: url for url in urls}
    if address not in offered:
        raise TokenError(
            f"the control plane offers to be joined at {', '.join(sorted(offered)) or 'no address'}, not at its fleet "
            f"address {address}. Set identity_address of the control plane to one of them."
        )
    return offered[address]


def token_of(url: str) -> str:
    """The bare token in a join URL."""
    return url.split("/")[1]


def without_token(tokens_file: str, token: str) -> str:
    """The text of cluster-tokens.txt without the lines of `token` (`token` or `token|expiry`)."""
    return "".join(line for line in tokens_file.splitlines(True) if line.strip().split("|")[0] != token)
