# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports to show: of a healthy fleet, of one in which much is wrong, of a big one, and of one whose names are hostile."""

from __future__ import annotations

from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.report import build_report

from ..fleet import CONTROL, LAN, SAMPLE, evidence, healthy, heard, listen, pod, target
from ..topic_graph import ask, said

HOSTILE = [
    "<script>document.title='owned'</script>",
    "<script>alert(1)</script>",
    '"><img src=x onerror="document.title=\'owned\'">',
    "' onmouseover='document.title=1",
    "</style><script>document.title='owned'</script>",
    "</title><h1>PASS</h1>",
    "--></script><svg onload=alert(1)>",
    "javascript:document.title='owned'",
    "\u202etxt.exe\u202c\u2066\u200f",
    "&lt;b&gt; &amp; {{ 7 * 7 }}",
    "\x00\x1b[31m\ud800\x7f",
]
FAST, CYCLONE = "eProsima Fast DDS", "Eclipse Cyclone DDS"


def stranger(prefix, address, vendor=FAST, **more):
    return heard(
        prefix, vendor=vendor, vendor_id="01.0f", address=address, locators=[f"{address}:7412"], lease_s=20.0, **more
    )


def healthy_report():
    targets = healthy("base", "tb1", "tb2")
    for host in ("base", "tb1", "tb2"):
        targets += [target(host, "pod", LAN, f"ros/{'talker' if host == 'tb1' else 'listener'}-{host}", "ros0")]
    for each in targets:
        each["heard"] = []
        each["address"] = f"10.88.{1 if each['network'] == LAN else 9}.{targets.index(each) + 10}"
    listen([each for each in targets if each["network"] == LAN])
    for number, each in enumerate(targets):
        for one in each["heard"]:
            one["first_heard_s"] = round(0.012 + 0.013 * number, 4)
        if each["network"] == LAN:
            each["heard"] += [
                stranger(
                    f"0f01.{other['host']}", other["address"], CYCLONE if other["host"] == "tb2" else FAST, name="/"
                )
                for other in targets
                if other["pod"].startswith("ros/")
            ]
    samples = [
        {
            **SAMPLE,
            "host": host,
            "pod": f"listener-{host}",
            "line": "[1795709549.837] I heard: [Hello World: 19 from tb1]",
        }
        for host in ("base", "tb2")
    ]
    pods = [
        pod(name.partition("/")[2], each["host"], namespace="ros", workload=name[4:].partition("-")[0])
        for each in targets
        if (name := each["pod"]).startswith("ros/")
    ]
    return build_report(evidence(targets, pods=pods, samples=samples))


def failing_report():
    names = ("base", "tb1", "tb2", "tb3", "tb4")
    targets = healthy(*names[:4])
    for each in targets:
        each["heard"] = []
        each["address"] = f"10.88.1.{targets.index(each) + 10}"
    listen(
        [each for each in targets if each["network"] == LAN], [("tb2", other) for other in names] + [("base", "tb3")]
    )
    targets[0]["heard"].append(
        stranger("0f02", "10.88.1.77", translated=True, name="camera", host_claimed="desk")
        | {"locators": ["172.17.0.2:7410"]}
    )
    targets[3]["heard"].append(stranger("0f03", "10.88.1.78", CYCLONE, domain_id=7, host_claimed="desk"))
    targets.append(target("tb4", nic="enp3s0", errors=["NIC enp3s0 of tb4 is down."], guid_prefix=None, address=None))
    samples = [
        {**SAMPLE, "host": "base", "pod": "listener-base"},
        {
            **SAMPLE,
            "host": "tb2",
            "pod": "listener-tb2",
            "heard": False,
            "line": "",
            "log_end": ["waiting for /chatter"],
        },
    ]
    report = build_report(evidence(targets, absent=["tb9"], samples=samples))
    report["matrix"][0]["unicast"] = {"64": [3, 3], "1472": [3, 3], "8000": [0, 3]}
    return report


def topics_report(count):
    """A fleet with so many topics, each with a writer on tb1 and a reader on base and tb2; the first is not matched."""
    targets = healthy("base", "tb1", "tb2")
    for each in targets[::3]:
        prefix, kind = each["host"], "writer" if each["host"] == "tb1" else "reader"
        ends = [
            said(prefix, kind, f"rt/topic{number}", number=number, durability=_durability(number, kind))
            for number in range(count)
        ]
        both = [said(prefix, each_, "rt/parameter_events", number=9000 + len(each_)) for each_ in ("writer", "reader")]
        ask(each, prefix, *ends, *both, process_claimed="7" if prefix == "tb2" else "")
    return build_report(evidence(targets))


def _durability(number, kind):
    return "transient-local" if (number, kind) == (0, "reader") else "volatile"


def hostile_report():
    """The names of the list stand wherever something comes from the wire, from an inventory or from the cluster."""
    targets = healthy(*HOSTILE[:3])
    targets[0]["heard"] += [
        stranger(f"prefix {name}", name, f"vendor {name}", name=name, host_claimed=name, translated=True, domain_id=9)
        for name in HOSTILE
    ]
    for number, name in enumerate(HOSTILE):
        ends = [said(f"e{number}", kind, name, name, number=len(kind)) for kind in ("writer", "reader")]
        ends += [said(f"e{number}", "reader", name, f"{name} other", number=9, partitions=[name])]
        ask(targets[3], f"e{number}", *ends, name=name, process_claimed=name, domain_tag=name if number % 2 else "")
    targets[0].update(errors=HOSTILE[3:5], malformed=1, first_malformed=HOSTILE[5])
    samples = [
        {
            **SAMPLE,
            "host": name,
            "workload": name,
            "pod": name,
            "heard": False,
            "line": "",
            "pattern": name,
            "log_end": [name],
        }
        for name in HOSTILE
    ]
    return build_report(evidence(targets, absent=HOSTILE, not_asked=HOSTILE, samples=samples, left_behind=HOSTILE[0]))


def big_report(hosts, strangers):
    """All that is in a report of many hosts, of which one is deaf."""
    names = [f"robot{number:03}" for number in range(1, hosts + 1)]
    targets = healthy(*names)
    deaf = {each["guid_prefix"] for each in targets[1:] if each["network"] == LAN and each["scope"] == "host"}
    targets[0]["heard"] = [each for each in targets[0]["heard"] if each["guid_prefix"] not in deaf]
    for number in range(strangers):
        at = targets[3 * (number % hosts)]
        for one in targets[:9:3]:
            one["heard"].append(stranger(f"0f{number:06x}", at["address"], name=f"/robot/node_{number}"))
    assert CONTROL in {each["network"] for each in targets}
    return build_report(evidence(targets))
