# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What came of contacting a host: it is there, it is absent, or it answers and does not let us in.

Private to this collection. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Mapping, Optional

PRESENT = "present"
ABSENT = "absent"
REFUSED = "refused"
NOT_ASKED = "not_asked"

LONGEST = 400  # letters of what a host said: its end, which is where programs name the cause
_ANSIBLES_OWN = re.compile("^(?:(?:Task|Action|Module) failed: )+")  # tells nobody anything
_NEWER_PYTHON = (
    "install Python 3.9 or newer beside it and name it in the inventory (Ubuntu 20.04 and JetPack 5: sudo apt install "
    "python3.9, ansible_python_interpreter: /usr/bin/python3.9); Ubuntu 18.04 and JetPack 4 are too old and need a newer system"
)
_MAKE_SUDOER = (
    "as root on it: usermod -aG sudo {user} (on Debian and Ubuntu; elsewhere the group wheel); or another ansible_user"
)

# What ssh, sudo, Python and Ansible say, in their own words; (pattern, why, fix), the first that fits. Named groups of the
# pattern, and {address}, stand in the other two.
_REFUSALS = tuple(
    (re.compile(pattern), why, fix)
    for pattern, why, fix in (
        (
            "REMOTE HOST IDENTIFICATION HAS CHANGED",
            "shows another SSH host key than the controller knows of it: it was installed anew, another machine has its "
            "address, or somebody is in between",
            "find out which; if it was installed anew: ssh-keygen -R {address}, and log in once by hand",
        ),
        (
            "Host key verification failed",
            "answers with an SSH host key that the controller does not know",
            "log in once by hand and compare the key: ssh {address}; or playbook adopt, which shows it and keeps it",
        ),
        (
            "Host Key checking is enabled",  # all that is said of a login by password
            "answers with an SSH host key that the controller does not know, or with another one than it knows",
            "ssh {address} says which; an unknown one: compare it and accept it there; another one: find out why, and if it "
            "was installed anew: ssh-keygen -R {address}",
        ),
        (
            r"Permissions \d+ for '(?P<key>[^']+)' are too open.*Permission denied",
            "answers, and ssh does not use the key {key}, as others on this controller can read it",
            "chmod 600 {key}",
        ),
        (
            r"(?:[Nn]o such identity: |Identity file )(?P<key>\S+?):? (?:not accessible|No such file).*Permission denied",
            "answers and refuses the login, as this controller has no file {key}",
            "correct ansible_ssh_private_key_file",
        ),
        (
            r"(?:(?P<login>[^\s@]+@[^\s:]+): )?Permission denied [(]"
            "|Too many authentication failures|Authentication failed|Invalid/incorrect (?:username/)?password",
            "answers and refuses the login",
            "correct ansible_user and the key (ansible_ssh_private_key_file) or password (-k) of this host, until this works "
            "by hand: ssh {login}; a key gets there by: ssh-copy-id {login}",
        ),
        (
            "must install the sshpass program",
            "is to be logged into by password, for which this controller has no sshpass",
            "sudo apt install sshpass here; or log in by key: ssh-copy-id {address}",
        ),
        (
            "Unable to negotiate with",
            "answers, and its SSH server and this controller's ssh have no method in common, as with a very old system",
            "a newer system there; or ansible_ssh_common_args with the -o option that makes this work by hand: ssh {address}",
        ),
        (
            r"(?P<user>\S+) (?:is not in the sudoers file|may not run sudo|is not allowed to (?:execute|run))",
            "lets us in, and its user {user} may not use sudo",
            _MAKE_SUDOER,
        ),
        (
            "Incorrect sudo password|incorrect password attempt",
            "lets us in, and the password is not the one that sudo wants",
            "run it again with -K and the password of the user on that host; where hosts have different ones, "
            "ansible_become_password for each, in a vault",
        ),
        (
            "Missing sudo password|a password is required|a terminal is required",
            "lets us in, and sudo wants a password before we become root",
            "run it again with -K, which asks you for the password; or let the user run sudo without one (NOPASSWD in sudoers)",
        ),
        (
            "must have a tty to run sudo",
            "lets us in, and its sudo works on a terminal only",
            "take requiretty out of /etc/sudoers there",
        ),
        (
            "waiting for privilege escalation prompt",
            "lets us in, and sudo did not answer in time",
            "try it by hand: ssh {address} sudo true; where that takes 10 to 20 s, the host's own name is missing in its "
            "/etc/hosts: add a line 127.0.1.1 NAME",
        ),
        (
            r"sudo: (?:command )?not found|sudo: No such file",
            "lets us in, and has no sudo",
            "as root on it: install sudo and usermod -aG sudo USER; or log in as root: ansible_user: root",
        ),
        (
            r"equires (?:a minimum of )?Python (?:version )?(?P<least>\d+\.\d+).*Current version: (?P<version>[\d.]*\d)",
            "answers, and its Python {version} is too old: Ansible needs {least} or newer",
            _NEWER_PYTHON,
        ),
        (
            "SyntaxError: (?:future feature annotations|invalid syntax)",
            "answers, and its Python is too old, such as 3.6: Ansible needs 3.9 or newer",
            _NEWER_PYTHON,
        ),
        (
            r"(?P<python>/[^\s':]*python[^\s':]*)'?(?:: | was )(?:[Nn]ot found|[Nn]o such file|command not found)",
            "answers, and there is no Python at {python}",
            "log in by hand (ssh {address}) and install it: sudo apt install python3 (dnf install python3, zypper install "
            "python3, pacman -S python, apk add python3); or say where it is: ansible_python_interpreter",
        ),
        (
            "No space left on device",
            "lets us in, and its disk is full",
            "make room on it: df -h shows where",
        ),
        (
            "Failed to create temporary directory",
            "lets us in, and its user cannot make files there: a home folder that is missing or not its own, or a full disk",
            "by hand: ssh {address} 'df -h; ls -ld ~'; or another folder: ansible_remote_tmp: /tmp/.ansible",
        ),
    )
)  # fmt: skip


@dataclass(frozen=True)
class Contact:
    """`state` is one of the four above; `why` is what the host, or ssh for it, said.

    Of one that refused `why` is the reason in our words, `said` what it was read from, and `fix` what to do.
    """

    state: str
    why: str = ""
    said: str = ""
    fix: str = ""

    @property
    def sentence(self) -> str:
        if not self.fix:
            return self.why
        return f"{self.why}. It said: {self.said}. Fix: {self.fix}"


def contact(result: Optional[Mapping[str, Any]], address: str) -> Contact:
    """What the `result` of the first task on a host tells of it, None without one; `address` is where it was contacted.

    Somebody who answers and refuses is not absent: waiting for him heals nothing. A host that was just cut off hangs
    where an SSH connection to it is still kept open, so a task that ran out of time is an absent host.
    """
    if result is None:
        return Contact(NOT_ASKED)
    if not (result.get("unreachable") or result.get("failed")):
        return Contact(PRESENT)
    said = _said(result)
    if result.get("timedout"):
        return Contact(ABSENT, said or "gave no answer in time")
    for pattern, why, fix in _REFUSALS:
        match = pattern.search(said)
        if match:
            words = {"address": address, "login": address, "user": "USER"}
            words.update((name, text) for name, text in match.groupdict().items() if text)
            return Contact(REFUSED, why.format(**words), _end_of(said).rstrip("."), fix.format(**words))
    if result.get("unreachable"):
        return Contact(ABSENT, _end_of(said) or "gave no answer")
    return Contact(REFUSED, f"answers and cannot be used: {_end_of(said) or 'it said nothing'}")


def _said(result: Mapping[str, Any]) -> str:
    """In one line what is to be read of a result; where a module gave none, what came in its place."""
    instead = [result.get("module_stderr"), result.get("module_stdout")]
    for texts in (instead, [result.get("msg")]):
        text = " ".join(" ".join(str(each) for each in texts if each).split())
        if text:
            return _ANSIBLES_OWN.sub("", text)
    return ""


def _end_of(said: str) -> str:
    return said if len(said) <= LONGEST else f"… {said[-LONGEST:]}"
