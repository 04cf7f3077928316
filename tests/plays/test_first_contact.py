"""The first run of a newcomer: what is missing here or there is said in words, before anything is changed."""

from __future__ import annotations

import pytest

PLAYBOOKS = ("site", "check", "verify", "remove", "replace")


def nobody_was_touched(run):
    assert run.code == 2
    assert {each.module for each in run.calls} <= {"fleet_look"}
    for host in run.world["hosts"]:
        assert set(run.touched(host)) == {"/etc/hosts", "/etc/passwd", "/etc/group"}
    return True


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_a_controller_without_kubernetes_contacts_nobody(play, playbook):
    run = play("small_bare", playbook, lacks=["kubernetes"])
    assert run.says(
        "The Python that runs Ansible on this controller (", "has no package kubernetes, without which", "Fix: "
    )
    assert nobody_was_touched(run)
    assert run.calls == []


@pytest.mark.parametrize("playbook", ["site", "identity", "reset"])
def test_a_controller_without_netaddr_contacts_nobody(play, playbook):
    run = play("small_bare", playbook, lacks=["netaddr"])
    assert run.says("has no package netaddr, without which")
    assert nobody_was_touched(run)
    assert run.calls == []


def test_names_need_no_kubernetes(play):
    run = play("small_bare", "identity", lacks=["kubernetes"])
    assert run.code == 0, run.output[-4000:]


@pytest.mark.parametrize("playbook", [*PLAYBOOKS, "identity", "reset"])
def test_a_wrong_user_on_every_host_is_one_message(play, playbook):
    run = play("bare", playbook, hosts={host: {"is": "refuses"} for host in ("base", "tb1", "tb2")})
    assert run.says(
        "base, tb1 and tb2: answers and refuses the login, as base said: Failed to connect to the host via ssh: robot@",
        "Fix: correct ansible_user and the key",
        "ssh robot@192.168.8.10",
    )
    assert nobody_was_touched(run)
    assert run.output.count("FAILED! =>") == 1
    assert "Absent: " not in run.output


SUDO = {
    "Missing": ["sudo wants a password before we become root", "with -K, which asks you"],
    "Incorrect": ["the password is not the one that sudo wants"],
    "is not in the sudoers file": ["its user robot may not use sudo", "usermod -aG sudo robot"],
}


@pytest.mark.parametrize("sudo", SUDO)
def test_a_user_who_may_not_become_root(play, sudo):
    run = play("small_bare", "site", hosts={host: {"sudo": sudo} for host in ("base", "tb1")})
    assert run.says("base and tb1: lets us in, and ", *SUDO[sudo])
    assert nobody_was_touched(run)


def test_one_host_whose_user_may_not_become_root_is_left_out(play):
    run = play("bare", "site", hosts={"tb2": {"sudo": "is not in the sudoers file"}})
    assert run.code == 2
    assert run.says(
        "tb2 lets us in, and its user robot may not use sudo. It said: robot is not in the sudoers file. Fix: "
    )
    assert run.recap["tb2"]["failed"] == 1
    assert run.world["hosts"]["tb1"]["installed"]


PYTHON = {
    "3.6": ["its Python is too old, such as 3.6", "Ubuntu 18.04 and JetPack 4 are too old"],
    "3.8": ["its Python 3.8.18 is too old: Ansible needs 3.9 or newer", "sudo apt install python3.9"],
    "": ["there is no Python at /usr/bin/python3", "sudo apt install python3"],
}


@pytest.mark.parametrize("python", PYTHON)
def test_a_host_without_a_python_that_will_do(play, python):
    run = play("bare", "site", hosts={"tb1": {"python": python}})
    assert run.code == 2
    assert run.says("tb1 answers, and ", *PYTHON[python])
    assert run.recap["tb1"]["failed"] == 1
    assert run.joins and "tb1" not in [each.host for each in run.joins]


@pytest.mark.parametrize("playbook", ["verify", "remove"])
def test_before_any_site_it_is_said_that_site_comes_first(play, playbook):
    run = play("bare", playbook, "-e", "remove=tb1")
    assert run.says("There is no cluster yet, as MicroK8s is not installed on base. Fix: run playbook site")
    assert nobody_was_touched(run)
