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
        "rewrites": [],  # no list of modules, so none runs
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
        "rewrites": None,
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


MODULES = (
    "cloud_init_modules:\n - bootcmd\n - set-hostname\n - [update_hostname, always]\n - update_etc_hosts\n - ssh\n"
)
SETTINGS = [
    "# Written by Ansible (rosfleet.cluster): host name and hosts file are those of the fleet.",
    "preserve_hostname: true",
    "manage_etc_hosts: false",
]


def held(root, texts):
    return cloud_init.hold(cloud_init.read_sources(tree(root, texts)))


@pytest.mark.parametrize(
    "texts",
    [
        {},
        {CFG: "preserve_hostname: false\nmanage_etc_hosts: true\n" + MODULES},
        {f"{CFG}.d/10_x.cfg": "manage_etc_hosts: localhost\n", CFG: MODULES},
        {USER: "preserve_hostname: true\nmanage_etc_hosts: no\n", CFG: MODULES},
        {USER: "hostname: clone\n", f"{CFG}.d/zz.cfg": "manage_etc_hosts: false\n", CFG: MODULES},
        # Whatever an earlier run left in the list.
        {f"{CFG}.d/99-rosfleet.cfg": "cloud_init_modules: [ssh]\n", CFG: MODULES},
    ],
)
def test_settings_are_enough_where_nothing_stronger_is_against_them(tmp_path, texts):
    hold = held(tmp_path, texts)
    assert (hold.text.splitlines(), hold.overruled, hold.left_out, hold.notes()) == (SETTINGS, {}, (), [])


@pytest.mark.parametrize(
    ("texts", "overruled", "modules"),
    [
        (
            {USER: "manage_etc_hosts: true\n"},
            {"manage_etc_hosts": USER},
            ["bootcmd", "set-hostname", "[update_hostname, always]", "ssh"],
        ),
        ({VENDOR: "preserve_hostname: false\n"}, {"preserve_hostname": VENDOR}, ["bootcmd", "update_etc_hosts", "ssh"]),
        (
            {f"{CFG}.d/99_lab.cfg": "preserve_hostname: false\nmanage_etc_hosts: localhost\n"},
            {"preserve_hostname": f"{CFG}.d/99_lab.cfg", "manage_etc_hosts": f"{CFG}.d/99_lab.cfg"},
            ["bootcmd", "ssh"],
        ),
        # User data that waits for a first boot, or for one at which cloud-init has forgotten the host.
        (
            {USER: "manage_etc_hosts: false\n", "boot/firmware/user-data": "#cloud-config\nmanage_etc_hosts: true\n"},
            {"manage_etc_hosts": "boot/firmware/user-data"},
            ["bootcmd", "set-hostname", "[update_hostname, always]", "ssh"],
        ),
    ],
)
def test_modules_are_left_out_where_something_stronger_is_against_the_settings(tmp_path, texts, overruled, modules):
    hold = held(tmp_path, {**texts, CFG: MODULES})
    assert hold.overruled == {key: f"/{path}" for key, path in overruled.items()}
    lines = hold.text.splitlines()
    assert lines[:3] == SETTINGS
    assert lines[lines.index("cloud_init_modules:") + 1 :] == [f" - {module}" for module in modules]
    assert len(hold.notes()) == len(overruled)
    with_own = tree(tmp_path, {f"{CFG}.d/99-rosfleet.cfg": hold.text})
    assert cloud_init.read_cloud_init(with_own)["rewrites"] == []
    # The own file is no reason to decide otherwise next time.
    assert held(tmp_path, {f"{CFG}.d/99-rosfleet.cfg": hold.text}) == hold


def test_a_list_of_modules_in_user_data_cannot_be_overruled(tmp_path):
    with pytest.raises(cloud_init.CloudInitError, match=f"/{USER} makes cloud-init run update_etc_hosts at .*Fix: "):
        held(tmp_path, {USER: "manage_etc_hosts: true\ncloud_init_modules: [ssh, update-etc-hosts]\n", CFG: MODULES})


def test_a_list_of_modules_in_user_data_may_be_harmless(tmp_path):
    hold = held(tmp_path, {USER: "manage_etc_hosts: true\ncloud_init_modules: [ssh]\n", CFG: MODULES})
    assert (hold.text.splitlines(), hold.left_out) == (SETTINGS, ())


def test_whether_the_hold_has_to_be_written(tmp_path):
    assert cloud_init.hold_state(tree(tmp_path, {})) == {"due": False, "notes": []}
    files = tree(tmp_path, {USER: "manage_etc_hosts: true\n", CFG: MODULES})
    state = cloud_init.hold_state(files)
    assert state["due"] is True and "is stronger than" in state["notes"][0]
    tree(tmp_path, {f"{CFG}.d/99-rosfleet.cfg": cloud_init.hold(cloud_init.read_sources(files)).text})
    assert cloud_init.hold_state(files) == {**state, "due": False}


def test_a_hold_that_cannot_be_is_due_so_that_somebody_says_why(tmp_path):
    files = tree(tmp_path, {USER: "manage_etc_hosts: true\ncloud_init_modules: [update-etc-hosts]\n", CFG: MODULES})
    assert cloud_init.hold_state(files) == {"due": True, "notes": []}


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("\n - a\n - b\n", ["a", "b"]),
        ("\n- a\n- b", ["a", "b"]),
        ("[a, [b, always], {name: c, frequency: always}]", ["a", "[b, always]", "{name: c, frequency: always}"]),
        ("[a,  # why\n  b]\n", ["a", "b"]),
        ("[]", []),
        ("", []),
        (
            "\n - a # why\n\n - - b\n   - always\n - name: c\n   frequency: always\n",
            ["a", "- b\n   - always", "name: c\n   frequency: always"],
        ),
        ("\n    - a\n    - - b\n      - always\n", ["a", "- b\n   - always"]),
        ('["a", "b"]', ['"a"', '"b"']),
    ],
)
def test_items(text, items):
    assert cloud_init.items(text) == items


@pytest.mark.parametrize(
    "item",
    [
        "set_hostname",
        "set-hostname",
        "cc_set_hostname",
        "set_hostname.py",
        '"set_hostname"',
        "[set-hostname, always]",
        "- set_hostname\n   - always",
        "{name: set_hostname, frequency: always}",
        "frequency: always\n   name: set_hostname",
        '{"frequency": "always", "name": "set_hostname"}',
    ],
)
def test_module_name(item):
    assert cloud_init.module_name(item) == "set_hostname"
