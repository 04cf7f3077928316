"""Modules on scripted hosts: each one's real main(), with its real arguments, up to the moment at which it would act.

There the world answers (answers.py, api.py), or, for the modules that only handle files, the real module goes on, in
the root of its host. What a user's parameters do, what is hidden by no_log and how a result is cleaned is the real code.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from . import state

PROFILE = "legacy"  # how modules are told their arguments unless they ask for something else

# Real but for the name that it gives, which is the world's.
NAMING = "rosfleet.cluster.identity_apply"

# Real, in the root of the host; on the controller inside of the test's folder.
REAL = {
    "ansible.builtin.blockinfile",
    "ansible.builtin.copy",
    "ansible.builtin.file",
    "ansible.builtin.find",
    "ansible.builtin.slurp",
    "ansible.builtin.stat",
    "ansible.builtin.async_status",
    "rosfleet.cluster.discovery_collect",
    "rosfleet.cluster.host_leftovers",
    NAMING,
    "rosfleet.cluster.identity_hosts_file",
    "rosfleet.cluster.identity_chrony",
    "rosfleet.cluster.ros_lan_multus_wait",
}
CHECKOUT = Path(__file__).resolve().parents[3]


def home_of(connection) -> str:
    return connection.scripted_home


def load(name: str):
    """The Python module of an Ansible module by its full name."""
    namespace, collection, short = name.split(".")
    if (namespace, collection) == ("ansible", "builtin"):
        return importlib.import_module(f"ansible.modules.{short}")
    return importlib.import_module(f"ansible_collections.{namespace}.{collection}.plugins.modules.{short}")


def preload() -> None:
    """Import what runs will need; some of it is needed where only a host's own root is left, and no import finds anything."""
    from ansible.module_utils.common import json as profiles
    from ansible.plugins import loader
    from ansible_collections.rosfleet.cluster.plugins.plugin_utils._cluster_api import transport

    from . import answers, api, module  # noqa: F401 - `module` is for _main, which finds no sources in a host's root

    transport.connect = api.connect

    for direction in profiles.Direction:  # found by name when first asked for
        profiles.get_module_encoder(PROFILE, direction)
        profiles.get_module_decoder(PROFILE, direction)
    for name in [*REAL, *(f"rosfleet.cluster.{short}" for short in answers.ANSWERS)]:
        with contextlib.suppress(ImportError):  # the run that needs it will say so
            load(name)
    for path in (CHECKOUT / "plugins/filter/__own").glob("*.py"):
        filters = importlib.import_module(f"ansible_collections.rosfleet.cluster.plugins.filter.__own.{path.stem}")
        loader.filter_loader.get(f"rosfleet.cluster.__own.{next(iter(filters.FilterModule().filters()))}")


def run(host: str, order: dict[str, Any]) -> tuple[int, bytes, bytes]:
    """(exit code, output, errors) of one module on `host`. In the background (`job`) the result goes into a file."""
    began = time.time()
    said = _in_child(host, order) if order["module"] in REAL else _main(host, order)
    for line in said["journal"]:
        state.note_journal(host, line)
    state.note_call({**said["call"], "for": order["for"], "task": order["task"], "began": began, "ended": time.time()})
    if not order["job"]:
        return said["code"], said["output"].encode(), said["errors"].encode()
    jobs = state.root_of(host) / order["jobs"].lstrip("/")
    jobs.mkdir(parents=True, exist_ok=True)
    result = json.loads(said["output"]) if said["output"].strip() else {"failed": True, "msg": said["errors"]}
    finished = {**result, "ansible_job_id": order["job"], "started": True, "finished": True}
    (jobs / order["job"]).write_text(json.dumps(finished))
    started = {"ansible_job_id": order["job"], "started": True, "finished": False, "changed": True}
    return 0, json.dumps(started).encode(), b""


def told(exc: BaseException) -> str:
    """A traceback without sources, as the module traceback looks for them where there are none."""
    lines, at = [], exc.__traceback__
    while at:
        lines.append(f"{at.tb_frame.f_code.co_filename}:{at.tb_lineno} in {at.tb_frame.f_code.co_name}")
        at = at.tb_next
    return "\n".join([*lines, repr(exc)])


def new_call(host: str, order: dict[str, Any]) -> dict[str, Any]:
    return {"host": host, "module": order["module"], "check": False, "arguments": {}, "ok": False}


def _in_child(host: str, order: dict[str, Any]) -> dict[str, Any]:
    """The same in a child with the host's own root, so that the machine's files are out of reach."""
    module = load(order["module"])  # from here, as there are no sources in there
    known = state.peek()["hosts"].get(host, {})
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            given = _script_names(module, known["hostname"]) if order["module"] == NAMING else []
            os.write(writing, json.dumps({**_main_in_root(host, order), "named": given}, default=str).encode())
        finally:  # whatever happened: a second Ansible must not come out of here
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as handle:
        said = json.load(handle)
    os.waitpid(child, 0)
    for name in said.pop("named"):
        with state.world() as world:
            world["hosts"][host]["hostname"] = name
    return said


def _script_names(module, name: str) -> list[str]:
    """Let the module find a host of this name and give it another one, which comes into the list that is returned."""
    given: list[str] = []
    module.read_names = lambda files: {"kernel": name, "static": name, "pretty": ""}
    module.set_name = lambda _module, _files, wanted, _names: given.append(wanted)
    return given


def _main_in_root(host: str, order: dict[str, Any]) -> dict[str, Any]:
    try:
        if host != state.CONTROLLER:
            os.chroot(state.root_of(host))
            os.chdir("/")
            os.environ["HOME"] = "/root"
        return _main(host, order)
    except BaseException as exc:  # noqa: B036 - the parent has to tell it
        return {"code": 1, "output": "", "errors": told(exc), "journal": [], "call": new_call(host, order)}


def _main(host: str, order: dict[str, Any]) -> dict[str, Any]:
    """Run the module's main() with our AnsibleModule, and tell what it said and did."""
    from ansible.module_utils import basic

    from .module import Real, Scripted

    module = load(order["module"])
    call = new_call(host, order)
    journal: list[str] = []
    kind = Real if order["module"] in REAL else Scripted
    kind.begin(host, order["module"], call, journal, order["for"])
    module.AnsibleModule = kind
    basic._ANSIBLE_ARGS, basic._ANSIBLE_PROFILE = order["arguments"].encode(), PROFILE
    errors, code = "", 0
    with sys.stdout.kept() as output:
        try:
            module.main()
        except SystemExit as end:
            code = int(end.code or 0)
        except Exception as exc:
            errors, code = told(exc), 1
    call["ok"] = code == 0
    if not call["ok"]:
        call["said"] = errors or output.getvalue()
    return {"code": code, "output": output.getvalue(), "errors": errors, "journal": journal, "call": call}
