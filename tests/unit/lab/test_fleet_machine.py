# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The command that boots a host, and the end of a console log."""

from __future__ import annotations

from pathlib import Path

from lab.fleet.machine import Machine, console_tail, nspawn_command, overlay_options
from lab.fleet.prefix import PREFIX

ROOT = Path("/lab/root")


def machine(**options):
    return Machine("tb1", root=ROOT, console=Path("/lab/console.log"), **options)


def test_a_host_joins_the_namespace_that_was_wired_for_it():
    command = nspawn_command(machine(network_namespace=Path("/run/netns/x")))
    assert "--network-namespace-path=/run/netns/x" in command
    assert "--private-network" not in command


def test_a_machine_without_a_namespace_has_no_network():
    assert "--private-network" in nspawn_command(machine())


def test_names_in_the_machine_carry_the_prefix_and_the_hostname_is_stock():
    command = nspawn_command(machine())
    assert f"--machine={PREFIX}tb1" in command
    assert "--hostname=lab-image" in command


def test_loop_devices_keep_their_names_inside():
    command = nspawn_command(machine(loop_nodes=(Path("/lab/dev/loop12"),)))
    assert "--bind=/lab/dev/loop12:/dev/loop12" in command


def test_a_layer_lies_over_the_image():
    over = machine(lowers=(Path("/image"),), upper=Path("/u"), work=Path("/w"))
    assert overlay_options(over) == "lowerdir=/image,upperdir=/u,workdir=/w"
    assert overlay_options(machine()) == ""


def test_a_restored_layer_lies_over_the_saved_one_and_that_over_the_image():
    over = machine(lowers=(Path("/saved"), Path("/image")), upper=Path("/u"), work=Path("/w"))
    assert overlay_options(over) == "lowerdir=/saved:/image,upperdir=/u,workdir=/w"


def test_the_tail_of_a_console_names_its_file_and_drops_empty_lines(tmp_path):
    console = tmp_path / "console.log"
    console.write_bytes(b"one\r\n\r\ntwo\r\nthree \xff\r\n")
    assert console_tail(console, lines=2).splitlines() == [f"Last lines of {console}:", "  | two", "  | three \ufffd"]
    assert "No console log" in console_tail(tmp_path / "absent")
