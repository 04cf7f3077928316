# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the page looks, in light and dark, on a phone and on a desk; and the script of its filter box.

Private to this collection. Pure. Both are written as they are, so nothing from the wire gets in here.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Mapping

# Each colour of text has a contrast of at least 4.5 on each ground that it stands on (see the test).
LIGHT = {
    "ground": "#ffffff",
    "raised": "#f3f4f6",
    "line": "#c4c8cf",
    "text": "#1b1f24",
    "quiet": "#545b66",
    "link": "#0b57b0",
    "good": "#17692c",
    "bad": "#b3201b",
    "warn": "#7f4f00",
    "bad-ground": "#fdeceb",
}
DARK = {
    "ground": "#14171b",
    "raised": "#20242a",
    "line": "#4a515c",
    "text": "#e9ebee",
    "quiet": "#aab1bc",
    "link": "#84b9ff",
    "good": "#79d58d",
    "bad": "#ff9a92",
    "warn": "#f0bd62",
    "bad-ground": "#3b1d1d",
}


def _colours(colours: Mapping[str, str]) -> str:
    return ":root{" + ";".join(f"--{name}:{value}" for name, value in colours.items()) + "}"


STYLE = (
    _colours(LIGHT)
    + "@media (prefers-color-scheme:dark){"
    + _colours(DARK)
    + "}"
    + """
*{box-sizing:border-box}
[hidden]{display:none!important}
body{margin:0;background:var(--ground);color:var(--text);font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
header,main{max-width:80rem;margin:0 auto;padding:0 1rem}
h1{font-size:1.5rem;line-height:1.3;margin:.25rem 0 .5rem}
h2{font-size:1.25rem;margin:2.25rem 0 .5rem;padding-bottom:.25rem;border-bottom:1px solid var(--line)}
h3{font-size:1rem;margin:0;display:inline}
p,ul,ol,dl{margin:.4rem 0}
ul,ol{padding-left:1.4rem}
a,summary{color:var(--link)}
summary{cursor:pointer}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
code{font-family:ui-monospace,monospace;font-size:.9em}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem .75rem}
dt,.quiet{color:var(--quiet)}
dd{margin:0}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;padding:0}
.verdict{margin-top:1rem;padding:.5rem 1rem .75rem;border:2px solid;border-left-width:.75rem;border-radius:.4rem}
.verdict p,.verdict summary{color:var(--text)}
.good{color:var(--good)}
.bad{color:var(--bad)}
.warn{color:var(--warn)}
.finding{border-left:.35rem solid;padding:.1rem 0 .1rem .9rem;margin:1rem 0}
.finding>*{color:var(--text)}
.finding>h3{display:block;color:inherit}
.table{margin:.75rem 0 1.25rem}
.box{overflow:auto;max-height:80vh;border:1px solid var(--line);border-radius:.3rem;margin:.5rem 0}
.box{max-width:100%;width:fit-content}
table{border-collapse:separate;border-spacing:0;font-size:.9rem;overflow-wrap:normal}
th,td{padding:.3rem .5rem;text-align:left;vertical-align:top}
th,td{border-bottom:1px solid var(--line);border-right:1px solid var(--line)}
th{background:var(--raised);font-weight:600}
thead th{position:sticky;top:0;z-index:1}
tbody th{position:sticky;left:0;z-index:1;min-width:5rem;max-width:11rem;overflow-wrap:break-word}
thead th{white-space:nowrap}
thead th:first-child{left:0;z-index:2}
.matrix td,.matrix thead th{text-align:center}
.matrix thead th:first-child{text-align:left}
.matrix td.bad{background:var(--bad-ground)}
.matrix>summary{color:var(--text)}
.matrix td summary{list-style:none;color:inherit;font-weight:700;min-width:1.6rem;min-height:1.6rem}
.matrix td summary::-webkit-details-marker{display:none}
.matrix p{color:var(--text);text-align:left;min-width:11rem;max-width:16rem;margin:.2rem 0;overflow-wrap:anywhere}
.wide{min-width:9rem;max-width:24rem;overflow-wrap:anywhere}
input{font:inherit;color:inherit;background:var(--ground);border:1px solid var(--quiet);border-radius:.3rem}
input{padding:.35rem .6rem;width:20rem;max-width:100%}
svg{display:block;font:13px system-ui,sans-serif}
svg text{fill:var(--text)}
svg .name{font-weight:600}
svg text.quiet{fill:var(--quiet)}
svg text.good{fill:var(--good)}
svg text.bad{fill:var(--bad)}
svg rect{fill:var(--raised);stroke:var(--line)}
svg line{stroke:var(--quiet);stroke-width:2}
svg line.lan{stroke-width:5;stroke-linecap:round}
svg line.bad{stroke:var(--bad);stroke-dasharray:4 4}
@media (max-width:40rem){
th,td{padding:.25rem .4rem}
thead th:first-child{white-space:normal}
tbody th{min-width:4rem;max-width:7.5rem}
.matrix p{min-width:8rem;max-width:11rem}
}
@media print{.box{max-height:none;overflow:visible}}
"""
)

# Rows whose text has what is typed; without the script the box is not there, and all rows are.
SCRIPT = """
for (const box of document.querySelectorAll("input[type=search]")) {
  const rows = [...document.getElementById(box.name).tBodies[0].rows];
  const said = document.getElementById(box.name + "-shown");
  const texts = rows.map((row) => row.textContent.toLowerCase());
  box.addEventListener("input", () => {
    const wanted = box.value.trim().toLowerCase();
    let shown = 0;
    rows.forEach((row, index) => {
      row.hidden = !texts[index].includes(wanted);
      shown += !row.hidden;
    });
    said.textContent = `${shown} of ${rows.length} shown`;
  });
  box.closest("p").hidden = false;
}
"""


def policy() -> str:
    """The Content-Security-Policy of the page: this style and this script alone, and no request to anywhere."""
    allowed = (f"{kind}-src 'sha256-{_hash(text)}'" for kind, text in (("style", STYLE), ("script", SCRIPT)))
    return "; ".join(["default-src 'none'", *allowed, "base-uri 'none'", "form-action 'none'"])


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
