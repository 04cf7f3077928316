# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What DNS and Kubernetes both take as a name. Private to this collection. Pure."""

from __future__ import annotations

import re

LONGEST_LABEL = 63
LONGEST_DOMAIN = 253
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")


def is_label(text: str, longest: int = LONGEST_LABEL) -> bool:
    """Whether it is a label of RFC 1123 (2.1) in lower case: a host's name, and that of most objects of Kubernetes."""
    return len(text) <= longest and bool(_LABEL.fullmatch(text))


def is_domain(text: str) -> bool:
    return len(text) <= LONGEST_DOMAIN and all(is_label(label) for label in text.split("."))
