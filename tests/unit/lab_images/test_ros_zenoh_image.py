# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Zenoh image: whom its programs hear by which routers, and that they find them again."""

from __future__ import annotations

import functools
import json
import re
import subprocess

import pytest

from .programs import ELSEWHERE, FIRST_PROCESS, HERE, HERE_ADDRESS, THERE, children

pytestmark = pytest.mark.root

PORT = 7447
FROM_HERE = f"from zenoh@{HERE}"
LISTENING = r"\[\d+\.\d{3}\] Listening on: "
WAITING = r"\[\d+\.\d{3}\] Waiting for a router: "
# Prints what goes through a router as rmw_zenoh would see it: tokens, and one message with its key and attachment.
WITNESS = """
import queue, sys, zenoh
samples = queue.SimpleQueue()
with zenoh.open(zenoh.Config.from_file("/session.json5")) as session:
    subscriber = session.declare_subscriber(sys.argv[1] + "/**", samples.put)
    sample = samples.get()
    print(sample.key_expr, sample.payload.to_bytes().hex(), sample.attachment.to_bytes().hex())
    for token in session.liveliness().get("@ros2_lv/" + sys.argv[1] + "/**"):
        print(token.ok.key_expr, flush=True)
"""


def endpoint(address):
    return f"tcp/{address}:{PORT}"


@pytest.fixture
def start(start, unpacked):
    """Runs a command of the image beside the file that the kubelet gives every container."""
    root, _environment = unpacked("zenoh")
    (root / "etc/hosts").write_text("127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n")
    return functools.partial(start, "zenoh")


@pytest.fixture
def configured(unpacked):
    """Writes a configuration file into the image; returns its path there."""
    written = set()

    def configured(name, **settings):
        root, _environment = unpacked("zenoh")
        (root / name).write_text(json.dumps({"scouting": {"multicast": {"enabled": False}}, **settings}))
        written.add(root / name)
        return f"/{name}"

    yield configured
    for path in written:
        path.unlink()


@pytest.fixture
def route(start, configured):
    """Starts a router that listens on the addresses and links to those of others."""

    def route(namespace, *addresses, others=()):
        file = configured(
            f"router-{namespace}.json5",
            mode="router",
            listen={"endpoints": [endpoint(address) for address in addresses]},
            connect={"endpoints": [endpoint(other) for other in others]},
        )
        router = start(namespace, "lab-router", ZENOH_ROUTER_CONFIG_URI=file)
        router.says(LISTENING)
        return router

    return route


@pytest.fixture
def session(configured):
    """The configuration of sessions that go by the router of the one namespace."""
    connect = {"endpoints": [endpoint(HERE_ADDRESS)], "timeout_ms": -1}
    return configured("session.json5", mode="client", connect=connect)


@pytest.fixture
def pair(start, domain, session):
    """Starts a talker in the one and a listener in the other namespace, as clients of the same router."""

    def pair(**settings):
        settings = {"ROS_DOMAIN_ID": domain, "ZENOH_SESSION_CONFIG_URI": session, **settings}
        return start(HERE, "lab-talker", **settings), start(THERE, "lab-listener", **settings)

    return pair


def test_a_listener_hears_by_one_router_in_the_manner_of_the_demo_nodes_and_all_end_at_sigterm(route, pair):
    router = route(HERE, HERE_ADDRESS)
    talker, listener = pair()
    (first,) = talker.says("")
    assert re.fullmatch(rf"\[\d+\.\d{{3}}\] Publishing: \[Hello World: 1 {FROM_HERE}\]", first), talker.lines
    (line,) = listener.says("")
    assert re.fullmatch(rf"\[\d+\.\d{{3}}\] I heard: \[Hello World: \d+ {FROM_HERE}\]", line)
    for program in (talker, listener, router):
        status = program.end()
        assert (status, program.matching("Traceback|panic")) == (0, []), program.lines


def test_sessions_of_each_host_hear_each_other_by_linked_routers(start, route, domain):
    """A router for each host, to which its sessions go by default; only the one has to know the other."""
    route(HERE, "127.0.0.1", HERE_ADDRESS)
    route(THERE, "127.0.0.1", others=[HERE_ADDRESS])
    listeners = [start(namespace, "lab-listener", ROS_DOMAIN_ID=domain) for namespace in (HERE, THERE)]
    start(HERE, "lab-talker", ROS_DOMAIN_ID=domain)
    start(THERE, "lab-talker", ROS_DOMAIN_ID=domain)
    for listener in listeners:
        listener.says(f"I heard: .* from zenoh@{HERE}")
        listener.says(f"I heard: .* from zenoh@{THERE}")


def test_routers_link_whichever_comes_first(start, route, domain):
    route(THERE, "127.0.0.1", others=[HERE_ADDRESS])
    listener = start(THERE, "lab-listener", ROS_DOMAIN_ID=domain)
    route(HERE, "127.0.0.1", HERE_ADDRESS)
    start(HERE, "lab-talker", ROS_DOMAIN_ID=domain)
    listener.says(f"I heard: .* {FROM_HERE}")


def test_without_a_router_nothing_is_published_and_a_router_that_comes_late_is_found(route, pair):
    talker, listener = pair()
    for program in (talker, listener):
        (line,) = program.says("")
        assert re.fullmatch(rf'{WAITING}\["{endpoint(HERE_ADDRESS)}"\]', line)
    assert (len(talker.lines), len(listener.lines)) == (1, 1)
    route(HERE, HERE_ADDRESS)
    listener.says(f"I heard: .* {FROM_HERE}")


def test_while_the_router_is_gone_nothing_is_heard_and_once_it_is_back_all_find_it_again(route, pair):
    router = route(HERE, HERE_ADDRESS)
    talker, listener = pair()
    listener.says("I heard")
    router.kill()
    before = len(listener.lines)
    talker.says("Publishing", len(talker.lines) + 6)
    # What was under way when the router was killed may still arrive.
    assert len(listener.lines) - before <= 1
    route(HERE, HERE_ADDRESS)
    listener.says("I heard", len(listener.lines) + 3)


def test_routers_link_again_once_the_other_is_back(start, route, domain):
    there = route(HERE, "127.0.0.1", HERE_ADDRESS)
    route(THERE, "127.0.0.1", others=[HERE_ADDRESS])
    listener = start(THERE, "lab-listener", ROS_DOMAIN_ID=domain)
    start(HERE, "lab-talker", ROS_DOMAIN_ID=domain)
    listener.says("I heard")
    there.kill()
    route(HERE, "127.0.0.1", HERE_ADDRESS)
    listener.says("I heard", len(listener.lines) + 3)


def test_a_listener_of_another_domain_hears_nobody_by_the_same_router(start, route, pair, domain, session):
    route(HERE, HERE_ADDRESS)
    elsewhere = {"ROS_DOMAIN_ID": domain + ELSEWHERE, "ZENOH_SESSION_CONFIG_URI": session}
    other = start(THERE, "lab-listener", **elsewhere)
    start(THERE, "lab-talker", **elsewhere)
    _talker, listener = pair()
    listener.says("I heard", 6)
    other.says(f"I heard: .* from zenoh@{THERE}", 6)
    assert (other.end(), other.matching(f"from zenoh@{HERE}")) == (0, [])


@pytest.mark.parametrize("multicast", [False, True])
def test_peers_without_a_router_meet_by_multicast_scouting_alone(pair, multicast):
    """Peers publish whether there is a router or not, so that what is not heard was said."""
    override = f'mode="peer";listen/endpoints=["tcp/[::]:0"];scouting/multicast/enabled={str(multicast).lower()}'
    talker, listener = pair(ZENOH_CONFIG_OVERRIDE=override)
    talker.says("Publishing", 6)
    if multicast:
        listener.says(f"I heard: .* {FROM_HERE}")
    else:
        assert (listener.end(), listener.lines) == (0, [])


def test_peers_as_those_of_rmw_zenoh_by_default_do_not_hear_each_other_by_a_router(route, pair):
    """They listen on their own loopback, which is another one in each pod; so sessions are clients."""
    route(HERE, HERE_ADDRESS)
    talker, listener = pair(ZENOH_CONFIG_OVERRIDE='mode="peer";listen/endpoints=["tcp/localhost:0"]')
    talker.says("Publishing", 6)
    assert (listener.end(), listener.lines) == (0, [])


def sockets():
    """Where programs in the one namespace listen, for TCP and for UDP, as scouting by multicast would."""
    command = ["ip", "netns", "exec", HERE, "ss", "-Hltun"]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return [f"{line.split()[0]} {line.split()[4]}" for line in found]


def test_a_router_listens_on_the_address_that_it_is_told_alone(start, route, domain):
    route(HERE, HERE_ADDRESS)
    assert sockets() == [f"tcp {HERE_ADDRESS}:{PORT}"]
    start(HERE, "lab-talker", ROS_DOMAIN_ID=domain).says(f"{WAITING}.*localhost")


def test_a_router_that_may_wait_listens_once_its_address_is_there(start, configured):
    address = "10.89.77.9"
    file = configured("late.json5", mode="router", listen={"endpoints": [endpoint(address)], "timeout_ms": -1})
    router = start(HERE, "lab-router", ZENOH_ROUTER_CONFIG_URI=file)
    router.says(rf'Waiting for an address: \["{endpoint(address)}"\]')
    subprocess.run(["ip", "-n", HERE, "address", "add", f"{address}/32", "dev", "lo"], check=True)
    try:
        router.says(rf'{LISTENING}\["{endpoint(address)}"\]')
    finally:
        subprocess.run(["ip", "-n", HERE, "address", "delete", f"{address}/32", "dev", "lo"], check=True)


def test_a_router_without_a_configuration_listens_on_all_addresses_without_scouting(start, pair):
    (line,) = start(HERE, "lab-router").says("")
    assert re.fullmatch(rf'{LISTENING}\["tcp/\[::\]:{PORT}"\]', line)
    assert sockets() == [f"tcp *:{PORT}"]
    _talker, listener = pair()
    listener.says("I heard")


def test_a_router_whose_port_is_taken_says_so(start):
    start(HERE, "lab-router").says(LISTENING)
    second = start(HERE, "lab-router")
    output = second.output()
    assert output.startswith(f'The router cannot listen on "tcp/[::]:{PORT}": ') and "Address already in use" in output
    assert second.process.returncode == 1


@pytest.mark.parametrize("command", ["lab-listener", "lab-talker", "lab-router"])
def test_the_first_process_of_a_container_ends_at_sigterm_even_while_it_waits_for_a_router(start, command):
    program = start(HERE, command, prefix=FIRST_PROCESS)
    program.says("")
    status = program.end(*children(program.process.pid))
    assert (status, program.matching("Traceback|panic")) == (0, []), program.lines


@pytest.mark.parametrize(
    ("variable", "command", "value", "said"),
    [
        ("ROS_DOMAIN_ID", "lab-talker", "233", "ROS_DOMAIN_ID is '233'"),
        ("ZENOH_SESSION_CONFIG_URI", "lab-listener", "/none.json5", "ZENOH_SESSION_CONFIG_URI is '/none.json5': "),
        ("ZENOH_ROUTER_CONFIG_URI", "lab-router", "/none.json5", "ZENOH_ROUTER_CONFIG_URI is '/none.json5': "),
        ("ZENOH_CONFIG_OVERRIDE", "lab-router", "no/such=1", "ZENOH_CONFIG_OVERRIDE has 'no/such=1': "),
        ("ZENOH_CONFIG_OVERRIDE", "lab-talker", "connect/timeout_ms=0", 'There is no router at "tcp/localhost:7447": '),
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_value(start, variable, command, value, said):
    program = start(HERE, command, **{variable: value})
    output = program.output()
    assert output.startswith(said) and "Traceback" not in output
    assert program.process.returncode == 1


def test_what_goes_through_a_router_is_what_rmw_zenoh_writes(start, route, pair, domain):
    route(HERE, HERE_ADDRESS)
    _talker, listener = pair()
    listener.says("I heard")
    witness = start(THERE, "python3", "-c", WITNESS, str(domain))
    key, payload, attachment = witness.says("")[0].split()
    named = (
        r"chatter/std_msgs::msg::dds_::String_/RIHS01_df668c740482bbd48fb39d76a70dfd4bd59db1288021743503259e948f6b1a18"
    )
    assert key == f"{domain}/{named}"
    text = bytes.fromhex(payload)
    assert text[:4] == b"\0\1\0\0" and int.from_bytes(text[4:8], "little") == len(text) - 8
    assert re.fullmatch(rf"Hello World: \d+ {FROM_HERE}\0", text[8:].decode())
    assert len(bytes.fromhex(attachment)) == 33 and bytes.fromhex(attachment)[16] == 16
    tokens = witness.output().splitlines()[1:]
    nodes = {re.sub(r"/[0-9a-f]{10,32}/", "/", token) for token in tokens}
    assert nodes == {
        f"@ros2_lv/{domain}/0/0/NN/%/%/talker",
        f"@ros2_lv/{domain}/0/1/MP/%/%/talker/%{named}/::,10:,:,:,,",
        f"@ros2_lv/{domain}/0/0/NN/%/%/listener",
        f"@ros2_lv/{domain}/0/1/MS/%/%/listener/%{named}/::,10:,:,:,,",
    }
