"""What each machine is told at its first boot: files on the controller, and nobody is contacted."""

from __future__ import annotations

import pytest
import yaml

from .cloud_init import HAS_IMAGE, judged

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f me@here"
NETWORK = {"subnet": "192.168.8.0/24", "gateway": "192.168.8.1", "name_servers": ["192.168.8.1"]}
USER = {"ansible_user": "robot", "ansible_become": True}
FIXED = {**USER, "first_boot_ssh_keys": [KEY], "first_boot_network": NETWORK}
NAMES = ("user-data", "meta-data", "network-config")
# Whether it is on the machine that runs the tests is not what they are about.
NO_CLOUD_INIT = ("-e", "__first_boot_cloud_init=")


@pytest.fixture
def first_boot(play):
    def first_boot(*arguments, variables=FIXED, **changes):
        return play("bare", "first_boot", *NO_CLOUD_INIT, *arguments, vars=variables, **changes)

    return first_boot


def files(run):
    """{host/name: text} of what was written."""
    folder = run.folder / "project/first_boot"
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()}


def data(run, path):
    return yaml.safe_load(files(run)[path])


def nothing_written(run):
    assert run.code == 2
    assert list((run.folder / "project").iterdir()) == []
    assert run.calls == []
    return True


def test_every_host_has_its_files_and_nobody_was_contacted(first_boot):
    run = first_boot()
    assert run.code == 0, run.output
    assert set(files(run)) == {f"{host}/{name}" for host in ("base", "tb1", "tb2") for name in NAMES}
    assert {each.host for each in run.calls} == {"localhost"}
    assert run.says("first_boot/tb1: host name tb1, user robot, address 192.168.8.21/24 on e*")


def test_what_they_say(first_boot):
    run = first_boot()
    assert files(run)["tb1/user-data"].startswith("#cloud-config\n")
    user_data = data(run, "tb1/user-data")
    assert (user_data["hostname"], user_data["users"][0]["ssh_authorized_keys"]) == ("tb1", [KEY])
    assert data(run, "tb1/meta-data") == {"instance-id": "rosfleet-tb1", "local-hostname": "tb1"}
    assert data(run, "tb1/network-config")["ethernets"]["fleet"]["addresses"] == ["192.168.8.21/24"]


def test_a_second_run_changes_nothing(first_boot, play):
    first = first_boot()
    again = play("bare", "first_boot", *NO_CLOUD_INIT, after=first)
    assert again.code == 0
    assert [each["changed"] for each in again.recap.values()] == [0, 0, 0]
    assert files(again) == files(first)


def test_check_mode_writes_nothing_and_predicts(first_boot):
    run = first_boot("--check")
    assert run.code == 0
    assert list((run.folder / "project").iterdir()) == []
    assert [each["changed"] for each in run.recap.values()] == [1, 1, 1]


def test_some_hosts_alone(first_boot):
    run = first_boot("--limit", "tb2")
    assert {path.split("/")[0] for path in files(run)} == {"tb2"}


def test_each_host_its_own(first_boot):
    own = {"identity_hostname": "turtle", "first_boot_nic": "D8-3A-DD-01-02-03", "first_boot_network": {}}
    run = first_boot(hosts={"tb2": {"vars": own}})
    assert data(run, "tb2/user-data")["hostname"] == "turtle"
    assert data(run, "tb2/network-config")["ethernets"] == {
        "fleet": {"match": {"macaddress": "d8:3a:dd:01:02:03"}, "dhcp4": True, "dhcp-identifier": "mac"}
    }
    assert run.says("address by DHCP on D8-3A-DD-01-02-03; the router has to hand out 192.168.8.22")


@pytest.mark.parametrize(
    ("variables", "hosts", "says"),
    [
        ({**FIXED, "ansible_user": None}, {}, "base, tb1 and tb2: nobody is named who is to log in"),
        (
            USER,
            {},
            "base, tb1 and tb2: first_boot_ssh_keys: there is no SSH public key, and nobody logs in by password",
        ),
        ({**FIXED, "first_boot_ssh_keys": KEY}, {}, "first_boot_ssh_keys is the text"),
        ({**FIXED, "first_boot_ssh_keys": ["~/.ssh/id_rsa.pub"]}, {}, "entry 1: this is no SSH public key"),
        (FIXED, {"tb1": {"vars": {"identity_hostname": "Tb_1"}}}, "tb1: host name 'Tb_1' is not a valid"),
        (FIXED, {"tb1": {"vars": {"identity_hostname": "tb2"}}}, "tb1 and tb2: share the host name 'tb2'"),
        (FIXED, {"tb1": {"address": "192.168.9.21"}}, "tb1: first_boot_network: its address 192.168.9.21 is not in"),
        (FIXED, {"tb1": {"address": "192.168.8.22"}}, "tb1 and tb2: share the fleet address '192.168.8.22'"),
        (
            FIXED,
            {"tb1": {"contact": "name"}},
            "tb1: first_boot_network gives fixed addresses, and the inventory tells none",
        ),
        ({**FIXED, "first_boot_nic": "d8:3a:dd:01:02:03"}, {}, "share the MAC address d8:3a:dd:01:02:03"),
        ({**FIXED, "first_boot_network": {**NETWORK, "gatway": "a"}}, {}, "first_boot_network: gatway is unknown"),
        ({**FIXED, "first_boot_user": "root"}, {}, "first_boot_user 'root': root does not log in"),
    ],
)
def test_bad_input_is_refused_before_anything_is_written(first_boot, variables, hosts, says):
    run = first_boot(variables=variables, hosts=hosts)
    assert run.says(says, "Fix: ")
    assert nothing_written(run)


def test_an_address_of_a_host_outside_of_the_run_counts(first_boot):
    run = first_boot("--limit", "tb1", hosts={"tb1": {"address": "192.168.8.22"}})
    assert run.says("tb1 and tb2: share the fleet address")
    assert nothing_written(run)


def test_a_private_key_is_not_repeated(first_boot):
    secret = "-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2\n-----END OPENSSH PRIVATE KEY-----\n"
    run = first_boot(variables={**FIXED, "first_boot_ssh_keys": [secret]})
    assert run.says("this is a private key, which never leaves this controller")
    assert "hunter2" not in run.output
    assert nothing_written(run)


CLOUD_INIT = ("-e", "__first_boot_cloud_init=/usr/bin/cloud-init")


@pytest.mark.parametrize(
    ("answer", "code", "says"),
    [
        ({"rc": 0, "stdout": "Valid schema", "stderr": ""}, 0, "first_boot/tb1: host name tb1"),
        ({"rc": 1, "stdout": "", "stderr": "users: 7 is not of type 'array'"}, 2, "users: 7 is not of type 'array'"),
    ],
)
def test_cloud_init_of_the_controller_judges_what_was_written(play, answer, code, says):
    said = [{"module": "command", "times": 3, "says": {"changed": True, **answer}}]
    run = play("bare", "first_boot", *CLOUD_INIT, vars=FIXED, answers=said)
    assert run.code == code
    assert run.says(says)
    folder = run.folder / "project/first_boot"
    assert [each.arguments["argv"] for each in run.of("command")] == [
        ["/usr/bin/cloud-init", "schema", "--config-file", f"{folder}/{host}/user-data"]
        for host in ("base", "tb1", "tb2")
    ]


@HAS_IMAGE
@pytest.mark.parametrize("name", ["user-data", "network-config"])
@pytest.mark.parametrize(
    "more",
    [
        {},
        {"first_boot_network": {}, "first_boot_packages": [], "first_boot_time_servers": ["192.168.8.10"]},
        {"first_boot_nic": "eth0", "first_boot_groups": [], "first_boot_network": {"subnet": "192.168.8.0/24"}},
    ],
)
def test_the_real_cloud_init_understands_them(first_boot, name, more):
    run = first_boot(variables={**FIXED, **more})
    assert judged(run.folder / f"project/first_boot/tb1/{name}") == ""


@HAS_IMAGE
@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("user-data", "#cloud-config\nusers: 7\n", "7 is not of type"),
        ("network-config", "version: 2\nethernets: {e0: {dhcp4: 7}}\n", "7 is not of type"),
    ],
)
def test_the_real_cloud_init_refuses_others(tmp_path, name, text, says):
    (tmp_path / name).write_text(text)
    assert says in judged(tmp_path / name)
