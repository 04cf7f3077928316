# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Multus has left in a host's CNI folder, and whether it is of use: pure judgement, and how to read the folder.

Private to this collection. Multus (thin) writes three things when it starts, and looks at them never again: its own
configuration, in which the cluster's network is copied as it was then; a kubeconfig with the token of its pod; and its
program. Standard library only, since it runs on robots.
"""

from __future__ import annotations

import base64
import json
import os
import re
from dataclasses import dataclass
from typing import Any, Mapping, Optional

SUFFIXES = (".conf", ".conflist")
OWN = "00-multus.conf"  # or, from CNI 1.0.0 on, 00-multus.conflist
KUBECONFIG = "multus.d/multus.kubeconfig"
# Of a token's life that must be left. That of a pod is good for a year, where the API server does not say otherwise.
LEAST_LEFT = 0.2
_TOKEN = re.compile(r"^\s*token: \"?([^\"\s]+)", re.MULTILINE)


@dataclass(frozen=True)
class Multus:
    """Multus on one host: `written`, whether pods get attached at all; `stale`, why they may not be as they should, or ""."""

    written: bool
    stale: str


def judge(files: Mapping[str, str], kubeconfig: str, now: float) -> Multus:
    """`files`: {name: text} of the folder's CNI configurations; `now`: seconds since 1970."""
    own = next((name for name in sorted(files) if name.startswith(OWN)), "")
    if not own:
        return Multus(False, "")
    return Multus(True, _copy_is_old(own, files) or _token_ends(kubeconfig, now))


def _copy_is_old(own: str, files: Mapping[str, str]) -> str:
    """Multus takes the first file that is not its own as the cluster's network, and keeps a copy of it."""
    network = next((name for name in sorted(files) if not name.startswith(OWN)), "")
    if not network:  # the cluster's network is being set up anew, or gone: nothing to compare with
        return ""
    wanted, copy = _parsed(files[network]), _delegate(_parsed(files[own]))
    if wanted is None or wanted == copy:
        return ""
    return f"{own} holds another network than {network}, as that was changed after Multus had started"


def _parsed(text: str) -> Optional[Any]:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _delegate(own: Any) -> Any:
    """The network in Multus' own configuration, which is a list of plugins or a single one."""
    try:
        return own.get("plugins", [own])[0]["delegates"][0]
    except (AttributeError, IndexError, KeyError, TypeError):
        return None


def _token_ends(kubeconfig: str, now: float) -> str:
    claims = _claims(kubeconfig)
    try:
        ends, began = float(claims["exp"]), float(claims["iat"])
    except (KeyError, TypeError, ValueError):  # a token of another kind, without an end
        return ""
    if ends - now >= LEAST_LEFT * (ends - began):
        return ""
    return f"its token for the API has ended or ends in {max(ends - now, 0) / 3600:.0f} h"


def _claims(kubeconfig: str) -> Mapping[str, Any]:
    """What the token says of itself; its signature, the secret part, is not looked at."""
    found = _TOKEN.search(kubeconfig)
    parts = found.group(1).split(".") if found else []
    if len(parts) != 3:
        return {}
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return {}
    return claims if isinstance(claims, dict) else {}


def read_multus(folder: str, now: float) -> Multus:
    """Multus as its files in the CNI folder `folder` show it."""
    try:
        names = [name for name in os.listdir(folder) if name.endswith(SUFFIXES)]
    except FileNotFoundError:
        return Multus(False, "")
    files: dict[str, str] = {}
    for name in names:
        text = _read(os.path.join(folder, name))
        if text is not None:
            files[name] = text
    return judge(files, _read(os.path.join(folder, KUBECONFIG)) or "", now)


def _read(path: str) -> Optional[str]:
    """The file's text; None when it has gone meanwhile."""
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            return stream.read()
    except FileNotFoundError:
        return None
