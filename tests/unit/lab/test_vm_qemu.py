# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The command line of QEMU, and the choice between KVM and TCG."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab.fleet.plan import mac_address, plan
from lab.fleet.prefix import PREFIX
from lab.fleet.shell import LabError
from lab.vm import accelerator, machine, qemu

TB1 = plan(2)[1]
FOLDER = Path("/lab/hosts/tb1")
PC = qemu.ARCHITECTURES["amd64"]
PANIC = "[    1.5] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)\n"


def command(kernel=Path("/cache/vm-image"), architecture=PC, acceleration="tcg", memory=2048, handed=None):
    return qemu.command(TB1, FOLDER, qemu.Boot(kernel, architecture, memory, handed), acceleration)


def after(option, words):
    return [words[index + 1] for index, word in enumerate(words) if word == option]


def test_both_nics_are_on_the_taps_of_the_switches_with_the_macs_of_the_host():
    assert [netdev.split(",")[:3] for netdev in after("-netdev", command())] == [
        ["tap", "id=mgmt", "ifname=m-tb1"],
        ["tap", "id=ros", "ifname=r-tb1"],
    ]
    nics = [device for device in after("-device", command()) if device.startswith("virtio-net")]
    for nic, name, slot in zip(nics, ("mgmt", "ros"), (qemu.MANAGEMENT_SLOT, qemu.ROS_SLOT)):
        assert f",netdev={name},mac={mac_address(TB1, name)},addr={slot}," in nic


def test_no_script_of_qemus_touches_the_network():
    assert all(netdev.endswith(",script=no,downscript=no") for netdev in after("-netdev", command()))


def test_the_machine_has_nothing_that_it_was_not_given_and_is_called_by_the_prefix():
    assert {"-nodefaults", "-no-user-config"} <= set(command())
    assert after("-name", command()) == [f"{PREFIX}tb1"]


def test_the_layer_is_written_as_a_disk_that_keeps_what_is_synced_and_the_seed_is_not_written():
    layer, seed = after("-drive", command())
    assert layer.startswith("file=/lab/hosts/tb1/disk.qcow2,format=qcow2,") and "unsafe" not in layer
    assert seed == "file=/lab/hosts/tb1/seed.img,format=raw,if=virtio,readonly=on"


def test_memory_and_one_more_disk_are_what_was_asked_for():
    words = command(memory=9000, handed=Path("/cache/handed.img"))
    assert after("-m", words) == ["9000"]
    assert after("-drive", words)[2].startswith("file=/cache/handed.img,format=raw,")


def test_what_is_asked_for_by_variables_is_there_and_a_number(tmp_path):
    assert (machine.memory({}), machine.memory({"ROSFLEET_VM_MEMORY": "4096"})) == (3072, 4096)
    with pytest.raises(LabError, match="ROSFLEET_VM_MEMORY is a number of megabytes, as in 4096, not '4G'"):
        machine.memory({"ROSFLEET_VM_MEMORY": "4G"})
    assert machine.handed({}) is None
    with pytest.raises(LabError, match="ROSFLEET_VM_DISK is '/absent', and no such file is there"):
        machine.handed({"ROSFLEET_VM_DISK": "/absent"})


def test_the_users_own_first_boot_files_are_taken_or_missed_in_a_sentence(tmp_path):
    (tmp_path / "tb1").mkdir()
    (tmp_path / "tb1/user-data").touch()
    asked = {"ROSFLEET_VM_SEEDS": str(tmp_path)}
    assert machine.seed_folder("tb1", {}) is None
    assert machine.seed_folder("tb1", asked) == tmp_path / "tb1"
    with pytest.raises(LabError, match="ROSFLEET_VM_SEEDS is .*, and there is no tb2/user-data in it"):
        machine.seed_folder("tb2", asked)


def test_console_agent_and_monitor_are_in_the_hosts_folder():
    words = command()
    assert after("-serial", words) == ["file:/lab/hosts/tb1/console.log"]
    assert after("-qmp", words) == ["unix:/lab/hosts/tb1/qmp.sock,server=on,wait=off"]
    assert after("-chardev", words) == ["socket,id=agent,path=/lab/hosts/tb1/agent.sock,server=on,wait=off"]


def test_a_disk_with_a_kernel_beside_it_boots_by_that():
    words = command()
    assert after("-kernel", words) == ["/cache/vm-image/vmlinuz"]
    assert after("-append", words)[0].startswith("console=ttyS0 root=/dev/vda ")


@pytest.mark.parametrize(("name", "firmware"), [("amd64", []), ("arm64", ["/usr/share/qemu-efi-aarch64/QEMU_EFI.fd"])])
def test_any_other_disk_boots_by_its_own_loader(name, firmware):
    words = command(kernel=None, architecture=qemu.ARCHITECTURES[name])
    assert "-kernel" not in words and "-append" not in words
    assert after("-bios", words) == firmware


@pytest.mark.parametrize(("name", "cpu"), [("kvm", "host"), ("tcg", "max")])
def test_the_processor_is_the_machines_own_or_all_that_can_be_translated(name, cpu):
    words = command(acceleration=name)
    assert after("-accel", words)[0].split(",")[0] == name
    assert after("-cpu", words) == [cpu]


@pytest.mark.parametrize(
    ("trial", "why"),
    [
        (PANIC, ""),
        (None, "a stock kernel did not come up within 20 s"),
        ("\nqemu: failed to set MSR 0x10a\nAborted\n", "QEMU ended early: qemu: failed to set MSR 0x10a"),
        ("", "QEMU ended without a word"),
    ],
)
def test_kvm_is_usable_where_a_kernel_gets_as_far_as_looking_for_its_disk(trial, why):
    assert accelerator.why_not(trial) == why


def test_the_trial_is_of_kvm_and_ends_by_itself():
    words = accelerator.trial_command(Path("/cache/vm-image/vmlinuz"), PC)
    assert after("-accel", words) == ["kvm"]
    assert "-no-reboot" in words and "panic=-1" in after("-append", words)[0]
    assert "-drive" not in words


@pytest.mark.parametrize(
    ("command", "outcome"),
    [(["echo", "panic"], "panic\n"), (["timeout", "--signal=KILL", "0.05", "sleep", "60"], None)],
)
def test_a_trial_returns_what_it_printed_or_none_when_its_time_was_over(monkeypatch, command, outcome):
    monkeypatch.setattr(accelerator, "trial_command", lambda _kernel, _architecture: command)
    assert accelerator._trial(Path("/k"), PC) == outcome


@pytest.fixture
def trial(monkeypatch, tmp_path):
    """What a trial prints, which is set by the test; a machine with /dev/kvm."""
    printed = []
    monkeypatch.setattr(accelerator, "DEVICE", tmp_path)
    monkeypatch.setattr(accelerator, "_trial", lambda _kernel, _architecture: printed.pop())
    return printed


@pytest.mark.parametrize(
    ("output", "chosen", "said"),
    [(PANIC, "kvm", "run by KVM"), (None, "tcg", "run by TCG, slowly: with KVM a stock kernel did not come up")],
)
def test_the_choice_is_what_was_seen_and_is_said(trial, capsys, output, chosen, said):
    trial.append(output)
    assert accelerator.choose(Path("/k"), PC, {}) == chosen
    assert said in capsys.readouterr().err


def test_without_kvm_nothing_is_tried(trial, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(accelerator, "DEVICE", tmp_path / "absent")
    assert accelerator.choose(Path("/k"), PC, {}) == "tcg"
    assert "there is no" in capsys.readouterr().err


@pytest.mark.usefixtures("trial")
@pytest.mark.parametrize("name", ["kvm", "tcg"])
def test_who_asks_for_one_gets_it_untried(name):
    assert accelerator.choose(Path("/k"), PC, {accelerator.VARIABLE: name}) == name


def test_another_accelerator_is_refused():
    with pytest.raises(LabError, match="ROSFLEET_VM_ACCEL is kvm or tcg, not 'xen'"):
        accelerator.choose(Path("/k"), PC, {accelerator.VARIABLE: "xen"})
