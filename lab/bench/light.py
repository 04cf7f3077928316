# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many light hosts: sshd and Python in namespaces of their own over the lab's root image, without systemd.

Each host has its own network, mounts, processes, hostname, machine-id, SSH host key and /etc, and costs a few MB. The
network is routed: every host has an address of its own and one gateway, so that N hosts that all talk to each other do
not fill the machine's one table of neighbours.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, Popen

from lab.cache import remove
from lab.fleet import cgroups, keys, layer, machine, state
from lab.fleet.network import NAMESPACES
from lab.fleet.plan import USER
from lab.fleet.prefix import PREFIX
from lab.fleet.shell import LabError, patient, run, wait_until
from lab.fleet.signals import uninterrupted

HOSTS = "light"  # the control group of all hosts
CONTROLLER = "lightctl"  # the control group of what runs beside them
LAN = f"{PREFIX}{HOSTS}"
SHARED = "10.90.0"  # the network that the hosts' second NICs share, where they have one
FOLDER = state.FOLDER / HOSTS
GATEWAY = "10.89.255.254"
MOST = 250
START_TIMEOUT = 60.0
LOG = "var/log/sshd.log"
COMMAND = "Starting session: command"  # what sshd writes for every command that it is given
# What a boot does, as far as sshd, sudo and Python miss it.
INIT = f"""
mount -t tmpfs -o mode=755 tmpfs /run
mount -t sysfs -o ro sysfs /sys
mkdir /run/sshd
hostname --file /etc/hostname
exec /usr/sbin/sshd -D -E /{LOG} -o LogLevel=VERBOSE
"""


@dataclass(frozen=True)
class LightHost:
    """One light host, by its number from 1."""

    number: int

    @property
    def name(self) -> str:
        """Inventory name, and the hostname that it is to have."""
        return f"bot{self.number}"

    @property
    def address(self) -> str:
        """Its only address."""
        return f"10.89.0.{self.number}"

    @property
    def namespace(self) -> str:
        """Name of its network namespace."""
        return f"{LAN}{self.number}"

    @property
    def port(self) -> str:
        """The router's end of its cable."""
        return f"p{self.number}"

    @property
    def disk(self) -> layer.Layer:
        """Its layer over the root image."""
        return layer.Layer(FOLDER / self.name)

    def file(self, path: str) -> Path:
        """A file that the host has written, seen from outside."""
        return self.disk.upper / path

    def commands(self) -> int:
        """How many commands its sshd was given so far."""
        return self.file(LOG).read_text(errors="replace").count(COMMAND)


def light_hosts(count: int) -> list[LightHost]:
    """The first ``count`` light hosts; raises LabError for a number there are no addresses for."""
    if not 1 <= count <= MOST:
        raise LabError(f"There can be 1 to {MOST} light hosts, not {count}.")
    return [LightHost(number) for number in range(1, count + 1)]


@contextlib.contextmanager
def running(count: int, image: Path, shared: bool = False) -> Iterator[list[LightHost]]:
    """Fresh light hosts over ``image``, with ``shared`` on one switch too; whatever happens, nothing of them stays."""
    hosts = light_hosts(count)
    with state.lock():
        _clear()
        try:
            _boot(hosts, image, shared)
            yield hosts
        finally:
            with uninterrupted():
                _clear()


def inventory(hosts: Sequence[LightHost]) -> dict:
    """Ansible's inventory of the hosts, for a YAML file (JSON is YAML)."""
    ssh = f"-F none -o UserKnownHostsFile={FOLDER / 'known_hosts'} -o StrictHostKeyChecking=yes -o IdentitiesOnly=yes"
    variables = {
        "ansible_user": USER,
        "ansible_python_interpreter": "/usr/bin/python3",
        "ansible_ssh_private_key_file": str(FOLDER / "id_ed25519"),
        "ansible_ssh_common_args": ssh,
        "ansible_control_path_dir": str(FOLDER / "open"),
    }
    return {"all": {"hosts": {host.name: {"ansible_host": host.address} for host in hosts}, "vars": variables}}


def beside(command: Sequence[str]) -> list[str]:
    """The command line that runs ``command`` where the hosts are reached, in the controller's control group."""
    return [*_in_group(CONTROLLER), "nsenter", f"--net={NAMESPACES / LAN}", "--", *command]


def hang_up() -> None:
    """End what the controller left running: SSH connections that Ansible keeps open."""
    cgroups.kill(CONTROLLER)


def wiring(hosts: Sequence[LightHost], shared: bool = False) -> dict[str, list[str]]:
    """What ip(8) is to do in which namespace to wire the hosts to one router, beside which the controller runs.

    ``shared`` gives each a second NIC, all on one switch.
    """
    router = ["link set lo up", f"address add {GATEWAY}/32 dev lo"]
    for host in hosts:
        router += [
            f"link add {host.port} type veth peer name eth0 netns {host.namespace}",
            f"link set {host.port} up",
            f"route add {host.address} dev {host.port}",
        ]
    inside = {
        host.namespace: [
            "link set lo up",
            f"address add {host.address}/32 dev eth0",
            "link set eth0 up",
            f"route add {GATEWAY} dev eth0",
            f"route add default via {GATEWAY} src {host.address}",
        ]
        for host in hosts
    }
    if shared:
        router += ["link add shared type bridge mcast_snooping 0 forward_delay 0", "link set shared up"]
        for host in hosts:
            router.append(f"link add s{host.number} type veth peer name eth1 netns {host.namespace}")
            router.append(f"link set s{host.number} master shared up")
            inside[host.namespace] += [f"address add {SHARED}.{host.number}/24 dev eth1", "link set eth1 up"]
    return {LAN: router, **inside}


def _boot(hosts: Sequence[LightHost], image: Path, shared: bool) -> None:
    key = keys.ensure_user_key(FOLDER)
    commands = wiring(hosts, shared)
    run(["ip", "-batch", "-"], stdin="\n".join(f"netns add {namespace}" for namespace in commands))
    for namespace, lines in commands.items():
        run(["ip", "-n", namespace, "-batch", "-"], stdin="\n".join(lines))
    run(["nsenter", f"--net={NAMESPACES / LAN}", "sysctl", "--quiet", "net.ipv4.ip_forward=1"])
    cgroups.create(CONTROLLER)
    cgroups.create(HOSTS)
    known = []
    for host in hosts:
        layer.create(host.disk, image, key)
        known.append(f"{host.address} {host.disk.host_key.read_text()}")
        _start(host, image)
    (FOLDER / "known_hosts").write_text("".join(known))
    silent = [host.name for host in hosts if not wait_until(lambda host=host: _listens(host), timeout=START_TIMEOUT)]
    if silent:
        raise LabError(
            f"No sshd within {patient(START_TIMEOUT):.0f} s on: {', '.join(silent)}; see {FOLDER}/*/console.log"
        )


def _start(host: LightHost, image: Path) -> None:
    disk = host.disk
    overlay = f"lowerdir={image},upperdir={disk.upper},workdir={disk.work}"
    isolated = ["unshare", "--uts", "--ipc", "--pid", "--fork", "--kill-child", f"--root={disk.root}", "--mount-proc"]
    with disk.console.open("wb") as console:
        Popen(
            [
                *_in_group(HOSTS, overlay, disk.root),
                *("nsenter", f"--net={NAMESPACES / host.namespace}", "--"),
                *(*isolated, "sh", "-euc", INIT),
            ],
            stdin=DEVNULL,
            stdout=console,
            stderr=console,
            start_new_session=True,
        )


def _listens(host: LightHost) -> bool:
    log = host.file(LOG)
    return log.exists() and "Server listening" in log.read_text(errors="replace")


def _in_group(group: str, overlay: str = "", root: Path = Path("/")) -> list[str]:
    return machine.launch_command(cgroups.of_host(group), overlay, root)


def _clear() -> None:
    for group in (CONTROLLER, HOSTS):
        cgroups.kill(group)
        cgroups.remove(group)
    for namespace in sorted(NAMESPACES.glob(f"{LAN}*")):
        run(["ip", "netns", "delete", namespace.name])
    remove(FOLDER)
    with contextlib.suppress(OSError):  # a lab of big hosts lives there too
        FOLDER.parent.rmdir()
