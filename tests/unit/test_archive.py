# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What users get is the archive: the pages in it link to what is in it, and it has what README tells to copy."""

from __future__ import annotations

import posixpath
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

REPO = Path(__file__).parents[2]
LINK = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)")
PAGE = re.compile(r"README\.md|docs/[^/]+\.md|roles/[^/]+/README\.md")


def dangling(pages: dict[str, str], names: set[str]) -> list[tuple[str, str]]:
    """(page, link) of relative links, {page: text}, to what is not among `names`."""
    return [
        (page, link)
        for page, text in pages.items()
        for link in LINK.findall(text)
        if posixpath.normpath(posixpath.join(posixpath.dirname(page), link)) not in names
    ]


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """{name: text} of the pages in the archive that would be published now, and the names of all that is in it."""
    if not (REPO / "galaxy.yml").exists():
        pytest.skip("needs a checkout, of which archives are built")
    folder = tmp_path_factory.mktemp("archive")
    command = [Path(sys.prefix, "bin/ansible-galaxy"), "collection", "build", "--output-path", folder]
    subprocess.run(command, check=True, cwd=REPO, stdout=subprocess.DEVNULL)
    with tarfile.open(next(folder.glob("*.tar.gz"))) as packed:
        names = set(packed.getnames())
        pages = {name: packed.extractfile(name).read().decode() for name in names if PAGE.fullmatch(name)}
    return pages, names


def test_every_relative_link_leads_to_a_file_of_the_archive(archive):
    pages, names = archive
    assert {"README.md", "docs/troubleshooting.md", "roles/fleet/README.md"} <= set(pages)
    assert dangling(pages, names) == []


def test_what_readme_tells_to_copy_is_in_the_archive(archive):
    _pages, names = archive
    assert {"ansible.cfg", "inventories/sample/fleet.yml"} <= names
    assert {name.partition("/")[0] for name in names} & {"lab", "tests", "tools", ".venv", ".collections"} == set()


def test_a_link_to_what_is_left_out_is_seen():
    pages = {
        "README.md": "[a](docs/a.md), [lab](lab/README.md#x), [web](https://h/lab), [here](#b)",
        "docs/a.md": "[up](../README.md), [x](x.md)",
    }
    assert dangling(pages, set(pages)) == [("README.md", "lab/README.md"), ("docs/a.md", "x.md")]


SETTINGS = re.compile(r"^(\w+) = ", re.MULTILINE)


def test_readme_explains_every_setting_of_ansible_cfg():
    section = (REPO / "README.md").read_text().partition("| setting | why |")[2].partition("\n\n")[0]
    assert [name for name in SETTINGS.findall((REPO / "ansible.cfg").read_text()) if f"`{name}" not in section] == []
