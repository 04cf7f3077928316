# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lab on the command line: ``python3 -m lab VERB`` from the repository's root, as root."""

from __future__ import annotations

import argparse
import sys

from lab import this_machine
from lab.artefacts.all import build_one
from lab.cache import say, size_of
from lab.fleet import kinds, lifecycle, network, nics, saved, state
from lab.fleet.faults import FAULTS, inject
from lab.fleet.shell import LabError
from lab.fleet.signals import interruptible
from lab.requirements import RequirementError

POWER = {
    "on": lifecycle.power_on,
    "off": lifecycle.power_off,
    "cycle": lifecycle.power_cycle,
    "cut": lifecycle.power_cut,
}


def main() -> int:
    """Run one verb; 0 done, 2 refused or failed with the reason on standard error, 130 interrupted and cleaned up."""
    arguments = _parser().parse_args()
    try:
        with interruptible():
            arguments.run(arguments)
    except (LabError, RequirementError, ValueError) as exc:
        say(f"error: {exc}")
        return 2
    except KeyboardInterrupt:
        say("interrupted")
        return 130
    return 0


def _up(arguments: argparse.Namespace) -> None:
    if arguments.saved and arguments.kind != state.NSPAWN:
        raise LabError("Saved fleets are of nspawn hosts: --from and --kind vm exclude each other.")
    # A wrong name and a machine that cannot do it are refused before minutes of building.
    hosts = len(saved.load(arguments.saved).fleet.members) if arguments.saved else arguments.hosts
    this_machine.check(compiles=not arguments.bare, hosts=0 if arguments.bare else hosts)
    if not arguments.bare:
        kinds.KINDS[arguments.kind].build_all()
    if arguments.saved:
        lifecycle.restore(arguments.saved)
        return
    lifecycle.up(arguments.hosts, arguments.kind, arguments.control)
    if not arguments.bare:
        lifecycle.furnish()


def _saved(_arguments: argparse.Namespace) -> None:
    fleets = [saved.load(name) for name in saved.names()]
    if not fleets:
        print("No fleet is saved. Bring one up, then: python3 -m lab save NAME")
        return
    artefacts, code = saved.versions(), saved.code_key()
    row = "{:<12} {:<26} {:<25} {:>6}  {}"
    print(row.format("name", "saved", "hosts", "MB", "made with"))
    for kept in fleets:
        what = saved.made_with(kept.origin, artefacts, code)
        hosts = " ".join(kept.fleet.members)
        print(row.format(kept.folder.name, kept.origin.saved_at, hosts, size_of(kept.folder) // 1_000_000, what))


def _build(arguments: argparse.Namespace) -> None:
    this_machine.check(compiles=not arguments.names)
    if not arguments.names:
        kinds.KINDS[arguments.kind].build_all()
    for name in arguments.names:
        build_one(name)


def _status(_arguments: argparse.Namespace) -> None:
    members = state.load().members.values()
    if not members:
        print("The lab is down. Bring it up: python3 -m lab up --hosts 3")
        return
    row = "{:<6} {:<5} {:<13} {:<8} {:<13} {}"
    print(row.format("host", "state", "mgmt0", "ros nic", "ros address", "leader"))
    for member in members:
        host = member.host
        is_up = member.is_up
        nic = _ros_nic_now(member) if is_up else host.ros_nic
        power, leader = ("up", member.leader_pid) if is_up else ("off", "-")
        print(row.format(host.name, power, host.management_address, nic, host.ros_address, leader))


def _ros_nic_now(member: state.Member) -> str:
    try:
        return nics.ros_nic_now(member)
    except LabError:
        return "?"  # a machine that still boots, or has no guest agent


def _written(_arguments: argparse.Namespace) -> None:
    for member in state.load().members.values():
        for line in kinds.of(member).written(member).splitlines():
            print(f"{member.host.name}: {line}")


def _power(arguments: argparse.Namespace) -> None:
    POWER[arguments.what](arguments.host)


def _exec(arguments: argparse.Namespace) -> None:
    member = state.load().running(arguments.host)
    kinds.of(member).execute(member, arguments.command)


def _fault(arguments: argparse.Namespace) -> None:
    inject(arguments.name, arguments.host, arguments.value, undo=arguments.undo)
    say(f"{arguments.host}: {arguments.name} {'undone' if arguments.undo else 'applied'}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 -m lab", description="A fleet in a box: real hosts without robots.")
    verbs = parser.add_subparsers(required=True, metavar="VERB")

    verb = verbs.add_parser("up", help="build what is missing and bring up hosts; those that run stay as they are")
    verb.add_argument("--hosts", type=int, default=3, metavar="N", help="base, tb1, tb2, … (default: 3)")
    _add_kind(verb)
    verb.add_argument("--control", type=int, default=1, metavar="N", help="hosts in the group control (default: 1)")
    verb.add_argument(
        "--from",
        dest="saved",
        default="",
        metavar="NAME",
        help="boot this saved fleet, with its hosts and control planes",
    )
    verb.add_argument("--bare", action="store_true", help="build only the root image, not what is installed on hosts")
    verb.set_defaults(run=_up)

    verb = verbs.add_parser("down", help="remove every trace of the lab")
    verb.set_defaults(run=lambda _arguments: lifecycle.down())

    verb = verbs.add_parser("save", help="shut the fleet down and keep it, to be booted again: lab up --from NAME")
    verb.add_argument("name", metavar="NAME")
    verb.set_defaults(run=lambda arguments: lifecycle.save(arguments.name))

    verb = verbs.add_parser("saved", help="list the saved fleets")
    verb.set_defaults(run=_saved)

    verb = verbs.add_parser("status", help="say which hosts there are")
    verb.set_defaults(run=_status)

    verb = verbs.add_parser(
        "build", help="build all artefacts that hosts of a kind need, or those named, into the cache"
    )
    verb.add_argument("names", nargs="*", metavar="ARTEFACT")
    _add_kind(verb)
    verb.set_defaults(run=_build)

    verb = verbs.add_parser("power", help="switch a host on, shut it down, do both, or pull its plug")
    verb.add_argument("what", choices=POWER)
    verb.add_argument("host")
    verb.set_defaults(run=_power)

    verb = verbs.add_parser("image", help="throw a host's disk away and boot it as delivered")
    verb.add_argument("host")
    verb.set_defaults(run=lambda arguments: lifecycle.reimage(arguments.host))

    verb = verbs.add_parser("written", help="list the files of all hosts that tell of a change, with their checksums")
    verb.set_defaults(run=_written)

    verb = verbs.add_parser("exec", help="run a command as root inside a host")
    verb.add_argument("host")
    verb.add_argument("command", nargs=argparse.REMAINDER)
    verb.set_defaults(run=_exec)

    faults = "\n".join(f"  {name + ' ' + fault.value:<39} {fault.tells}" for name, fault in FAULTS.items())
    verb = verbs.add_parser(
        "fault",
        help="break something, or mend it again with --undo",
        epilog=f"faults:\n{faults}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verb.add_argument("name", metavar="NAME", choices=FAULTS)
    verb.add_argument("host")
    verb.add_argument("value", nargs="?", default="")
    verb.add_argument("--undo", action="store_true")
    verb.set_defaults(run=_fault)

    verb = verbs.add_parser("network", help="make only the switches, where the controller runs (see lab/run)")
    verb.set_defaults(run=lambda _arguments: network.ensure_lan())
    return parser


def _add_kind(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--kind",
        choices=kinds.KINDS,
        default=state.NSPAWN,
        help="what hosts are: nspawn machines, or QEMU's virtual machines (default: nspawn)",
    )


if __name__ == "__main__":
    sys.exit(main())
