# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The look itself runs here, in a shell of this machine; what it prints elsewhere is below as text."""

from __future__ import annotations

import os
import pwd
import subprocess
from pathlib import Path

from ansible_collections.rosfleet.cluster.plugins.plugin_utils._adopt.seen import seen_of

LOOK = Path(__file__).parents[5] / "roles/adopt/files/look.sh"
# Of a terminal, with a greeting, of a machine with JetPack 5.
JETSON = """Welcome to a robot!\r
user=nvidia\r
os-release=NAME="Ubuntu"\r
os-release=ID=ubuntu\r
os-release=ID_LIKE=debian\r
os-release=VERSION_ID="20.04"\r
program=apt-get\r
python=/usr/bin/python3 3.8\r
python=/usr/bin/python3.8 3.8\r
snap=there\r
sudo=there\r
key=# mine\r
key=from="192.168.8.10" ssh-ed25519 AAAA me=you@there\r
"""


def test_a_look_at_a_jetson():
    seen = seen_of(JETSON)
    assert (seen.user, seen.distribution, seen.like, seen.release) == ("nvidia", "ubuntu", "debian", "20.04")
    assert (seen.manager, seen.snap, seen.sudo, seen.free) == ("apt-get", True, True, False)
    assert seen.pythons == {"/usr/bin/python3": (3, 8), "/usr/bin/python3.8": (3, 8)}
    assert seen.keys == ("# mine", 'from="192.168.8.10" ssh-ed25519 AAAA me=you@there')


def test_root_needs_no_sudo():
    seen = seen_of("user=root\nprogram=apk\n")
    assert (seen.sudo, seen.free, seen.manager, seen.pythons, seen.keys) == (True, True, "apk", {}, ())


def test_a_broken_python_is_none():
    assert seen_of("user=me\npython=/usr/bin/python3 \n").pythons == {}


def test_the_look_itself(tmp_path):
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh/authorized_keys").write_text("ssh-ed25519 AAAA me\n")
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    ran = subprocess.run(["sh", LOOK], env=environment, capture_output=True, text=True, check=True)
    seen = seen_of(ran.stdout)
    assert (seen.user, seen.keys, ran.stderr) == (pwd.getpwuid(os.getuid()).pw_name, ("ssh-ed25519 AAAA me",), "")
    assert f"ID={seen.distribution}" in Path("/etc/os-release").read_text().replace('"', "").splitlines()
    assert set(seen.pythons) <= {str(path) for path in Path("/usr/bin").glob("python3*")}
