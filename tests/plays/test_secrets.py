"""Secrets are in no output, whatever is asked for with -vvv, and in no journal."""

from __future__ import annotations

from scripted.answers import CLIENT_KEY, TOKEN

from tests.plays.test_join import ALL_FAIL, BRING_UP


def leaks(run):
    texts = {"output": run.output, "journal": run.journal}
    texts |= {f"report {each.name}": each.read_text() for each in (run.folder / "project").rglob("*.json")}
    for host in run.world["hosts"]:
        texts |= {f"{host}:{path}": text for path, text in run.touched(host).items() if ".ansible" not in path}
    return [where for where, text in texts.items() if TOKEN in text or CLIENT_KEY in text]


def test_neither_token_nor_key_is_seen_in_a_bring_up(play):
    run = play(*BRING_UP)
    assert any(TOKEN in each.arguments["url"] for each in run.joins)  # it was there to be seen
    assert len(run.output) > 100_000
    assert leaks(run) == []


def test_neither_token_nor_key_is_seen_when_joins_fail_with_the_url_in_their_words(play):
    arguments, changes = ALL_FAIL
    run = play(*arguments, **changes)
    assert run.says("The join failed: the agent does not answer. microk8s said:")
    assert leaks(run) == []


def test_the_token_is_not_seen_when_revoking_it_fails(play):
    said = {"failed": True, "msg": "The token was not revoked: the disk is full"}
    run = play(
        "bare", "site", "-vvv", answers=[{"module": "microk8s_token", "with": {"state": "absent"}, "says": said}]
    )
    assert run.code == 2
    assert run.says("The token was not revoked: the disk is full")
    assert leaks(run) == []


def test_the_kubeconfig_is_for_its_user_alone(play):
    config = play(*BRING_UP).home / ".kube/rosfleet-base.config"
    assert CLIENT_KEY in config.read_text()
    assert config.stat().st_mode & 0o777 == 0o600
    assert config.parent.stat().st_mode & 0o777 == 0o700


def test_the_credentials_of_a_registry_are_not_seen(play):
    secret = "hunter2-of-the-registry"
    launch = {"extraConfigFiles": {"auth": f"password: {secret}"}}
    run = play("bare", "site", "-vvv", "--diff", "--tags", "microk8s", vars={"microk8s_launch_config": launch})
    assert run.code == 0
    assert secret not in run.output + run.journal
