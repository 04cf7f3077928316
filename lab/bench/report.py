# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every benchmark leaves: reports/bench/NAME.json, and its table in docs/performance.md between two markers."""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

from lab.cache import REPO

PAGE = REPO / "docs/performance.md"
FOLDER = REPO / "reports/bench"


def now() -> str:
    """This moment as an ISO 8601 text."""
    return datetime.now(timezone.utc).isoformat(timespec="seconds")


def machine() -> str:
    """What everything ran on: cores, memory, kernel."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, Linux {platform.release()}"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [f"| {' | '.join(cells)} |" for cells in (heads, *rows)]
    return "\n".join([lines[0], "|---" * len(heads) + "|", *lines[1:]])


def between_markers(page: str, name: str, text: str) -> str:
    """The page with ``text`` between ``<!-- name -->`` and the next ``<!-- end -->``.

    Raises ValueError when the page has no such markers.
    """
    marked = re.compile(rf"(<!-- {re.escape(name)} -->\n).*?(<!-- end -->)", re.DOTALL)
    if not marked.search(page):
        raise ValueError(f"No <!-- {name} --> … <!-- end --> in the page; add both where the table is to stand.")
    return marked.sub(lambda found: f"{found[1]}{text}\n{found[2]}", page)


def publish(name: str, started: str, rows: Sequence[dict], text: str, note: str, page: Path | None = None) -> str:
    """Write the report and a page, docs/performance.md unless told otherwise; return what `save` returns."""
    whole = save(name, started, rows, text, note)
    page = page or PAGE
    page.write_text(between_markers(page.read_text(), name, whole))
    return whole


def save(name: str, started: str, rows: Sequence[dict], text: str, note: str) -> str:
    """Write the report; return what is to stand in a page: the machine, the day, ``note``, and ``text`` below it."""
    whole = f"{machine()}, {started[:10]}, {note}\n\n{text}"
    FOLDER.mkdir(parents=True, exist_ok=True)
    report = {"bench": name, "machine": machine(), "started": started, "rows": list(rows)}
    (FOLDER / f"{name}.json").write_text(json.dumps(report, indent=2) + "\n")
    return whole
