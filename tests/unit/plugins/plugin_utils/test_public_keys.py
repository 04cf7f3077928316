# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._public_keys import TYPES, blob, of_keys


def key(kind="ssh-ed25519", body=b"\0" * 36, comment=" me@here"):
    data = len(kind).to_bytes(4, "big") + kind.encode() + body
    return f"{kind} {base64.b64encode(data).decode()}{comment}"


@pytest.mark.parametrize("kind", TYPES)
def test_public_keys_are_taken(kind):
    assert of_keys("first_boot_ssh_keys", [key(kind), f"{key(kind, comment='')}\n"]) == []


def test_the_same_key_with_another_comment_is_the_same():
    assert blob(key(comment=" a")) == blob(key(comment=" b c")) == key().split()[1]


@pytest.mark.parametrize(
    ("keys", "code", "says"),
    [
        ([], "no-key", "there is no SSH public key"),
        (["~/.ssh/id_ed25519.pub"], "no-public-key", "entry 1: this is no SSH public key"),
        ([key(), "ssh-ed25519 AAAA"], "no-public-key", "entry 2: this is no SSH public key"),
        ([key().replace("ssh-ed25519", "ssh-rsa", 1)], "no-public-key", "this is no SSH public key"),
        ([f"{key()}\n{key('ssh-rsa')}"], "no-public-key", "several lines"),
        (["ssh-dss AAAAB3NzaC1kc3M="], "no-public-key", "a DSA key"),
        (["ssh-ed25519 not!base64"], "no-public-key", "this is no SSH public key"),
        ([key(body=b"")], "no-public-key", "this is no SSH public key"),
    ],
)
def test_what_is_no_key_is_refused(keys, code, says):
    (found,) = of_keys("first_boot_ssh_keys", keys)
    assert found.code == code
    assert says in found.message
    assert "write first_boot_ssh_keys: [\"{{ lookup('ansible.builtin.file', '~/.ssh/id_ed25519.pub') }}\"]" in found.fix


def test_a_private_key_is_refused_and_not_repeated():
    secret = "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n-----END OPENSSH PRIVATE KEY-----"
    (found,) = of_keys("first_boot_ssh_keys", [secret])
    assert "this is a private key" in found.message
    assert "c2VjcmV0" not in found.sentence
