# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is there, who is absent, and who answers and does not let us in, by what ssh, sudo and Ansible print."""

from __future__ import annotations

import re

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._fleet.contact import contact

NO_FILE = "No such file or directory"
SSH = 'Data could not be sent to remote host "10.0.0.2". Make sure this host can be reached over ssh: '


def garbled(stderr):
    """The result of a module in whose place something else came."""
    said = {"module_stderr": stderr, "module_stdout": "", "rc": 1}
    return {"failed": True, "msg": "Module result deserialization failed: No start of json char found", **said}


@pytest.mark.parametrize(
    ("result", "state", "words"),
    [
        ({"identity": {}, "changed": False}, "present", ""),
        (
            {"unreachable": True, "msg": SSH + "ssh: connect to host 10.0.0.2 port 22: No route to host"},
            "absent",
            "No route to host",
        ),
        (
            {"unreachable": True, "msg": SSH + "ssh: connect to host 10.0.0.2 port 22: Connection refused\r\n"},
            "absent",
            "port 22: Connection refused",
        ),
        (
            {"unreachable": True, "msg": "ssh: Could not resolve hostname tb1.local: Name or service not known"},
            "absent",
            "Could not resolve hostname tb1.local",
        ),
        ({"unreachable": True}, "absent", "gave no answer"),
        ({"failed": True, "timedout": {"period": 30}, "msg": "Timed out after 30 second(s)."}, "absent", "after 30"),
        (
            {"unreachable": True, "msg": SSH + "robot@10.0.0.2: Permission denied (publickey,password)."},
            "refused",
            "answers and refuses the login. It said: Data could",
        ),
        ({"unreachable": True, "msg": "Invalid/incorrect password: x"}, "refused", "ansible_user and the key"),
        (
            {"unreachable": True, "msg": "Received disconnect from 10.0.0.2: Too many authentication failures"},
            "refused",
            "Fix: correct ansible_user",
        ),
        (
            {
                "unreachable": True,
                "msg": "@@@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @@@\nHost key verification failed.",
            },
            "refused",
            "Fix: find out which; if it was installed anew: ssh-keygen -R 10.0.0.2",
        ),
        (
            {"unreachable": True, "msg": SSH + "Host key verification failed."},
            "refused",
            "does not know. It said: ",
        ),
        ({"failed": True, "msg": "Missing sudo password"}, "refused", "sudo wants a password before we become root"),
        (
            garbled("/bin/sh: 1: /usr/bin/python3: not found\n"),
            "refused",
            "there is no Python at /usr/bin/python3. It said: ",
        ),
        (
            {"failed": True, "msg": "The module interpreter '/opt/py/bin/python3.9' was not found."},
            "refused",
            "no Python at /opt/py/bin/python3.9",
        ),
        (
            {"failed": True, "msg": "Task failed: Module failed: /bin/sh: 1: /usr/bin/mawk: not found"},
            "refused",
            "cannot be used: /bin/sh: 1:",
        ),
        ({"failed": True}, "refused", "it said nothing"),
    ],
)
def test_what_came_of_a_contact(result, state, words):
    came = contact(result, "10.0.0.2")
    assert (came.state, words in came.sentence) == (state, True)
    assert "\n" not in came.sentence


@pytest.mark.parametrize(
    ("result", "why", "fix"),
    [
        # As real interpreters have said it: 3.6.15, 2.7.18, 3.8.18, and none (ansible-core 2.21).
        (
            garbled('  File "<stdin>", line 3\nSyntaxError: future feature annotations is not defined\n'),
            "its Python is too old, such as 3.6: Ansible needs 3.9 or newer",
            "ansible_python_interpreter: /usr/bin/python3.9",
        ),
        (
            garbled('  File "<stdin>", line 40\n    zip_data: str,\n            ^\nSyntaxError: invalid syntax\n'),
            "its Python is too old",
            "Ubuntu 18.04 and JetPack 4 are too old",
        ),
        (
            {
                "failed": True,
                "msg": "Ansible requires Python 3.9 or newer on the target. Current version: 3.8.18 (default, May  9 2026)",
            },
            "its Python 3.8.18 is too old: Ansible needs 3.9 or newer",
            "sudo apt install python3.9",
        ),
        (
            {
                "failed": True,
                "msg": "ansible-core requires a minimum of Python version 3.9. Current version: 3.7.3 (default)",
            },
            "its Python 3.7.3 is too old: Ansible needs 3.9",
            "python3.9",
        ),
        (
            garbled("/bin/sh: 1: /usr/bin/python3: not found"),
            "there is no Python at /usr/bin/python3",
            "apk add python3",
        ),
        # sudo.
        ({"failed": True, "msg": "Missing sudo password"}, "sudo wants a password", "with -K, which asks you"),
        (garbled("sudo: a password is required"), "sudo wants a password", "NOPASSWD"),
        ({"failed": True, "msg": "Incorrect sudo password"}, "not the one that sudo wants", "ansible_become_password"),
        (
            garbled("robot is not in the sudoers file.\nThis incident has been reported to the administrator.\n"),
            "its user robot may not use sudo",
            "as root on it: usermod -aG sudo robot",
        ),
        (
            garbled("Sorry, user robot is not allowed to execute '/bin/sh -c …' as root on tb1."),
            "its user robot may not use sudo",
            "usermod -aG sudo robot",
        ),
        (garbled("/bin/sh: 1: sudo: not found"), "has no sudo", "ansible_user: root"),
        (garbled("sudo: sorry, you must have a tty to run sudo"), "works on a terminal only", "requiretty"),
        (
            {"unreachable": True, "msg": "Timeout (12s) waiting for privilege escalation prompt: "},
            "sudo did not answer in time",
            "ssh 10.0.0.2 sudo true",
        ),
        # ssh.
        (
            {"unreachable": True, "msg": SSH + "robot@10.0.0.2: Permission denied (publickey)."},
            "answers and refuses the login",
            "ssh robot@10.0.0.2; a key gets there by: ssh-copy-id robot@10.0.0.2",
        ),
        (
            {
                "unreachable": True,
                "msg": SSH + f"no such identity: /k: {NO_FILE}\nr@10.0.0.2: Permission denied (publickey).",
            },
            "this controller has no file /k",
            "ansible_ssh_private_key_file",
        ),
        (
            {
                "unreachable": True,
                "msg": SSH + "Permissions 0644 for '/k' are too open.\nLoad key: bad permissions\n"
                "r@10.0.0.2: Permission denied (publickey).",
            },
            "ssh does not use the key /k",
            "chmod 600 /k",
        ),
        (
            {
                "unreachable": True,
                "msg": SSH + "Unable to negotiate with 10.0.0.2 port 22: no matching host key type found.",
            },
            "no method in common",
            "ansible_ssh_common_args",
        ),
        (
            {"failed": True, "msg": "to use the password_mechanism=sshpass, you must install the sshpass program"},
            "this controller has no sshpass",
            "apt install sshpass",
        ),
        (
            {
                "unreachable": True,
                "msg": "Failed to create temporary directory. In some cases, you may have been able to",
            },
            "its user cannot make files there",
            "ansible_remote_tmp",
        ),
        (garbled("OSError: [Errno 28] No space left on device"), "its disk is full", "df -h"),
    ],
)
def test_who_refuses_is_told_why_and_what_to_write(result, why, fix):
    came = contact(result, "10.0.0.2")
    assert came.state == "refused"
    assert why in came.why
    assert fix in came.fix
    assert "No start of json char" not in came.sentence
    assert not re.search("[{}]", came.sentence)


@pytest.mark.parametrize("key", ["no such identity: /k: ", "Warning: Identity file /k not accessible: "])
def test_a_key_that_is_missing_makes_nobody_there(key):
    said = SSH + key + NO_FILE + "\nssh: connect to host 10.0.0.2 port 22: No route to host"
    assert contact({"unreachable": True, "msg": said}, "10.0.0.2").state == "absent"


def test_a_file_that_a_module_may_not_read_is_no_refused_login():
    came = contact({"failed": True, "msg": "[Errno 13] Permission denied: '/etc/hosts'"}, "10.0.0.2")
    assert came.why == "answers and cannot be used: [Errno 13] Permission denied: '/etc/hosts'"


def test_of_a_dump_the_end_is_told():
    came = contact(garbled("Traceback (most recent call last)\n" * 99 + "KeyError: 'nics'"), "10.0.0.2")
    assert came.sentence.endswith("KeyError: 'nics'")
    assert len(came.sentence) < 500


def test_a_host_that_nobody_contacted_is_neither_there_nor_absent():
    assert contact(None, "10.0.0.2").state == "not_asked"
