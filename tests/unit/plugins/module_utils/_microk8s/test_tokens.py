"""Join tokens: the URL at the fleet address, and revoking."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.tokens import (
    TokenError,
    join_url,
    token_of,
    without_token,
)

ADD_NODE = (Path(__file__).parents[3] / "fixtures/microk8s/030-ho1-add-node-json.txt").read_text()
OFFER = ADD_NODE.split("--- stdout\n")[1].split("--- stderr")[0]
TOKEN = "67cc71fafbe3ea42efef7435d31e449d"


@pytest.mark.parametrize("address", ["10.79.0.11", "10.79.1.11"])
def test_the_url_is_the_one_at_the_fleet_address(address):
    assert join_url(OFFER, address) == f"{address}:25000/{TOKEN}/2073c395c60e"


def test_an_address_that_only_begins_alike_is_not_taken():
    with pytest.raises(TokenError, match=r"10\.79\.0\.11, 10\.79\.1\.11, not at its fleet address 10\.79\.0\.1\."):
        join_url(OFFER, "10.79.0.1")


def test_a_refusal_instead_of_json_is_said():
    with pytest.raises(TokenError, match="control plane"):
        join_url("This MicroK8s deployment is acting as a node in a cluster.", "10.79.0.11")


def test_the_token_of_a_url():
    assert token_of(f"10.79.0.11:25000/{TOKEN}/2073c395c60e") == TOKEN


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"aaa\n{TOKEN}|1795218234\nbbb\n", "aaa\nbbb\n"),
        (f"{TOKEN}\n", ""),
        (f"{TOKEN}0|1\n", f"{TOKEN}0|1\n"),
        ("", ""),
    ],
)
def test_revoking_takes_out_exactly_its_lines(before, after):
    assert without_token(before, TOKEN) == after
