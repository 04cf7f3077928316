# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""microk8s add-node: a token, and the addresses to join at."""

from __future__ import annotations

import argparse
import json
import secrets

from microk8s_lab import certificates, network, paths, texts, tokens
from microk8s_lab.cli import guards

PORT = 25000
FORMATS = ("short", "json", "token-check", "token", "yaml", "pretty")


def run(arguments: list[str]) -> int:
    """Note a token in credentials/cluster-tokens.txt and print it."""
    if guards.refuse_stopped():
        return 1
    if guards.refuse_worker(texts.use_on_master("add-node")):
        return 1
    options = _parser().parse_args(arguments)
    token = secrets.token_hex(16) if options.token is None else options.token
    if len(token) < tokens.MINIMUM:
        print(f"Invalid token size.  It must be {tokens.MINIMUM} characters long.")
        return 1
    tokens.add(paths.data("credentials", "cluster-tokens.txt"), token, options.token_ttl)
    full = f"{token}/{certificates.fingerprint(paths.data('certs', 'server.crt').read_text())[:12]}"
    print(rendered(options.format, full, network.host_addresses(), network.default_address()))
    return 0


def rendered(form: str, full: str, addresses: list[str], default: str | None) -> str:
    """The output in one of FORMATS for ``TOKEN/FINGERPRINT``; texts begin with the default route's address."""
    if form == "token":
        return full.partition("/")[0]
    if form == "token-check":
        return full
    if form in ("json", "yaml"):
        urls = _urls(addresses, full)
        if form == "json":
            return json.dumps({"token": full, "urls": urls}, indent=2)
        return "".join((f"token: {full}\nurls:\n", *(f"- {url}\n" for url in urls)))
    urls = _urls(sorted(addresses, key=lambda address: address != default), full)
    return texts.joins(urls) if form == "pretty" else "\n".join(f"microk8s join {url}" for url in urls)


def _urls(addresses: list[str], full: str) -> list[str]:
    return [f"{address}:{PORT}/{full}" for address in addresses]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="microk8s add-node", description="Produce a connection string for a node to join the cluster."
    )
    parser.add_argument("--token-ttl", "-l", type=int, default=-1, metavar="TOKEN_TTL", help="seconds the token lives")
    parser.add_argument("--token", "-t", metavar="TOKEN", help="the token to use, at least 32 characters")
    parser.add_argument("--format", default="pretty", choices=FORMATS, help="format of the output")
    return parser
