"""Playbook adopt against a real sshd with a login by password: a machine of the lab's root image, without systemd.

Nothing is scripted but the archive of its distribution: its apt-get brings back the Python that it was taken.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from lab.bench import light
from lab.cache import cache_root

IMAGE = cache_root() / "lab/rootfs"
pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or not IMAGE.exists(), reason="needs root, and the lab's root image: python3 -m lab up --bare"
)
PASSWORD = "correct horse"
# What makes a machine of the lab one that nobody has looked after: a password, no key, no Python. What raw runs
# needs a terminal.
BARE = f"""
mkdir -p /dev/pts
mount -t devpts -o ptmxmode=666 devpts /dev/pts
ln -sf pts/ptmx /dev/ptmx
echo 'robot:{PASSWORD}' | chpasswd
echo 'robot ALL=(ALL) ALL' > /etc/sudoers.d/robot
echo 'PasswordAuthentication yes' > /etc/ssh/sshd_config.d/00-password.conf
rm /home/robot/.ssh/authorized_keys
mkdir /var/archive
mv /usr/bin/python3* /var/archive
cat > /usr/bin/apt-get <<'END'
#!/bin/sh
echo "$@" >> /var/log/apt-get.log
if [ "$1" = install ]; then cp -a /var/archive/python3* /usr/bin; fi
END
kill -HUP 1
"""


@dataclass(frozen=True)
class Run:
    """What a run of the playbook came to."""

    code: int
    output: str

    @property
    def words(self) -> str:
        return " ".join(self.output.split())

    @property
    def changed(self) -> int:
        return int(re.search(r"changed=(\d+)", self.output)[1])

    def says(self, *wanted: str) -> bool:
        missing = [each for each in wanted if each not in self.words]
        assert not missing, f"not in the output: {missing}\n{self.output}"
        return True


class Machine:
    """One machine, and the controller beside it, which has not met it yet."""

    def __init__(self, host: light.LightHost, folder: Path) -> None:
        self.host, self.folder = host, folder
        self.key = light.FOLDER / "id_ed25519"
        self.known_hosts = folder / "known_hosts"
        (folder / "password").write_text(f"{PASSWORD}\n")
        (folder / "wrong").write_text("battery staple\n")
        options = f"-F none -o UserKnownHostsFile={self.known_hosts} -o IdentitiesOnly=yes"
        variables = {
            "ansible_user": "robot",
            "ansible_ssh_private_key_file": str(self.key),
            "ansible_ssh_common_args": options,
            "ansible_control_path_dir": str(folder / "open"),
            "adopt_known_hosts": str(self.known_hosts),
            "adopt_ssh_keys": [self.key.with_suffix(".pub").read_text()],
        }
        inventory = {"all": {"hosts": {"tb1": {"ansible_host": host.address}}, "vars": variables}}
        (folder / "inventory.yml").write_text(json.dumps(inventory))

    def as_root(self, script: str) -> None:
        """Run a script there by the key that the lab gave it."""
        options = [
            "-F",
            "none",
            "-i",
            str(self.key),
            "-o",
            "StrictHostKeyChecking=no",
            "-o",
            "UserKnownHostsFile=/dev/null",
        ]
        ssh = ["ssh", *options, f"robot@{self.host.address}", f"sudo sh -euc {shlex.quote(script)}"]
        subprocess.run(light.beside(ssh), check=True, capture_output=True)

    def adopt(self, *arguments: str, password: str = "", sudo: str = "") -> Run:
        """Run the playbook, with files that passwords are in as if somebody typed them."""
        given = [f"--connection-password-file={self.folder / password}"] if password else []
        given += [f"--become-password-file={self.folder / sudo}"] if sudo else []
        inventory = str(self.folder / "inventory.yml")
        command = ["ansible-playbook", "rosfleet.cluster.adopt", "-i", inventory, *given, *arguments]
        ran = subprocess.run(light.beside(command), cwd=self.folder, capture_output=True, text=True, check=False)
        light.hang_up()  # what Ansible keeps open would spare the next run its login
        return Run(ran.returncode, ran.stdout + ran.stderr)

    def file(self, path: str) -> str:
        """What it has in a file that it wrote; empty where it has none."""
        there = self.host.file(path)
        return there.read_text() if there.exists() else ""


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    with light.running(1, IMAGE.resolve()) as [host]:
        machine = Machine(host, tmp_path_factory.mktemp("controller"))
        machine.as_root(BARE)
        yield machine


def test_a_machine_is_adopted_once(machine):
    """One story, as each step begins with what the one before has left."""
    asked = {"password": "password", "sudo": "password"}

    foreseen = machine.adopt("--check", **asked)
    assert (foreseen.code, foreseen.changed) == (0, 1), foreseen.output
    assert not machine.known_hosts.exists()

    refused = machine.adopt(password="wrong", sudo="password")
    assert refused.code == 2
    assert refused.says("tb1: answers and refuses the login", "or password (-k) of this host")
    shown = re.search(r"SHA256:\S+ ssh-ed25519", refused.output)[0]
    listed = subprocess.run(
        ["ssh-keygen", "-lf", machine.host.disk.host_key], capture_output=True, text=True, check=True
    )
    assert shown.split()[0] == listed.stdout.split()[1]
    assert machine.known_hosts.read_text().split()[:2] == [machine.host.address, "ssh-ed25519"]

    foreseen = machine.adopt("--check", **asked)
    assert (foreseen.code, foreseen.changed) == (0, 1), foreseen.output
    assert foreseen.says("install python3", "add 1 SSH key(s)", "let the user run sudo without a password")

    for sudo, says in (("", "sudo wants a password before we become root"), ("wrong", "the password is not the one")):
        refused = machine.adopt(password="password", sudo=sudo)
        assert refused.code == 2
        assert refused.says(says, "Fix: run it again with -K")
    assert (machine.file("var/log/apt-get.log"), machine.file("home/robot/.ssh/authorized_keys")) == ("", "")

    adopted = machine.adopt(**asked)
    assert adopted.code == 0, adopted.output
    assert adopted.changed == 3  # Python, the key, sudo
    assert machine.file("var/log/apt-get.log") == "update\ninstall --yes python3\n"
    assert machine.file("home/robot/.ssh/authorized_keys") == machine.key.with_suffix(".pub").read_text()
    assert machine.host.file("etc/sudoers.d/rosfleet-robot").stat().st_mode & 0o777 == 0o440
    assert PASSWORD not in adopted.output

    for arguments in ((), ("--check",)):
        again = machine.adopt(*arguments)
        assert (again.code, again.changed) == (0, 0), again.output


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("", "tb1: shows another SSH host key than the controller knows"),
        ("password", "does not know, or with another one than it knows"),
    ],
)
def test_another_host_key_than_the_known_one_is_refused_and_left(machine, password, says):
    other = f"{machine.host.address} ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n"
    kept = machine.known_hosts.read_text()
    machine.known_hosts.write_text(other)
    try:
        run = machine.adopt(password=password)
        assert run.code == 2
        assert run.says(says, "ssh-keygen -R")
        assert machine.known_hosts.read_text() == other
    finally:
        machine.known_hosts.write_text(kept)


def test_no_key_is_refused_before_anybody_is_contacted(machine):
    logins = machine.host.commands()
    run = machine.adopt("-e", '{"adopt_ssh_keys": []}')
    assert run.code == 2
    assert run.says("adopt_ssh_keys: there is no SSH public key")
    assert machine.host.commands() == logins


def test_nobody_there(machine):
    run = machine.adopt("-e", "ansible_host=10.89.0.99", "-e", "ansible_timeout=2")
    assert run.code == 2
    assert run.says("None of tb1 is there", "Fix: switch them on")
