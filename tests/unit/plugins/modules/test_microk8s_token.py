# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A token that was minted here is gone when it is revoked, with what derives from it; what else is there stays as it was."""

from __future__ import annotations

import json

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._files import Files
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s import paths
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.tokens import left_over
from ansible_collections.rosfleet.cluster.plugins.modules import microk8s_token

OURS, OTHER = "67cc71fafbe3ea42efef7435d31e449d", "0123456789abcdef0123456789abcdef"
EARLIER = "e94040a262dc7a56baca80b4ab2fd360"


class Seed:
    """A control plane whose add-node gives out a certain token."""

    def __init__(self, host) -> None:
        self.host = host
        self.tokens, self.requests = (
            host.data / "credentials" / name for name in ("cluster-tokens.txt", "certs-request-tokens.txt")
        )
        self.record = host.root / "rosfleet/minted-tokens"

    def mint(self, token=OURS, address="10.0.0.1", **more):
        answer = json.dumps({"token": f"{token}/2073c395c60e", "urls": [f"10.0.0.1:25000/{token}/2073c395c60e"]})
        self.host.microk8s(f"echo '{token}|1795262400' >> $DATA/credentials/cluster-tokens.txt\necho '{answer}'")
        return self.host.run(microk8s_token, address=address, **more)

    def revoke(self, **more):
        return self.host.run(microk8s_token, state="absent", **more)[0]

    def left(self):
        return [path.read_text() if path.exists() else "" for path in (self.tokens, self.requests)]


@pytest.fixture
def seed(host):
    return Seed(host)


def test_a_token_is_minted_with_its_life_and_noted_without_being_told(seed):
    result, _printed = seed.mint(ttl=60)
    assert result["url"] == f"10.0.0.1:25000/{OURS}/2073c395c60e"
    assert seed.host.called() == ["add-node --token-ttl 60 --format json"]
    assert OURS not in seed.record.read_text() and seed.record.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "derived",
    ["", f"{OURS}-kubelet\n{OURS}-proxy\n", f"{OURS}-kubelet\n"],
    ids=["not used", "cut off before it asked for certificates", "cut off between the two"],
)
def test_whatever_a_join_did_with_it_nothing_is_left(seed, derived):
    seed.mint()
    seed.tokens.write_text(f"{OTHER}\n{OURS}|1795262400\n")
    seed.requests.write_text(f"{OTHER}-kubelet\n{derived}")
    for path in (seed.tokens, seed.requests):
        path.chmod(0o640)
    assert [seed.revoke()["changed"], seed.revoke()["changed"]] == [True, False]
    assert seed.left() == [f"{OTHER}\n", f"{OTHER}-kubelet\n"]
    assert seed.tokens.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in seed.tokens.parent.iterdir()) == [seed.requests.name, seed.tokens.name]


def test_a_run_revokes_what_an_earlier_one_left_too(seed):
    seed.mint(EARLIER)
    seed.mint()
    seed.requests.write_text(f"{EARLIER}-proxy\n")
    seed.revoke()
    assert seed.left() == ["", ""]


def test_what_a_busy_agent_derives_after_the_token_was_revoked_is_found_by_the_next_run(seed):
    seed.mint()
    seed.revoke()
    seed.requests.write_text(f"{OURS}-kubelet\n{OURS}-proxy\n")
    assert set(left_over(Files())) == {paths.REQUEST_TOKENS}
    assert seed.revoke()["changed"] is True
    assert seed.left() == ["", ""] and left_over(Files()) == {}


def test_a_token_at_an_address_that_is_not_offered_is_not_used_and_can_be_revoked(seed):
    result, printed = seed.mint(address="10.0.0.9")
    assert "offers to be joined at 10.0.0.1, not at its fleet address 10.0.0.9" in result["msg"]
    assert OURS not in printed
    seed.revoke()
    assert seed.left() == ["", ""]


def test_there_may_be_no_tokens_at_all(seed):
    assert seed.revoke()["changed"] is False
    assert list(seed.tokens.parent.iterdir()) == [] and not seed.record.exists()


def test_check_mode_only_predicts(seed):
    assert seed.mint(_ansible_check_mode=True)[0] == {
        **seed.mint(_ansible_check_mode=True)[0],
        "changed": True,
        "url": "",
    }
    assert seed.host.called() == []
    seed.mint()
    before = seed.left()
    assert seed.revoke(_ansible_check_mode=True)["changed"] is True
    assert seed.left() == before


def test_a_control_plane_that_mints_nothing_says_why_without_a_token(seed):
    seed.host.microk8s(f"echo 'cannot append 10.0.0.1:25000/{OURS}/2073c395c60e' >&2; exit 1")
    result, printed = seed.host.run(microk8s_token, address="10.0.0.1")
    assert "add-node failed (exit code 1): cannot append 10.0.0.1:25000/<token>. Fix: " in result["msg"]
    assert OURS not in printed
