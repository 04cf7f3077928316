"""ansible-playbook with scripted hosts, for `play.py`, which starts it as `python -m scripted.launch`.

All of Ansible is real but for four methods of its action base: what a module does on its host is done here (see
modules.py), and the folders that modules need are made without a shell. The process has mounts and a network of its own,
in which the machine's /etc, /var, /root and /home cannot be written, and nothing can be reached.
"""

from __future__ import annotations

import copy
import ctypes
import json
import os
import secrets
import signal
import struct
import sys
import time
from pathlib import Path
from typing import NoReturn

from . import modules, state
from .output import Output

LIBC = ctypes.CDLL(None, use_errno=True)
KEPT = ("/etc", "/var", "/root", "/home", "/usr", "/opt", "/srv")
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
MOUNT_SETATTR, AT_FDCWD, AT_RECURSIVE, MOUNT_ATTR_RDONLY = 442, -100, 0x8000, 0x1  # mount_setattr(2), Linux 5.12


def isolate() -> None:
    """Mounts and a network of our own; the machine's folders stay as they are, whatever a play does."""
    user, group = os.getuid(), os.getgid()
    if user == 0:
        os.unshare(os.CLONE_NEWNS | os.CLONE_NEWNET)
    else:
        os.unshare(os.CLONE_NEWUSER | os.CLONE_NEWNS | os.CLONE_NEWNET)
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    mount("none", "/", MS_REC | MS_PRIVATE)
    for folder in filter(os.path.isdir, KEPT):
        mount(folder, folder, MS_BIND | MS_REC)  # with what is mounted below it, as the Python that runs this may be
        write_protect(folder)


def mount(source: str, target: str, flags: int) -> None:
    if LIBC.mount(source.encode(), target.encode(), None, ctypes.c_ulong(flags), None) != 0:
        refused(f"mount {target}")


def write_protect(folder: str) -> None:
    """Let nothing be written at a mount and at those below it."""
    attributes = struct.pack("=QQQQ", MOUNT_ATTR_RDONLY, 0, 0, 0)  # set, clear, propagation, user namespace
    if LIBC.syscall(MOUNT_SETATTR, AT_FDCWD, folder.encode(), AT_RECURSIVE, attributes, len(attributes)) != 0:
        refused(f"write-protect {folder}")


def refused(what: str) -> NoReturn:
    error = ctypes.get_errno()
    raise OSError(error, f"{what}: {os.strerror(error)}")


def skip_waiting() -> None:
    """Let waits of half a second and more pass at once: the clocks of this process jump by as much."""
    ahead = 0.0
    sleep, wall, steady = time.sleep, time.time, time.monotonic

    def nap(seconds: float) -> None:
        nonlocal ahead
        if seconds < 0.5:
            sleep(seconds)
        else:
            ahead += seconds

    time.sleep = nap
    time.time = lambda: wall() + ahead
    time.monotonic = lambda: steady() + ahead


def fork_as_usual() -> None:
    """Let a task's own process have an output of which modules can keep their part."""
    from ansible.executor.process.worker import WorkerProcess

    detach = WorkerProcess._detach

    def detach_and_wrap(worker) -> None:
        detach(worker)
        sys.stdout, sys.stderr = Output(sys.stdout), Output(sys.stderr)

    WorkerProcess._detach = detach_and_wrap


def compile_once() -> None:
    """Let a template that was compiled for one host not be compiled again for the next."""
    from jinja2 import Environment

    compiled, compile_anew = {}, Environment.compile

    def compile_or_reuse(environment, source, name=None, filename=None, raw=False, defer_init=False):
        if not isinstance(source, str):
            return compile_anew(environment, source, name, filename, raw, defer_init)
        key = (type(environment), str(source), name, filename, raw, defer_init)
        if key not in compiled:
            compiled[key] = compile_anew(environment, source, name, filename, raw, defer_init)
        return compiled[key]

    Environment.compile = compile_or_reuse


def work_here() -> None:
    """Let tasks run in this process, one host after the other, where Ansible would fork for each.

    Nothing here takes time in which another host could go on, and what a process has once looked up (plugins, filters) is
    there for the next task: four times as fast. Cases about what happens at the same time ask for forks instead. Tasks that
    change the inventory are forked all the same: they wait for an answer of this very process.
    """
    from ansible.executor.process.worker import WorkerProcess
    from ansible.utils.display import Display

    here, fork, detach, set_queue = os.getpid(), WorkerProcess.start, WorkerProcess._detach, Display.set_queue

    def start(worker) -> None:
        if worker._task.action.rpartition(".")[2] in ("add_host", "group_by"):
            fork(worker)
            return
        # What a child would change in its own memory only.
        task, parent = worker._task, worker._task._parent
        worker._task = task.copy(exclude_parent=True)
        worker._task._parent = parent
        worker._host = copy.copy(worker._host)
        worker._task_vars = dict(worker._task_vars)
        signals = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
        try:
            worker.run()
        finally:
            for each, handler in signals.items():
                signal.signal(each, handler)

    WorkerProcess.start = start
    WorkerProcess._detach = lambda worker: detach(worker) if os.getpid() != here else None
    Display.set_queue = lambda display, queue: set_queue(display, queue) if os.getpid() != here else None


def execute_module(
    action, module_name=None, module_args=None, tmp=None, task_vars=None, persist_files=False, delete_remote_tmp=None,
    wrap_async=False, ignore_unknown_opts=False,
):  # fmt: skip
    """Takes the place of ActionBase._execute_module: its arguments and result are Ansible's own, what is between is ours."""
    from ansible.module_utils.common.json import Direction, get_module_encoder
    from ansible.plugins.loader import module_loader

    name = module_name or action._task.action
    args = action._task.args if module_args is None else module_args
    action._update_module_args(name, args, task_vars or {}, ignore_unknown_opts=ignore_unknown_opts)
    found = module_loader.find_plugin_with_context(name, collection_list=action._task.collections)
    if not found.resolved:
        return {"failed": True, "msg": f"The module {name} was not found"}
    encoder = get_module_encoder(modules.PROFILE, Direction.CONTROLLER_TO_MODULE)
    order = {
        "module": found.resolved_fqcn.replace("ansible.legacy.", "ansible.builtin."),
        "for": (task_vars or {}).get("inventory_hostname", ""),
        "task": action._task.get_name(),
        "arguments": json.dumps({"ANSIBLE_MODULE_ARGS": args}, cls=encoder),
        "job": f"j{secrets.randbelow(10**12)}" if wrap_async else "",
        "jobs": action._remote_expand_user(action.get_shell_option("async_dir", default="~/.ansible_async")),
    }
    outcome = action._low_level_execute_command("scripted", in_data=json.dumps(order).encode())
    answer = action._parse_returned_data(outcome, modules.PROFILE)
    if isinstance(answer, dict):  # ansible-core 2.20
        from ansible.vars.clean import remove_internal_keys

        remove_internal_keys(answer)
        return answer
    answer.remove_internal_keys()
    return answer.as_result_dict(for_round_trip=True)


def make_tmp_path(action, remote_user=None):
    path = f"{modules.home_of(action._connection)}/.ansible/tmp/{secrets.token_hex(6)}"
    action._connection.make_folder(path)
    action._connection._shell.tmpdir = path
    return path


def patch() -> None:
    """Only after our mounts are there: this loads Ansible."""
    from ansible.plugins.action import ActionBase

    ActionBase._execute_module = execute_module
    ActionBase._make_tmp_path = make_tmp_path
    ActionBase._remove_tmp_path = lambda action, tmp_path, force=False: None
    ActionBase._fixup_perms2 = lambda action, remote_paths, remote_user=None, execute=True: remote_paths
    ActionBase._remote_expand_user = lambda action, path, sudoable=True, pathsep=None: (
        modules.home_of(action._connection) + path[1:] if path == "~" or path.startswith("~/") else path
    )


def serve() -> None:
    """Run ansible-playbook for each order that comes as a line of JSON ({folder, arguments, forks}); say its exit code.

    What costs seconds is done once, before the first order: Ansible, the collection and all modules are loaded, and each
    run is a child of that.
    """
    isolate()
    skip_waiting()
    patch()
    from ansible import cli
    from ansible.cli.playbook import PlaybookCLI

    cli.init_plugin_loader()
    cli.init_plugin_loader = lambda prefix_collections_path=None: None
    modules.preload()
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            run(order, PlaybookCLI)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def run(order: dict, program) -> NoReturn:
    """As the program ansible-playbook does, in the folder that play.py has laid out."""
    code = 99
    try:
        folder = Path(order["folder"])
        os.environ.update({state.FOLDER: str(folder), "HOME": str(folder / "home"), "PWD": str(folder / "project")})
        sys.modules.update(dict.fromkeys(state.peek()["lacks"]))  # an import of None fails as that of a missing one
        for name, value in state.peek()["environment"].items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})
        os.chdir(folder / "project")
        output = os.open(folder / "output.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for source, target in ((nothing, 0), (output, 1), (output, 2)):
            os.dup2(source, target)
        sys.stdout, sys.stderr = Output(os.fdopen(1, "w")), Output(os.fdopen(2, "w", buffering=1))
        if order["forks"]:
            fork_as_usual()
        else:
            compile_once()
            work_here()
        program.cli_executor(["ansible-playbook", *order["arguments"]])
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)  # without what Ansible has noted for its own end: folders that the next run uses


if __name__ == "__main__":
    serve()
