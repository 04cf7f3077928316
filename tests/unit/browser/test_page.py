# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real browser shows the page of a report whose names are hostile: as text, and nothing of it runs.

`make browser` installs the browser. `make test` skips this where there is none.
"""

from __future__ import annotations

import shutil
import subprocess

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.parameters import printable
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.page.document import page

from tests.unit.plugins.plugin_utils._discovery.page.reading import read
from tests.unit.plugins.plugin_utils._discovery.page.reports import HOSTILE, failing_report, hostile_report

CHROMIUM = shutil.which("chromium")
OPTIONS = ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=3000", "--window-size=500,900"]
# Written into the page's own frame by what surrounds it: what is shown after somebody typed into the filter.
ASKING = """<iframe id="shown" src="page.html" width="400" height="800"></iframe><pre id="said"></pre><script>
document.getElementById("shown").onload = (event) => {
  const page = event.target.contentDocument;
  const box = page.querySelector("input");
  const said = {wide: page.documentElement.scrollWidth, filter: box.checkVisibility()};
  box.value = "CAMERA";
  box.dispatchEvent(new Event("input"));
  said.shown = page.getElementById("participants-shown").textContent;
  page.querySelector("td summary").click();
  said.opened = page.querySelector("td details").open;
  said.requests = event.target.contentWindow.performance.getEntriesByType("resource").length;
  document.getElementById("said").textContent = Object.entries(said).map((each) => each.join("=")).join(" ");
};</script>"""

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="needs chromium: make browser")


@pytest.fixture
def dom(tmp_path):
    """What the browser has made of a page after its scripts ran."""

    def dom(source, *options):
        path = tmp_path / "looked-at.html"
        path.write_text(source, encoding="utf-8")
        command = [CHROMIUM, *OPTIONS, *options, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", path.as_uri()]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout

    return dom


def test_no_script_of_a_name_runs_and_every_name_is_shown(dom):
    made = page(hostile_report())
    shown = read(dom(made))
    assert "<title>FAIL: ROS 2 discovery</title>" in made
    assert shown.texts.count("FAIL: ROS 2 discovery") == 1  # as it was: no name has changed it
    assert sorted(set(tag for tag, *_rest in shown.elements)) == sorted(set(tag for tag, *_rest in read(made).elements))
    for name in HOSTILE:
        assert shown.text.count(printable(name)) >= 10, name


def test_a_script_that_got_in_would_not_run_either_and_this_would_be_seen(dom):
    intruder = "<script>document.title='owned'</script><p onclick='x' id='p'>"
    assert "<title>owned</title>" in dom(f"<title>x</title>{intruder}")
    assert "<title>owned</title>" not in dom(page(failing_report()).replace("<main>", f"<main>{intruder}"))


def test_it_fits_a_phone_and_its_filter_and_cells_work(dom, tmp_path):
    (tmp_path / "page.html").write_text(page(failing_report()), encoding="utf-8")
    said = read(dom(ASKING, "--allow-file-access-from-files")).text
    assert "filter=true shown=1 of 2 shown opened=true requests=0" in said
    assert int(said.partition("wide=")[2].split()[0]) <= 400
