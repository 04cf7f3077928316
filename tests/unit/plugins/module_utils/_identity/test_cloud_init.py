# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which of cloud-init's files decides what it does to host name and hosts file."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._files import Files
from ansible_collections.rosfleet.cluster.plugins.module_utils._identity import cloud_init

CFG = "etc/cloud/cloud.cfg"
USER = "var/lib/cloud/instance/cloud-config.txt"
VENDOR = "var/lib/cloud/instance/vendor-cloud-config.txt"


def tree(root: Path, texts: dict) -> Files:
    for name, text in texts.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return Files(str(root))


@pytest.mark.parametrize(
    ("texts", "seen"),
    [
        ({}, (False, False, False, "")),
        ({CFG: "disable_root: true\n"}, (True, False, False, "")),
        ({CFG: "preserve_hostname: false\n"}, (True, False, False, CFG)),
        (
            {CFG: "preserve_hostname: false\n", f"{CFG}.d/10.cfg": "preserve_hostname: true\n"},
            (True, True, False, f"{CFG}.d/10.cfg"),
        ),
        # Later names win, whatever their numbers; other endings are nothing to cloud-init.
        (
            {
                f"{CFG}.d/99-installer.cfg": "preserve_hostname: true\n",
                f"{CFG}.d/subiquity.cfg": "preserve_hostname: false\n",
                f"{CFG}.d/zz.cfg.dpkg-old": "preserve_hostname: true\n",
                CFG: "",
            },
            (True, False, False, f"{CFG}.d/subiquity.cfg"),
        ),
        # What Raspberry Pi Imager writes as user data.
        (
            {
                CFG: "preserve_hostname: true\nmanage_etc_hosts: false\n",
                USER: "#cloud-config\n\n---\nhostname: raspberrypi\nmanage_etc_hosts: true\n...\n",
            },
            (True, True, True, USER),
        ),
        (
            {
                CFG: "",
                USER: "manage_etc_hosts: localhost\n",
                VENDOR: "manage_etc_hosts: true\npreserve_hostname: yes\n",
            },
            (True, True, "localhost", USER),
        ),
        (
            {
                CFG: "",
                "run/cloud-init/cloud.cfg": "preserve_hostname: true\n",
                f"{CFG}.d/a.cfg": "preserve_hostname: false\n",
            },
            (True, True, False, "run/cloud-init/cloud.cfg"),
        ),
    ],
)
def test_the_strongest_file_decides(tmp_path, texts, seen):
    present, preserve, manage, path = seen
    assert cloud_init.read_cloud_init(tree(tmp_path, texts)) == {
        "present": present,
        "preserve_hostname": preserve,
        "manage_etc_hosts": manage,
        "decided_by": f"/{path}" if path else "",
    }


def test_what_an_unreadable_file_could_decide_is_unknown(tmp_path):
    tree(tmp_path, {CFG: "preserve_hostname: true\n", USER: "", f"{CFG}.d/x.cfg": ""})

    def refuse(name, **options):
        if name.endswith(USER):
            raise PermissionError(name)
        return open(name, **options)

    assert cloud_init.read_cloud_init(Files(str(tmp_path), opener=refuse)) == {
        "present": True,
        "preserve_hostname": None,
        "manage_etc_hosts": None,
        "decided_by": "",
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("preserve_hostname: true\n", " true"),
        ("preserve_hostname:   yes  # keep it\n", "yes"),
        ('"preserve_hostname": "on"\n', "on"),
        ("preserve_hostname:\n  true\n", "true"),
        ("  a: 1\n  preserve_hostname: True\n", "True"),
        ('{"a": {"preserve_hostname": false}, "preserve_hostname": true}', "true"),
        ("preserve_hostname: false\npreserve_hostname: true\n", "true"),
        ("---\npreserve_hostname: true\n...\n", "true"),
        # Not at the top level, or not at all.
        ("system_info:\n  preserve_hostname: true\n", None),
        ("a: |\n  preserve_hostname: true\nb: 1\n", None),
        ('datasource:\n  None:\n    userdata_raw: "#cloud-config\\npreserve_hostname: true\\n"\n', None),
        ("#preserve_hostname: true\n", None),
        ("preserve_hostname:true\n", None),
        ("no_preserve_hostname: true\n", None),
        ("{ not json\n", None),
    ],
)
def test_top_level(text, value):
    found = cloud_init.top_level(text).get("preserve_hostname")
    assert (found is None) == (value is None)
    assert found is None or cloud_init.scalar(found) == value.strip()


@pytest.mark.parametrize(
    ("text", "true"),
    [
        ("true", True),
        ("True", True),
        ("'yes'", True),
        ("on", True),
        ("1", True),
        ("y", False),
        ("false", False),
        ("", False),
        ("~", False),
        ("2", False),
    ],
)
def test_truth_as_cloud_init_has_it(text, true):
    assert cloud_init.is_true(text) is true


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("true", True),
        ("template", True),
        ("localhost", "localhost"),
        ('"localhost" # one line', "localhost"),
        ("Localhost", False),
        ("", False),
        ("no", False),
    ],
)
def test_manage_etc_hosts(text, meaning):
    assert cloud_init.managed(text) == meaning
