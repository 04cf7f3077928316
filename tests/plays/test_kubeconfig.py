"""Where the kubeconfig is kept: as the user writes it, and without touching what is the user's."""

from __future__ import annotations


def members(play, path):
    return play("small", "site", "--tags", "membership", "-e", f"membership_kubeconfig={path}")


def test_a_path_in_the_home_folder_by_its_tilde_is_that_file_and_nobody_rejoins(play):
    run = members(play, "~/fleet/kube.config")
    assert run.code == 0, run.output[-4000:]
    assert (run.home / "fleet/kube.config").is_file()
    assert run.of("microk8s_member", "microk8s_token") == []


def test_a_folder_that_is_there_keeps_its_mode(play):
    shared = play.folder / "shared"
    shared.mkdir(mode=0o755, exist_ok=True)
    shared.chmod(0o755)
    run = members(play, str(shared / "kube.config"))
    assert run.code == 0, run.output[-4000:]
    assert shared.stat().st_mode & 0o777 == 0o755
    assert (shared / "kube.config").stat().st_mode & 0o777 == 0o600


def test_a_fleet_that_is_up_rejoins_nobody(play):
    run = play("small", "site", "--tags", "membership")
    assert run.code == 0
    assert run.of("microk8s_member", "microk8s_token") == []
