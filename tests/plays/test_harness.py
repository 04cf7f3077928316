"""The harness itself: it knows every module, and no play gets out of its folder."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

from scripted import answers, modules

# Only their action plugins run, on the controller; what those ask of a host, other modules do.
ACTIONS = {"bringup_mark", "discovery_evidence", "discovery_show", "cluster_api", "controller_file", "fleet_inputs"}
# What users call from a shell, and no role does.
BY_HAND = {"microk8s_preflight"}


def test_every_module_has_a_script_or_really_runs():
    there = {each.stem for each in (modules.CHECKOUT / "plugins/modules").glob("*.py")}
    real = {each.rpartition(".")[2] for each in modules.REAL}
    assert there - set(answers.ANSWERS) - real - ACTIONS - BY_HAND == set()


def test_what_is_written_on_a_host_is_in_its_own_root(play):
    before = Path("/etc/hosts").read_bytes()
    run = play("bare", "site", "-vvv")
    assert "192.168.8.21" in run.touched("tb2")["/etc/hosts"]
    assert Path("/etc/hosts").read_bytes() == before


BELOW = """
from pathlib import Path
from scripted import launch
launch.KEPT = ()
launch.isolate()
launch.mount("elsewhere", "kept/below", launch.MS_BIND)
launch.KEPT = ("kept",)
launch.isolate()
for place in ("kept", "kept/below", "elsewhere"):
    try:
        Path(place, "file").touch()
        print(0)
    except OSError as error:
        print(error.errno)
"""


def test_what_is_mounted_below_a_folder_is_write_protected_with_it(tmp_path):
    for folder in ("kept/below", "elsewhere"):
        (tmp_path / folder).mkdir(parents=True)
    path = {**os.environ, "PYTHONPATH": str(modules.CHECKOUT / "tests/plays")}
    ran = subprocess.run(
        [sys.executable, "-c", BELOW], cwd=tmp_path, env=path, capture_output=True, text=True, check=False
    )
    assert (ran.stdout.split(), ran.stderr) == ([str(errno.EROFS), str(errno.EROFS), "0"], "")


def test_a_parameter_that_the_real_module_does_not_have_fails(play):
    run = play("bare", "check", "-e", '{"ros_lan_nics": "not a dictionary"}')
    assert run.code == 2


def test_kubeconfig_reports_and_address_book_are_those_of_the_test(play):
    run = play("bare", "site", "-vvv")
    assert (run.home / ".kube/rosfleet-base.config").is_file()
    assert (run.folder / "project/reports/bringup.json").is_file()
