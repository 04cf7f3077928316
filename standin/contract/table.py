# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands that real MicroK8s was seen to run, in an order in which the stand-in can repeat them on three hosts.

A row added is a row tested: its transcript has to be in tests/unit/fixtures/microk8s. ``base`` stands for the
transcripts' ho1, ``tb1`` for ho2 and ``tb2`` for ho3. A step only prepares what follows.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One transcript to repeat, with all that it printed, returned and left in var/lock.

    ``token`` puts one of the seed's into a join: ``fresh`` a new one, ``used`` the one before; without it the transcript's
    stays, which the seed never gave out. ``part`` is a piece of the transcript's command, of whose output it prints a
    piece, where the rest shows what the lab does not have.
    """

    number: str
    token: str = ""
    part: str = ""

    @property
    def name(self) -> str:
        """What the test is called."""
        return self.number


@dataclass(frozen=True)
class Step:
    """A command that has to succeed, if not at once then within ``tries``."""

    host: str
    command: str
    tries: int = 1
    token: str = ""

    @property
    def name(self) -> str:
        """What the test is called."""
        return f"step-{self.host}"


M = "/snap/bin/microk8s"
DATA = "/var/snap/microk8s/current"
JOIN = f"{M} join 10.79.0.11:25000/00000000000000000000000000000000/2073c395c60e"
FORGET_FAILED_JOIN = f"rm -f {DATA}/var/lock/join-in-progress"


def ready(host: str) -> Step:
    """Wait until the seed sees a host's Node Ready."""
    return Step("base", f"{M} kubectl get node {host} --no-headers | grep -qw Ready", tries=60)


def started(host: str) -> Step:
    """Wait until a host that was just installed has its final lock files."""
    return Step(
        host, f"{M} status --wait-ready --timeout 120 && test -e {DATA}/var/lock/.microk8s-addon-lock", tries=30
    )


CONTRACT: tuple[Row | Step, ...] = (
    started("base"),
    started("tb1"),
    started("tb2"),
    # A lone node.
    *map(Row, ("007", "008", "013", "019", "026", "027", "029", "030", "031", "032", "034", "035")),
    # Stopped and started again.
    Step("base", f"{M} stop"),
    *map(Row, ("040", "041", "042", "043", "044", "045", "046", "047", "048")),
    Step("base", f"{M} start"),
    ready("base"),
    # Joins that are refused, each for its reason, and what they leave behind.
    *map(Row, ("051", "052", "053", "054", "055", "056", "057")),
    Row("058", token="fresh"),
    *map(Row, ("059", "060", "061", "062", "063", "065")),
    Row("066", token="fresh"),
    Row("067", part=f"ls {DATA}/var/lock; cat {DATA}/var/kubernetes/backend/cluster.yaml"),
    Row("160", token="fresh"),
    Row(
        "172",
        part="cat /var/snap/microk8s/common/etc/launcher/*.applied | head -20; cat /etc/sysctl.d/10-microk8s.conf",
    ),
    # A worker.
    Row("068", token="fresh"),
    Row("070", token="used"),
    # Whoever made the transcripts removed it here, too.
    Step("tb1", FORGET_FAILED_JOIN),
    *map(Row, ("071", "072", "073", "074", "075", "076", "077", "078", "079", "080", "081", "082", "083")),
    *map(Row, ("086", "087", "088")),
    ready("tb1"),
    # A second control plane.
    Row("091", token="fresh"),
    ready("tb2"),
    *map(Row, ("100", "101", "102")),
    # The seed's cluster.yaml lags behind.
    Step("base", f"grep -q 10.79.0.13 {DATA}/var/kubernetes/backend/cluster.yaml", tries=30),
    Row("097", token="fresh"),
    # A worker is removed while it lives, and leaves.
    *map(Row, ("103", "104", "106", "107")),
    # Again a worker; then a control-plane join on top of it, which says that it succeeded.
    Step("tb1", f"{JOIN} --worker", token="fresh"),
    Row("141", token="fresh"),
    Row("142", part=f"ls {DATA}/var/lock; {M} status --format short | head -3"),
    # A control plane leaves, and its Node stays until it is removed.
    Row("132"),
    Row("135", part=f"{M} remove-node ho3"),
    # Another revision and back, with the node as it was: no transcript shows it.
    Step("base", "snap install --dangerous --classic /root/next.snap"),
    ready("base"),
    Step("base", f"{M} version | grep -qx 'MicroK8s v1.37.0 revision x2'"),
    Step("base", "snap revert microk8s"),
    ready("base"),
    Step("base", f"{M} version | grep -qx 'MicroK8s v1.36.3 revision x1'"),
)
