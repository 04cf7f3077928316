# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The network of one case: hosts in network namespaces, on bridges in one of its own. All of it is gone when it is closed."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from lab.bench.probing.images import Images
from lab.fleet.shell import LabError, run, wait_until
from lab.image_programs import Program

NAMESPACES = Path("/run/netns")
PREFIX = "faults-"  # what the names of all its namespaces begin with; the bench's own pid comes next
LAN, SECOND_LAN = "lan", "lan2"
SUBNETS = {LAN: "10.77.0.", SECOND_LAN: "10.78.0."}
NICS = {LAN: "eth0", SECOND_LAN: "eth1"}
# /sys and the shared memory are the host's own; the shell becomes the program, so that its pid is the program's.
ENTER = 'echo "$1" >/proc/sys/kernel/hostname; mount --bind "$2" "$3/dev/shm"; shift 2; exec chroot "$@"'


class Net:
    """The hosts of one case, called h1, h2, and so on; host number N has the address that ends in N."""

    def __init__(self, number: int, hosts: int, images: Images, folder: Path, stop: threading.Event) -> None:
        self._prefix = f"{PREFIX}{os.getpid()}-{number}-"
        self._images, self._folder, self._stop = images, folder, stop
        self.switch = f"{self._prefix}lan"
        self.hosts = [f"h{each}" for each in range(1, hosts + 1)]
        self.programs: list[Program] = []

    def open(self) -> None:
        """Make the bridge and plug the hosts in."""
        _add_namespace(self.switch)
        self.add_bridge(LAN)
        for host in self.hosts:
            _add_namespace(self.namespace(host))
            self.plug(host, LAN)
            self.ip(host, "route add default dev eth0")

    def namespace(self, host: str) -> str:
        """Name of a host's network namespace."""
        return f"{self._prefix}{host}"

    def address(self, host: str, lan: str = LAN) -> str:
        """A host's own address on a LAN."""
        return f"{SUBNETS[lan]}{host[1:]}"

    def addresses_now(self, host: str, lans: Sequence[str]) -> dict[str, str]:
        """{LAN: the address that the host has on its NIC there at this moment, "" without one}."""
        found = {}
        for lan in lans:
            shown = json.loads(run(["ip", "-n", self.namespace(host), "-json", "-4", "addr", "show", NICS[lan]]))
            addresses = [each["local"] for nic in shown for each in nic.get("addr_info", [])]
            found[lan] = next((each for each in addresses if each.startswith(SUBNETS[lan])), next(iter(addresses), ""))
        return found

    def add_bridge(self, name: str) -> None:
        """Another switch, which floods multicast as one without snooping does."""
        run(["ip", "-n", self.switch, *f"link add {name} type bridge mcast_snooping 0 forward_delay 0".split()])
        run(["ip", "-n", self.switch, *f"link set {name} up".split()])

    def plug(self, host: str, lan: str, mask: int = 24) -> None:
        """Give a host a NIC on a LAN: eth0 on the first, eth1 on the second."""
        nic, port = NICS[lan], port_of(host, lan)
        peer = f"peer name {nic} netns {self.namespace(host)}"
        run(["ip", "-n", self.switch, *f"link add {port} type veth {peer}".split()])
        run(["ip", "-n", self.switch, *f"link set {port} master {lan} up".split()])
        self.ip(host, f"addr add {self.address(host, lan)}/{mask} dev {nic}")
        self.ip(host, f"link set {nic} up")

    def ip(self, host: str, words: str) -> None:
        """ip(8) in a host."""
        run(["ip", "-n", self.namespace(host), *words.split()])

    def at_switch(self, words: str) -> None:
        """A command where the bridges are."""
        run(["nsenter", f"--net={NAMESPACES / self.switch}", *words.split()])

    def sysctl(self, host: str, setting: str) -> None:
        """sysctl(8) in a host."""
        run(["nsenter", f"--net={NAMESPACES / self.namespace(host)}", "sysctl", "-qw", setting])

    def filter(self, host: str, rule: str, hook: str = "input", priority: int = 0) -> None:
        """A rule of nftables in a host."""
        self._nft(self.namespace(host), f"ip {hook}{abs(priority)}", f"filter hook {hook} priority {priority}", rule)

    def nat(self, host: str, rule: str) -> None:
        """A rule of address translation on what leaves a host."""
        self._nft(self.namespace(host), "ip nat", "nat hook postrouting priority 100", rule)

    def filter_bridge(self, rule: str) -> None:
        """A rule of nftables on what bridges forward."""
        self._nft(self.switch, "bridge cut", "filter hook forward priority 0", rule)

    def start(self, host: str, image: str, command: list[str], settings: Mapping[str, str], own_shm: bool) -> Program:
        """Run a command of an image in a host."""
        root, environment = self._images.root(image), self._images.environment(image)
        shm = self._folder / self._prefix / (host if not own_shm else f"{host}-{len(self.programs)}")
        shm.mkdir(parents=True, exist_ok=True)
        program = Program(
            [
                *("ip", "netns", "exec", self.namespace(host), shutil.which("unshare"), "--uts"),
                *("sh", "-euc", ENTER, "sh", host, str(shm), str(root), *command),
            ],
            {**environment, **settings, "PATH": f"{environment['PATH']}:/usr/sbin:/sbin"},
        )
        self.programs.append(program)
        return program

    def start_here(self, host: str, command: list[str], environment: Mapping[str, str]) -> Program:
        """Run a command of this machine in a host."""
        program = Program(["ip", "netns", "exec", self.namespace(host), *command], environment)
        self.programs.append(program)
        return program

    def processes(self, *hosts: str) -> Path:
        """A folder with the processes of these hosts, as /proc of one with its containers has: here all share the machine's."""
        folder = self._folder / self._prefix / f"proc-{hosts[0]}"
        folder.mkdir(parents=True)
        for host in hosts:
            for pid in run(["ip", "netns", "pids", self.namespace(host)], check=False).split():
                (folder / pid).symlink_to(f"/proc/{pid}")
        return folder

    def pause(self, seconds: float) -> None:
        """Wait, unless the benchmark is to end. Raises LabError then."""
        if self._stop.wait(seconds):
            raise LabError("interrupted")

    def close(self) -> None:
        """End the programs and remove the namespaces, with all that is in them."""
        for program in self.programs:
            program.kill()
        remove_namespaces(self._prefix)
        shutil.rmtree(self._folder / self._prefix, ignore_errors=True)

    def _nft(self, namespace: str, table: str, chain: str, rule: str) -> None:
        text = f"table {table} {{\n chain cut {{ type {chain}; {rule}; }}\n}}\n"
        run(["nsenter", f"--net={NAMESPACES / namespace}", "nft", "-f", "-"], stdin=text)


def port_of(host: str, lan: str = LAN) -> str:
    """The switch's end of a host's cable."""
    return host if lan == LAN else f"{host}-{lan}"


def remove_namespaces(prefix: str) -> None:
    """Remove all namespaces whose names begin so, after whatever still runs in them."""
    for path in sorted(NAMESPACES.glob(f"{prefix}*")):
        for signal in ("TERM", "KILL"):
            pids = run(["ip", "netns", "pids", path.name], check=False).split()
            if not pids:
                break
            run(["kill", f"-{signal}", *pids], check=False)
            wait_until(lambda name=path.name: not run(["ip", "netns", "pids", name], check=False).split(), timeout=1)
        run(["ip", "netns", "delete", path.name], check=False)


def remove_leftovers() -> None:
    """Remove what a killed run left: namespaces of a bench that runs no more."""
    for path in NAMESPACES.glob(f"{PREFIX}*-*"):
        pid = path.name.removeprefix(PREFIX).partition("-")[0]
        if pid.isdecimal() and not Path(f"/proc/{pid}").exists():
            remove_namespaces(path.name)


def _add_namespace(name: str) -> None:
    run(["ip", "netns", "add", name])
    settings = [f"net.ipv6.conf.{scope}.disable_ipv6=1" for scope in ("all", "default")]
    run(["nsenter", f"--net={NAMESPACES / name}", "sysctl", "--quiet", *settings])
    run(["ip", "-n", name, "link", "set", "lo", "up"])
