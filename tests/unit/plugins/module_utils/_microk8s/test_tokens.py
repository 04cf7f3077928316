"""Join tokens: the URL at the fleet address, and which lines of MicroK8s' files are ours."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.tokens import (
    NOTED_FOR,
    TokenError,
    join_url,
    minted,
    note,
    token_of,
    without_noted,
)

ADD_NODE = (Path(__file__).parents[3] / "fixtures/microk8s/030-ho1-add-node-json.txt").read_text()
OFFER = ADD_NODE.split("--- stdout\n")[1].split("--- stderr")[0]
TOKEN = "67cc71fafbe3ea42efef7435d31e449d"
NOON = 1795262400.0


@pytest.mark.parametrize("address", ["10.79.0.11", "10.79.1.11"])
def test_the_url_is_the_one_at_the_fleet_address(address):
    token, urls = minted(OFFER)
    assert (token, join_url(urls, address)) == (TOKEN, f"{address}:25000/{TOKEN}/2073c395c60e")


def test_an_address_that_only_begins_alike_is_not_taken():
    with pytest.raises(TokenError, match=r"10\.79\.0\.11, 10\.79\.1\.11, not at its fleet address 10\.79\.0\.1\."):
        join_url(minted(OFFER)[1], "10.79.0.1")


@pytest.mark.parametrize("answer", ["This MicroK8s deployment is acting as a node in a cluster.", "[]", '{"token": 1}'])
def test_a_refusal_instead_of_json_is_said(answer):
    with pytest.raises(TokenError, match="control plane"):
        minted(answer)


def test_the_token_of_a_url():
    assert token_of(f"10.79.0.11:25000/{TOKEN}/2073c395c60e") == TOKEN


@pytest.mark.parametrize("url", ["", TOKEN, f"10.79.0.11:25000/{TOKEN}", f"base:25000/{TOKEN}/2073c395c60e"])
def test_what_is_no_join_url_is_refused_and_not_repeated(url):
    with pytest.raises(TokenError) as caught:
        token_of(url)
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"aaa\n{TOKEN}|1795218234\nbbb\n", "aaa\nbbb\n"),
        (f"{TOKEN}\n", ""),
        (f"{TOKEN}-kubelet\naaa-kubelet\n{TOKEN}-proxy\n", "aaa-kubelet\n"),
        (f"{TOKEN}0|1\n{TOKEN}-other\n{TOKEN}-kubelet-proxy\n", f"{TOKEN}0|1\n{TOKEN}-other\n{TOKEN}-kubelet-proxy\n"),
        ("\n", "\n"),
        ("", ""),
    ],
)
def test_revoking_takes_out_exactly_its_lines(before, after):
    assert without_noted(before, note("", TOKEN, NOON)) == after
    assert without_noted(before, "") == before


def test_a_token_stays_noted_for_a_day():
    record = note("", TOKEN, NOON)
    assert without_noted(f"{TOKEN}\n", note(record, "b" * 32, NOON + NOTED_FOR - 1)) == ""
    assert note(f"{record}half a li\n\n", "b" * 32, NOON + NOTED_FOR) == note("", "b" * 32, NOON + NOTED_FOR)
