"""Runs of a playbook on a world, for tests: `begin(folder, world)`, then `Stage.run(folder, playbook, …) -> Run`."""

from __future__ import annotations

import copy
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Iterator, Mapping, Optional

import yaml

from . import answers, api, state

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parents[2]
WORLDS = HERE.parent / "worlds"
LIMIT_S = 600  # a run of a play takes seconds, on a busy machine minutes

HOST = {
    "groups": [],
    "is": "present",  # or absent, refuses (its key is not accepted), refuses_password
    "sudo": "free",  # or Missing, Incorrect (a password), or what sudo says of the user
    "python": "3.12",  # 3.6, 3.8: too old; empty: none
    "goes": None,  # {module: microk8s_member, nth: 1}: is gone when that module is to run on it
    "microk8s": "absent",  # or control_plane, worker
    "cluster": "the fleet's",
    "address": "",
    "vars": {},
    "port": "open",  # of its API: or filtered
    "images": [],
    "arguments": {},
    "failure_domain": 0,
    "held": False,
    "stopped": "",  # stopped: by `microk8s stop`; services: by `snap stop`
    "generation": 0,
    "machine": {},  # what of its machine is otherwise than fit for MicroK8s
    "tokens": 0,  # left by an earlier run
}


@dataclass(frozen=True)
class Call:
    """One module that ran: `host` is where it really ran, `asked_for` the host of the play on whose behalf."""

    host: str
    asked_for: str
    module: str  # without its collection
    arguments: Mapping[str, Any]
    check: bool
    ok: bool
    task: str
    began: float  # seconds since 1970
    ended: float


@dataclass(frozen=True)
class Run:
    """What a run did: its exit code, all that a user reads, the calls in their order, and where the hosts' files are."""

    code: int
    output: str
    folder: Path
    journal: str = ""
    calls: list[Call] = field(default_factory=list)

    @property
    def words(self) -> str:
        """The output with every run of spaces and line ends as one space."""
        return " ".join(self.output.split())

    def says(self, *wanted: str) -> bool:
        """Whether a user reads all of `wanted`; spaces and line ends do not count."""
        missing = [each for each in wanted if " ".join(each.split()) not in self.words]
        assert not missing, f"not in the output: {missing}\n{self.output[-6000:]}"
        return True

    def of(self, *modules: str, host: str | None = None) -> list[Call]:
        """The calls of these modules, on `host` when it is given."""
        return [each for each in self.calls if each.module in modules and host in (None, each.host)]

    def hosts_of(self, module: str) -> list[str]:
        return [each.host for each in self.of(module)]

    @property
    def joins(self) -> list[Call]:
        """The calls that make a host a member of the cluster."""
        return [each for each in self.of("microk8s_member") if each.arguments["state"] != "standalone"]

    @property
    def leaves(self) -> list[Call]:
        """The calls that take a host out of the cluster that it is in."""
        return [each for each in self.of("microk8s_member") if each.arguments["state"] == "standalone"]

    def file(self, host: str, path: str) -> Path:
        """A file of a host, from outside."""
        return state.root_of(host, self.folder) / path.lstrip("/")

    @property
    def home(self) -> Path:
        """The home folder of the user who ran it."""
        return self.folder / "home"

    @property
    def world(self) -> dict[str, Any]:
        return json.loads((self.folder / "world.json").read_text())

    @property
    def recap(self) -> dict[str, dict[str, int]]:
        """{host: {ok, changed, unreachable, failed, …}} as the last lines say."""
        lines = re.findall(r"^(\S+) +: (ok=.*)$", self.output.partition("PLAY RECAP")[2], re.MULTILINE)
        return {host: {key: int(n) for key, n in re.findall(r"(\w+)=(\d+)", text)} for host, text in lines}

    def touched(self, host: str) -> dict[str, str]:
        """{path: content} of all files of a host."""
        root = state.root_of(host, self.folder)
        files = sorted(each for each in root.rglob("*") if each.is_file())
        return {"/" + str(each.relative_to(root)): each.read_text() for each in files}


def read_world(name: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    """A world by its file's name, laid over the one that it is `like`, and `changes` over both. Who is null is left out."""
    said = yaml.safe_load((WORLDS / f"{name}.yml").read_text())
    like = said.pop("like", None)
    world = merged(merged(read_world(like, {}) if like else {}, said), changes)
    for part in ("hosts", "vars"):
        world[part] = {key: each for key, each in world[part].items() if each is not None}
    for host, said in world["hosts"].items():
        unknown = set(said) - set(HOST) - {"hostname", "machine_id", "nics", "contact"}
        assert not unknown, f"world {name}, host {host}: unknown {unknown}"
    return world


def merged(below: Any, above: Any) -> Any:
    if not isinstance(below, Mapping) or not isinstance(above, Mapping):
        return copy.deepcopy(above)
    return {**copy.deepcopy(dict(below)), **{key: merged(below.get(key), value) for key, value in above.items()}}


def begin(folder: Path, world: Mapping[str, Any]) -> None:
    """Lay out the state of a world, its hosts' roots and its inventory."""
    hosts = {name: host_state(name, said or {}) for name, said in world["hosts"].items()}
    now = {"hosts": hosts, "api": {}, "answers": world.get("answers", []), "deaf": world.get("deaf", [])}
    now["takes"] = world.get("takes", {})
    now["until"] = world.get("until", {})
    now["lacks"] = world.get("lacks", [])  # Python packages that the controller has not
    now["environment"] = world.get("environment", {})  # of the user's shell; what is null there is not set
    now["logs"] = world.get("logs", {"*": ["I heard: sample 1"]})
    os.environ[state.FOLDER] = str(folder)
    for name, host in hosts.items():
        root = state.root_of(name, folder)
        for each in ("etc", "tmp", "var/lib", "root"):
            (root / each).mkdir(parents=True)
        (root / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
        (root / "etc/group").write_text("root:x:0:\n")
        (root / "etc/hosts").write_text(f"127.0.0.1\tlocalhost\n127.0.1.1\t{host['hostname']}\n")
        if host["installed"]:
            api.add_node(now, name)
    for each in world.get("nodes", []):  # of machines that are no host of the inventory, or were one
        now["api"].setdefault("the fleet's", []).append(each)
    (folder / "world.json").write_text(json.dumps(now))
    (folder / "inventory.yml").write_text(yaml.safe_dump(inventory(world), sort_keys=False))
    (folder / "home").mkdir()
    (folder / "project").mkdir()


def host_state(name: str, said: Mapping[str, Any]) -> dict[str, Any]:
    host = merged(HOST, said)
    role = host.pop("microk8s")
    host["hostname"] = host.get("hostname", name)
    host["machine_id"] = host.get("machine_id", answers.digest(name)[:32])
    host["nics"] = host.get("nics", {"eth0": [f"{host['address']}/24"]})
    host["installed"], host["serves"] = role != "absent", role == "control_plane"
    host["held"] = host["held"] or host["installed"]
    if role == "absent":
        host["cluster"] = ""
    if host["goes"]:
        host["goes"] = {"nth": 1, **host["goes"]}
    return host


def inventory(world: Mapping[str, Any]) -> dict[str, Any]:
    """The user's inventory: hosts by group, each contacted at `contact` (its address; `name`: as it is called)."""
    groups: dict[str, Any] = {}
    for name, said in world["hosts"].items():
        contact = said.get("contact", said["address"])
        own = {
            "scripted_host": name,
            **({} if contact == "name" else {"ansible_host": contact}),
            **said.get("vars", {}),
        }
        for group in said["groups"]:
            groups.setdefault(group, {"hosts": {}})["hosts"][name] = own
    for group, variables in world.get("group_vars", {}).items():
        groups[group]["vars"] = variables
    return {"all": {"children": groups, "vars": world.get("vars", {})}}


class Stage:
    """Runs playbooks, by one process for all (launch.py), which has loaded once what every run needs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: Optional[subprocess.Popen] = None
        place = folder / "collections/ansible_collections/rosfleet"
        place.mkdir(parents=True)
        (place / "cluster").symlink_to(CHECKOUT)  # the collection as the plays find it: this checkout

    def run(self, folder: Path, playbook: str, *arguments: str, forks: bool = False) -> Run:
        """Run a playbook in `folder`, which `begin` has laid out or an earlier run has left: one of the collection by its name,
        or a file.

        `forks`: with a process for each task and host, so that hosts do things at the same time.
        """
        for name in ("calls.jsonl", "journal.txt"):
            (folder / name).write_text("")
        command = [
            playbook if playbook.endswith(".yml") else f"rosfleet.cluster.{playbook}",
            "-i",
            "../inventory.yml",
            *arguments,
        ]
        code = self._order({"folder": str(folder), "arguments": command, "forks": forks})
        output, journal = (folder / "output.txt").read_text(), (folder / "journal.txt").read_text()
        return Run(code, output, folder, journal, list(read_calls(folder)))

    def _order(self, order: Mapping[str, Any]) -> int:
        if self._process is None:
            command = [sys.executable, "-m", "scripted.launch"]
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=self._environment(),
                start_new_session=True,
            )
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        if not select.select([self._process.stdout], [], [], LIMIT_S)[0]:
            self.close()
            raise TimeoutError(f"{order['arguments']} took more than {LIMIT_S} s; see {order['folder']}/output.txt")
        code = self._process.stdout.readline()
        if not code:
            self.close()
            raise RuntimeError(f"what runs plays ended before {order['arguments']} did; its own words are above")
        return int(code)

    def _environment(self) -> dict[str, str]:
        """Nothing of the user's is used or touched: home, Ansible's folders and the working folder are the test's."""
        kept = {key: os.environ[key] for key in ("PATH",) if key in os.environ}
        collections = [str(self._folder / "collections"), os.environ.get("ANSIBLE_COLLECTIONS_PATH", "")]
        return {
            **kept,
            "LANG": "C.UTF-8",
            "HOME": str(self._folder),  # each run has one of its own
            "PYTHONPATH": str(HERE.parent),
            "PYTHONDONTWRITEBYTECODE": "1",
            "ANSIBLE_CONFIG": str(CHECKOUT / "ansible.cfg"),
            "ANSIBLE_HOME": str(self._folder / "ansible"),
            "ANSIBLE_LOCAL_TEMP": str(self._folder / "ansible/tmp"),
            "ANSIBLE_COLLECTIONS_PATH": ":".join(collections),
            "ANSIBLE_CONNECTION_PLUGINS": str(HERE / "connection"),
            "ANSIBLE_TRANSPORT": "scripted",
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_FORKS": "4",
            "ROSFLEET_LONG_STEPS_AFTER": "86400",  # clocks jump here: what is told is not by chance
        }

    def close(self) -> None:
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None


def read_calls(folder: Path) -> Iterator[Call]:
    for line in (folder / "calls.jsonl").read_text().splitlines():
        noted = json.loads(line)
        yield Call(
            host=noted["host"],
            asked_for=noted["for"],
            module=noted["module"].rpartition(".")[2],
            arguments=noted["arguments"],
            check=noted["check"],
            ok=noted["ok"],
            task=noted["task"],
            began=noted["began"],
            ended=noted["ended"],
        )


def copied(earlier: Run, folder: Path) -> None:
    """Begin where an earlier run ended."""
    shutil.copytree(earlier.folder, folder, symlinks=True)
