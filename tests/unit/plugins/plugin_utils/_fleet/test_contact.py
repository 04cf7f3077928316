# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is there, who is absent, and who answers and does not let us in, by what ssh, sudo and Ansible print."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._fleet.contact import contact

SSH = 'Data could not be sent to remote host "10.0.0.2". Make sure this host can be reached over ssh: '


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
            "answers and refuses the login. It said: ",
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
        ({"failed": True, "msg": "Missing sudo password"}, "refused", "sudo does not let us become root"),
        ({"failed": True, "msg": "/bin/sh: 1: /usr/bin/python3: not found"}, "refused", "cannot be used: /bin/sh: 1:"),
        ({"failed": True}, "refused", "it said nothing"),
    ],
)
def test_what_came_of_a_contact(result, state, words):
    came = contact(result, "10.0.0.2")
    assert (came.state, words in came.why) == (state, True)
    assert "\n" not in came.why


def test_a_host_that_nobody_contacted_is_neither_there_nor_absent():
    assert contact(None, "10.0.0.2").state == "not_asked"
