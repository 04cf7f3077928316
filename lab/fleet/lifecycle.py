# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bring the lab up and down, switch single hosts on and off, and image them anew."""

from __future__ import annotations

import datetime
import shutil
import time
from pathlib import Path

from lab.cache import REPO, remove, say
from lab.fleet import cgroups, connections, keys, kinds, kubernetes, layer, loops, machine, network, saved, state
from lab.fleet.plan import BAKING, MOST_HOSTS, USER, Host, plan
from lab.fleet.processes import start_time
from lab.fleet.shell import LabError, patient, run, wait_until
from lab.fleet.signals import uninterrupted
from lab.fleet.state import Fleet, Member

REPORTS = REPO / "reports"
LOOP_TIMEOUT = 10.0


def up(count: int, kind: str, control_planes: int = 1) -> None:
    """Bring up the first ``count`` hosts as machines of a kind; those that run stay as they are.

    The inventory puts the first ``control_planes`` of them into the group ``control``.

    When it fails or is interrupted, the hosts it started are gone again, and with the last host the whole lab; what
    they said on their consoles is kept in reports/.
    """
    _refuse_another_kind(state.load(), kind)
    image = kinds.KINDS[kind].build_image()
    with state.lock():
        fleet = _fleet()
        fleet.control_planes = control_planes
        state.save(fleet)
        _boot_all(fleet, plan(count), kind, image)


def furnish() -> None:
    """Give all hosts what MicroK8s stands on and the lab's network has not."""
    for member in state.load().members.values():
        kinds.of(member).furnish(member)


def down() -> None:
    """Remove every trace of the lab: processes, namespaces, bridges, control groups, loop devices, layers."""
    with state.lock(), uninterrupted():
        fleet = state.load()
        possible = {BAKING, *(host.name for host in plan(MOST_HOSTS))}
        names = sorted((cgroups.hosts() | network.connected()) & possible | set(fleet.members))
        _take_away(fleet, names)
        say(f"down: {' '.join(names) or 'nothing was up'}")


def save(name: str) -> None:
    """Shut the fleet down in order, workers before control planes, and keep it under a name instead of an older one."""
    saved.check_name(name)
    with state.lock():
        fleet = state.load()
        saved.check_keepable(fleet, {host: state.layer_of(host).saved.is_symlink() for host in fleet.members})
        # Asked now, as the code may change while hosts shut down.
        artefacts, code = saved.versions(), saved.code_key()
        started = time.monotonic()
        connections.close_all(state.CONNECTIONS)
        mounted = loops.mounted_by(pid for host in fleet.members for pid in cgroups.processes(host))
        hosts = list(fleet.members)
        for group in (hosts[fleet.control_planes :], hosts[: fleet.control_planes]):
            kinds.KINDS[state.NSPAWN].power_off([fleet.members[host] for host in group])
        with uninterrupted():
            saved.keep(name, fleet, artefacts, code)
            _take_away(fleet, hosts, mounted)
        say(f"{name}: {len(hosts)} hosts shut down and saved in {time.monotonic() - started:.1f} s; the lab is down")


def restore(name: str) -> None:
    """Boot a saved fleet; what its hosts write from now on is not kept with it.

    Raises LabError when the lab is up, or when the fleet was made with other artefacts than there are.
    """
    kept = saved.load(name)
    with state.lock():
        if state.load().members:
            raise LabError("The lab is up. Take it down before a saved fleet is booted: python3 -m lab down")
        saved.check_artefacts(kept, saved.versions())
        saved.restore_controller(kept)
        fleet = _fleet()
        fleet.control_planes = kept.fleet.control_planes
        state.save(fleet)
        hosts = [member.host for member in kept.fleet.members.values()]
        began = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        try:
            for host in hosts:
                layer.restore(state.layer_of(host.name), kept.layer_of(host.name))
        except BaseException:
            with uninterrupted():
                _take_away(fleet, [])
            raise
        _boot_all(fleet, hosts, state.NSPAWN, kept.layer_of(hosts[0].name).image.resolve())
        if kubernetes.is_installed(state.layer_of(hosts[0].name)):
            started = time.monotonic()
            kubernetes.await_back(fleet.members[hosts[0].name].leader_pid or 0, began)
            say(f"all Nodes and pods are back {time.monotonic() - started:.1f} s later")


def _refuse_another_kind(fleet: Fleet, kind: str) -> None:
    """Those that run stay as they are, of whatever kind; one that is off would have to change its disk for another."""
    others = [name for name, member in fleet.members.items() if member.kind != kind and not member.is_up]
    if others:
        raise LabError(
            f"{', '.join(others)}: off, and of kind {fleet.members[others[0]].kind}, which it stays. Switch it on first "
            f"(python3 -m lab power on {others[0]}), or take the lab down (python3 -m lab down)."
        )


def _boot_all(fleet: Fleet, wanted: list[Host], kind: str, image: Path) -> None:
    """Boot those hosts that are not up and wait for SSH; take them away again when that fails or is interrupted."""
    absent = [host for host in wanted if not _is_up(fleet, host)]
    started = time.monotonic()
    try:
        network.ensure_lan()
        for host in absent:
            _boot(fleet, host, kind, image)
        _await_ssh([fleet.members[host.name] for host in wanted])
    except BaseException:
        with uninterrupted():
            _give_up(fleet, absent)
        raise
    there = len(wanted) - len(absent)
    say(f"{len(absent)} hosts up in {time.monotonic() - started:.1f} s" + (f", {there} were up" if there else ""))


def power_off(name: str) -> None:
    """Shut a host down in order."""
    with state.lock():
        fleet = state.load()
        member = fleet.running(name)
        kinds.of(member).power_off([member])
        _switched_off(fleet, member)
        say(f"{name}: shut down")


def power_cycle(name: str) -> None:
    """Shut a host down in order and switch it on again: a reboot."""
    power_off(name)
    power_on(name)


def power_cut(name: str) -> None:
    """Pull a host's plug."""
    with state.lock():
        fleet = state.load()
        member = fleet.member(name)
        cgroups.cut(name)
        _switched_off(fleet, member)
        say(f"{name}: power cut")


def power_on(name: str) -> None:
    """Switch a host on, with the disk it had, and wait for SSH."""
    with state.lock():
        fleet = state.load()
        member = fleet.member(name)
        if member.is_up:
            say(f"{name}: is on")
            return
        _start_one(fleet, member, kinds.of(member).image_of(name))


def reimage(name: str) -> None:
    """Throw a host's disk away and boot it as delivered, with a new identity and the same NICs."""
    image = kinds.of(state.load().member(name)).build_image()
    with state.lock():
        fleet = state.load()
        member = fleet.member(name)
        cgroups.cut(name)
        _switched_off(fleet, member)
        layer.drop(state.layer_of(name))
        _start_one(fleet, member, image)


def _fleet() -> Fleet:
    fleet = state.load()
    if not fleet.loops_before:
        fleet.loops_before = sorted(loops.present())
    keys.ensure_user_key(state.SSH)
    state.save(fleet)
    return fleet


def _is_up(fleet: Fleet, host: Host) -> bool:
    return host.name in fleet.members and fleet.members[host.name].is_up


def _start_one(fleet: Fleet, member: Member, image: Path) -> None:
    started = time.monotonic()
    name = member.host.name
    _boot(fleet, member.host, member.kind, image)
    _await_ssh([fleet.members[name]])
    say(f"{name}: up in {time.monotonic() - started:.1f} s")


def _boot(fleet: Fleet, host: Host, kind: str, image: Path) -> None:
    """Boot one host and record its leader; anything left of an earlier boot is cleared before."""
    cgroups.kill(host.name)
    _clear(host.name)
    _know(host, kinds.KINDS[kind].ensure_disk(host, image))
    leader = kinds.KINDS[kind].boot(host)
    fleet.members[host.name] = Member(host, leader, start_time(leader), kind)
    state.save(fleet)


def _know(host: Host, public_key: str) -> None:
    """Note by which key the host is known; with an empty one, that it is not known yet."""
    known = state.KNOWN_HOSTS.read_text() if state.KNOWN_HOSTS.exists() else ""
    state.KNOWN_HOSTS.write_text(keys.with_host(known, host.management_address, public_key))


def _await_ssh(members: list[Member]) -> None:
    """Wait until every member lets the user in; raises LabError with the console of the first that does not."""
    waiting = list(members)
    timeout = max((kinds.of(member).ssh_timeout for member in members), default=0.0)

    def all_in() -> bool:
        for member in list(waiting):
            if not member.is_up:
                raise LabError(_why_not(member, "it ended while booting"))
            if _lets_in(member):
                waiting.remove(member)
        return not waiting

    if not wait_until(all_in, timeout=timeout, interval=0.2):
        raise LabError(_why_not(waiting[0], f"no SSH within {patient(timeout):.0f} s"))


def _lets_in(member: Member) -> bool:
    if not keys.knows(state.KNOWN_HOSTS.read_text(), member.host.management_address):
        _know(member.host, kinds.of(member).own_key(member))
    command = ssh_command(member.host, ["-o", "ConnectTimeout=10"])
    return run([*command, "echo", "in"], check=False).strip() == "in"


def ssh_command(host: Host, options: list[str]) -> list[str]:
    """The ssh command to a host, from the namespace that the controller runs in."""
    return [
        *("nsenter", f"--net={network.NAMESPACES / network.LAN}", "--", "ssh"),
        *("-F", "none", "-i", str(state.SSH / "id_ed25519"), "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes"),
        *("-o", f"UserKnownHostsFile={state.KNOWN_HOSTS}", "-o", "StrictHostKeyChecking=yes"),
        *options,
        f"{USER}@{host.management_address}",
    ]


def _why_not(member: Member, what: str) -> str:
    name = member.host.name
    said = machine.console_tail(state.layer_of(name).console)
    return f"{name}: {what}.\n{said}\n{kinds.of(member).where_to_look(name)}"


def _switched_off(fleet: Fleet, member: Member) -> None:
    _clear(member.host.name)
    member.leader_pid = member.leader_started = None
    state.save(fleet)


def _clear(name: str) -> None:
    """Remove what a host without processes left on the machine, but not its disk."""
    cgroups.remove(name)
    machine.forget(name)
    network.disconnect(name)


def _take_away(fleet: Fleet, names: list[str], mounted: set[int] | None = None) -> None:
    """End and remove all of these hosts, and the lab with them; ``mounted`` are loop devices that they had before."""
    connections.close_all(state.CONNECTIONS)
    mounted = (mounted or set()) | _stop(names)
    cgroups.release()
    network.remove_lan()
    _release_loops(fleet, mounted)
    remove(state.FOLDER)


def _stop(names: list[str]) -> set[int]:
    """End hosts the hard way, clear what they left, and return the loop devices that they had mounted."""
    mounted: set[int] = set()
    for name in names:
        mounted |= loops.mounted_by(cgroups.processes(name))
        cgroups.kill(name)
    for name in names:
        _clear(name)
    return mounted


def _give_up(fleet: Fleet, hosts: list[Host]) -> None:
    """Take away the hosts that did not come up, and the whole lab when no other is left; keep their consoles."""
    mounted = _stop([host.name for host in hosts])
    for host in hosts:
        disk = state.layer_of(host.name)
        if disk.console.exists():
            REPORTS.mkdir(exist_ok=True)
            shutil.copy(disk.console, REPORTS / f"lab-{host.name}-console.log")
        layer.drop(disk)
        fleet.members.pop(host.name, None)
    state.save(fleet)
    if not fleet.members:
        _take_away(fleet, [], mounted)


def _release_loops(fleet: Fleet, mounted: set[int]) -> None:
    """Remove the loop devices that the lab made, once the kernel has let go of the hosts' mounts."""

    def held() -> list[str]:
        files = [loops.backing_file(number) for number in sorted(mounted)]
        return [file for file in files if file is not None]

    if not wait_until(lambda: not held(), timeout=LOOP_TIMEOUT):
        say(f"loop devices still hold {', '.join(held())}; see 'losetup --list'")
    if fleet.loops_before:
        loops.remove_extra(fleet.loops_before)
