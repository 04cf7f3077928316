# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Public host keys: where they are found, and their fingerprints as ssh-keygen prints them."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._files import Files
from ansible_collections.rosfleet.cluster.plugins.module_utils._identity.ssh_keys import (
    HostKey,
    configured_host_keys,
    parse_public_key,
    read_host_keys,
)

ED25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEVjQ1dwfVx60gAHtBiWzC7Kx8EzCJsELssOBS6s/2yh"
ECDSA = (
    "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBONem7w/oDdziVEK9UeG4LzKLbrek+3fY29j3"
    "Sg5hAfBSe/bEICGq2wlXpfpWOgwGDRwWo+En2N7REIX0X67VWg="
)


def tree(root, **texts):
    for name, text in texts.items():
        path = root / "etc/ssh" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Files(str(root))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (
            f"{ED25519} root@tb1\n",
            HostKey("ssh-ed25519", "SHA256:KNVy/zhonpACwzRXsl/x7hMktKleu7bkcU3ifZTp6tw", ED25519, "/k_key.pub"),
        ),
        (
            ECDSA,
            HostKey("ecdsa-sha2-nistp256", "SHA256:khBx6cyfa7grR5jUMDSOqtHeoPuByeLEMu/TtBoMX4Q", ECDSA, "/k_key.pub"),
        ),
        ("", None),
        ("ssh-ed25519\n", None),
        ("x';touch${IFS}/tmp/pwned;' AAAAGngnO3RvdWNoJHtJRlN9L3RtcC9wd25lZDsnAAAAAA==\n", None),
        ("ssh-ed25519 not/base64! root@tb1\n", None),
        ("ssh-ed25519-cert-v01@openssh.com AAAA root@tb1\n", None),
        (ED25519.replace("ssh-ed25519", "ssh-rsa", 1), None),  # the blob names its type as well
        ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5\n", None),
    ],
)
def test_parse_public_key(text, key):
    assert parse_public_key(text, "/k_key.pub") == key


@pytest.mark.parametrize(
    ("texts", "paths"),
    [
        (
            {"sshd_config": "HostKey /etc/ssh/ssh_host_rsa_key\nhostkey   /srv/key # ours\n"},
            ["/etc/ssh/ssh_host_rsa_key", "/srv/key"],
        ),
        ({"sshd_config": 'HostKey="/srv/a key"\n'}, ["/srv/a key"]),
        ({"sshd_config": "#HostKey /etc/ssh/ssh_host_rsa_key\nHostKeyAlgorithms ssh-ed25519\nHostKey\n"}, []),
        (
            {
                "sshd_config": "Include /etc/ssh/sshd_config.d/*.conf\nHostKey /c\n",
                "sshd_config.d/10-a.conf": "HostKey /a\n",
                "sshd_config.d/20-b.conf": "Include more/b.inc\n",
                "more/b.inc": "HostKey /b\n",
                "sshd_config.d/off.conf.bak": "HostKey /d\n",
            },
            ["/a", "/b", "/c"],
        ),
        ({"sshd_config": "Include sshd_config\nBanner 'unclosed\n"}, []),  # sshd refuses to start with it
        ({}, []),
    ],
)
def test_configured_host_keys(tmp_path, texts, paths):
    assert configured_host_keys(tree(tmp_path, **texts)) == paths


def test_keys_are_those_in_standard_places_and_those_configured_each_once(tmp_path):
    files = tree(
        tmp_path,
        **{
            "sshd_config": "HostKey /etc/ssh/ssh_host_ed25519_key\nHostKey /etc/ssh/fleet\nHostKey /etc/ssh/gone\n",
            "ssh_host_ed25519_key.pub": ED25519,
            "ssh_host_ecdsa_key.pub": ECDSA,
            "fleet.pub": ED25519,
            "trusted_ca.pub": ED25519,
        },
    )
    assert [key.path for key in read_host_keys(files)] == [
        "/etc/ssh/fleet.pub",
        "/etc/ssh/ssh_host_ecdsa_key.pub",
        "/etc/ssh/ssh_host_ed25519_key.pub",
    ]
    assert read_host_keys(files)[0].private_path == "/etc/ssh/fleet"
