# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Join tokens: what `add-node` prints, which of its addresses to use, what is left of them afterwards. PRIVATE.

A token is a credential of the cluster. One with a life is reusable until it ends, and MicroK8s never takes it out of the
control plane's file. When a worker joins, the agent derives two more from it, for the requests of its certificates: they
have no end of life at all and go when they are used, so those of a join that was cut off stay for ever. Whoever mints a
token therefore takes all of it out again, and notes it (as a checksum) where the next run finds it, in case this one is
killed.
"""

from __future__ import annotations

import hashlib
import json
import re

from .._files import Files
from . import paths

JOIN_URL = re.compile(r"[0-9.]+:[0-9]+/(?P<token>[0-9A-Za-z]{32,})/[0-9a-f]{12,}")
DERIVED = ("-kubelet", "-proxy")
# Seconds for which a token stays noted: an agent that was busy derives tokens from one that was revoked meanwhile.
NOTED_FOR = 86400


class TokenError(Exception):
    """`add-node` did not give what a join needs; the text says why and what to do."""


def minted(add_node_json: str) -> tuple[str, list[str]]:
    """(token, join URLs) in what `add-node` printed. Raises TokenError when it printed something else."""
    try:
        answer = json.loads(add_node_json)
        return answer["token"].split("/")[0], answer["urls"]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise TokenError("microk8s add-node printed no JSON with `urls`; is this the control plane?") from None


def join_url(urls: list[str], address: str) -> str:
    """The join URL (`address:25000/token/fingerprint`) for exactly the control plane's address `address`.

    `add-node` offers one URL for each address of the machine, docker bridges and VPNs included, in no useful
    order; the fleet address is the one every host was told.

    Raises TokenError when `address` is not among them.
    """
    offered = {url.split(":", 1)[0]: url for url in urls}
    if address not in offered:
        raise TokenError(
            f"the control plane offers to be joined at {', '.join(sorted(offered)) or 'no address'}, not at its fleet "
            f"address {address}. Set identity_address of the control plane to one of them."
        )
    return offered[address]


def token_of(url: str) -> str:
    """The bare token in a join URL. Raises TokenError for what is none."""
    parts = JOIN_URL.fullmatch(url)
    if parts is None:
        raise TokenError("url is no join URL (ADDRESS:PORT/TOKEN/FINGERPRINT). Fix: use what microk8s_token returns")
    return parts.group("token")


def note(record: str, token: str, now: float) -> str:
    """The record (lines `checksum epoch`) with `token`, and without those that were noted too long ago."""
    kept = [line for line in record.splitlines() if _age(line, now) < NOTED_FOR]
    return "".join(f"{line}\n" for line in [*kept, f"{_checksum(token)} {now:.0f}"])


def _age(line: str, now: float) -> float:
    try:
        return now - float(line.split()[1])
    except (IndexError, ValueError):
        return NOTED_FOR


def without_noted(tokens_file: str, record: str) -> str:
    """A file of tokens without the lines (`token`, `token|expiry`) of those in the record and of what derives from them."""
    noted = {line.split()[0] for line in record.splitlines() if line.strip()}
    return "".join(line for line in tokens_file.splitlines(True) if _checksum(_origin(line)) not in noted)


def _origin(line: str) -> str:
    """The token that a line is about: its own, or the one that its own derives from."""
    token = line.strip().split("|")[0]
    return next((token[: -len(suffix)] for suffix in DERIVED if token.endswith(suffix)), token)


def _checksum(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def left_over(files: Files) -> dict[str, str]:
    """{file: its text without them} of each file that has a token of ours, or what derives from one. Raises OSError."""
    record = files.text(paths.MINTED_TOKENS) or ""
    found = {}
    for name in (paths.CLUSTER_TOKENS, paths.REQUEST_TOKENS):
        before = files.text(name) or ""
        after = without_noted(before, record)
        if after != before:
            found[name] = after
    return found
