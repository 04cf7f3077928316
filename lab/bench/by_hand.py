# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people do by hand on fresh lab hosts, over SSH: the ways that the benchmarks hold the collection against."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from lab.cache import REPO, cache_root
from lab.fleet import plan, state
from lab.fleet.shell import LabError, run, wait_until

LAB_RUN = str(REPO / "lab/run")
SNAP = "/tmp/microk8s.snap"
MICROK8S = "sudo /snap/bin/microk8s"
PATIENCE = 300.0
INTERVAL = 0.5


def fresh_lab(hosts: Sequence[plan.Host]) -> None:
    """As many hosts as these, as delivered."""
    for verb in (["down"], ["up", "--hosts", str(len(hosts))]):
        subprocess.run([sys.executable, "-m", "lab", *verb], cwd=REPO, check=True)


def on(host: plan.Host, command: str) -> str:
    """What `command` prints on a host. Raises LabError with what it said when it fails."""
    return run([LAB_RUN, "ssh", *_options(), f"{plan.USER}@{host.management_address}", command])


def install(host: plan.Host) -> None:
    """Name a host, bring the snap there and install it."""
    on(host, f"sudo hostnamectl set-hostname {host.name}; echo 127.0.1.1 {host.name} | sudo tee -a /etc/hosts")
    source = str((cache_root() / "lab/microk8s.snap").resolve())
    target = f"{plan.USER}@{host.management_address}:{SNAP}"
    run([LAB_RUN, "scp", "-q", *_options(), source, target])
    on(host, f"sudo snap install --dangerous --classic {SNAP}")


def await_ready(seed: plan.Host) -> None:
    """Wait until MicroK8s says that it is ready."""
    on(seed, f"{MICROK8S} status --wait-ready --timeout 200")


def token_url(seed: plan.Host, *options: str) -> str:
    """A new join URL at the seed's management address."""
    offer = json.loads(on(seed, " ".join([f"{MICROK8S} add-node --format json", *options])))
    return next(url for url in offer["urls"] if url.startswith(f"{seed.management_address}:"))


def join(host: plan.Host, url: str) -> None:
    """Join a host as a worker."""
    on(host, f"{MICROK8S} join {url} --worker")


def await_nodes(seed: plan.Host, hosts: Sequence[plan.Host]) -> None:
    """Wait until the Nodes of all these hosts are Ready. Raises LabError."""
    wanted = {host.name for host in hosts}

    def all_ready() -> bool:
        lines = on(seed, f"{MICROK8S} kubectl get nodes --no-headers").splitlines()
        return wanted <= {words[0] for words in map(str.split, lines) if words[1:2] == ["Ready"]}

    if not wait_until(all_ready, timeout=PATIENCE, interval=INTERVAL):
        raise LabError(f"Not all of {', '.join(sorted(wanted))} were Ready Nodes within {PATIENCE:.0f} s.")


def script(hosts: Sequence[plan.Host]) -> None:
    """The script that people write: everywhere at once what can be, one token, and poll until all Nodes are Ready."""
    seed, *workers = hosts
    with ThreadPoolExecutor(max_workers=len(hosts)) as pool:
        list(pool.map(install, hosts))
        await_ready(seed)
        url = token_url(seed, "--token-ttl 600")
        list(pool.map(lambda host: join(host, url), workers))
        await_nodes(seed, hosts)


def _options() -> list[str]:
    return ["-F", "none", "-i", str(state.SSH / "id_ed25519"), "-o", f"UserKnownHostsFile={state.KNOWN_HOSTS}"]
