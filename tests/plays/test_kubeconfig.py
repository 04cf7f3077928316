"""Where the kubeconfig is kept: as the user writes it, and without touching what is the user's."""

from __future__ import annotations

import pytest


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


KEPT = ".kube/rosfleet-base.config"
OTHER = "clusters:\n- cluster:\n    server: https://10.9.9.9:16443\n"


@pytest.mark.parametrize("left", [None, "", OTHER], ids=["deleted", "empty", "another cluster's"])
def test_what_became_of_the_kubeconfig_is_mended_by_the_next_run(play, left):
    run = play("small", "verify", home={KEPT: left}, after=play("small", "site"))
    assert run.code == 0, run.output[-4000:]
    assert "server: https://192.168.8.10:16443" in (run.home / KEPT).read_text()


@pytest.mark.parametrize("left", [None, "", OTHER], ids=["deleted", "empty", "another cluster's"])
def test_in_check_mode_no_other_cluster_is_asked(play, left):
    run = play("small", "site", "--check", home={KEPT: left}, after=play("small", "site"))
    assert run.says("The cluster of base was not asked: in check mode no kubeconfig", "Fix: run playbook check")
    assert run.of("api") == []
    assert ((run.home / KEPT).read_text() if left is not None else None) == left


@pytest.mark.parametrize("playbook", ["site", "verify"])
def test_a_kubeconfig_that_leads_to_the_users_other_clusters_is_not_overwritten(play, playbook):
    left = OTHER + "contexts:\n- {name: kind-dev, context: {cluster: kind-dev, user: kind-dev}}\n"
    run = play("small", playbook, home={KEPT: left}, after=play("small", "check"))
    assert run.code == 2
    assert run.says("holds the way to other clusters (kind-dev)", "Fix: give the cluster a file of its own")
    assert (run.home / KEPT).read_text() == left
    assert run.of("identity_apply", "microk8s_member", "api") == []
