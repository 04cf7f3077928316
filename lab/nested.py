# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lab inside one of its own virtual machines, with a stock kernel and cgroup v2: ``python3 -m lab.nested make demo``.

The machine has no network beyond the lab's. So it is handed on a disk what it would have to fetch or build: the last
commit, what was built for the lab, the environments of the default ansible-core, the Python below them, and Go, all at the
paths they have here.
"""

from __future__ import annotations

import fnmatch
import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from lab.cache import REPO, cache_root, remove, say
from lab.fleet import lifecycle, state
from lab.fleet.shell import PATIENCE, follow, run
from lab.fleet.signals import interruptible
from lab.requirements import ensure_debian
from lab.vm.machine import ACCELERATOR, HANDED, MEMORY

LAB = [sys.executable, "-m", "lab"]
FOLDER = REPO / "reports" / "nested"
LOG = FOLDER / "output.log"
MEGABYTES = 9000  # `make demo` asks for half of it; the rest keeps the disks' blocks at hand
DISK_SIZE = "20G"  # sparse
LABEL = "handed-over"  # of the file system on it
# Of the environments and of what was built; the virtual machine's own disk is no use inside.
ENVIRONMENTS = ("ansible-{core}", "sanity")
LEFT_OUT = "vm-image*"
# How many times longer things may take: two hosts of a translated machine that each start a Kubernetes share two processors.
TIMES_SLOWER = {"kvm": 3, "tcg": 20}
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def main(command: Sequence[str]) -> int:
    """Bring the machine up, run the command in it, and take it away; the command's status."""
    core = run([sys.executable, str(REPO / "tools/cores.py"), "default"]).strip()
    environment = run([sys.executable, str(REPO / "tools/toolenv.py"), core]).strip()
    python = Path(run([f"{environment}/bin/python", "-c", "import sys; print(sys.base_prefix)"]).strip())
    go = Path(run(["go", "env", "GOROOT"]).strip())
    subprocess.run([*LAB, "build", "--kind", state.VM], check=True, cwd=REPO)
    with _disk(core, [python, go]) as disk:
        handed = {MEMORY: str(MEGABYTES), HANDED: str(disk)}
        try:
            up = [*LAB, "up", "--kind", state.VM, "--hosts", "1", "--bare"]
            subprocess.run(up, check=True, cwd=REPO, env={**os.environ, **handed})
            return _run_inside(inner_command(command, REPO, [python, go], TIMES_SLOWER[ACCELERATOR.read_text()]))
        finally:
            subprocess.run([*LAB, "down"], check=True, cwd=REPO)


def inner_command(command: Sequence[str], checkout: Path, programs: Sequence[Path], times_slower: float) -> list[str]:
    """What is typed inside: put each folder that was handed over at its place, and run the command in the checkout, as root."""
    there = f"/run/{LABEL}"
    script = [
        f"mkdir -p {there}",
        f"mountpoint -q {there} || mount LABEL={LABEL} {there}",
        *(
            f"mkdir -p {place}; mountpoint -q {place} || mount --bind {there}{place} {place}"
            for place in (checkout, *programs)
        ),
        f"cd {checkout}",
        'echo "$(uname -sr), control groups: $(stat --file-system --format=%T /sys/fs/cgroup)"',
        f"exec {shlex.join(command)}",
    ]
    python, go = programs
    # Python not on the path: environments are known by the Python that was found for them, among those of pyenv.
    settings = ["HOME=/root", f"PYENV_ROOT={python.parent.parent}", f"PATH={go}/bin:{SYSTEM_PATH}", "GOTOOLCHAIN=local"]
    settings.append(f"{PATIENCE}={times_slower:g}")
    return ["sudo", "env", *settings, "sh", "-euc", "\n".join(script)]


def _run_inside(command: Sequence[str]) -> int:
    (member,) = state.load().members.values()
    ssh = lifecycle.ssh_command(member.host, [])
    status = tell([*ssh, shlex.join(command)])
    packed = subprocess.run([*ssh, f"sudo tar -C {REPO}/reports -c . 2>/dev/null"], stdout=subprocess.PIPE, check=False)
    if packed.stdout:  # a command that wrote no report left none
        subprocess.run(["tar", "-C", str(FOLDER), "-x"], input=packed.stdout, check=True)
    say(f"inside the virtual machine it ended with status {status}; what it said and reported is in {FOLDER}")
    return status


def tell(command: Sequence[str]) -> int:
    """Run a command, show and keep what it says with the seconds since its start, and return its status."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with LOG.open("w") as log:

        def told(line: str) -> None:
            timed = f"{time.monotonic() - began:7.1f} s  {line}"
            print(timed, end="", flush=True)
            log.write(timed)
            log.flush()

        return follow(command, told)


@contextmanager
def _disk(core: str, programs: Iterable[Path]) -> Iterator[Path]:
    """A disk with all that is handed over, for as long as it is wanted."""
    ensure_debian(["e2fsprogs", "git"])
    with tempfile.TemporaryDirectory(prefix="nested-", dir=cache_root()) as scratch:
        root, disk = Path(scratch) / "root", Path(scratch) / "disk.img"
        say("packing what the virtual machine is handed")
        checkout = Path(f"{root}{REPO}")
        run(["git", "clone", "--quiet", str(REPO), str(checkout)])
        for name in ENVIRONMENTS:
            copy(REPO / ".venv" / name.format(core=core), checkout / ".venv")
        copy(cache_root() / "lab", checkout / ".cache", left_out=LEFT_OUT)
        for folder in programs:
            copy(folder, Path(f"{root}{folder.parent}"))
        run(["mkfs.ext4", "-q", "-L", LABEL, "-d", str(root), str(disk), DISK_SIZE])
        remove(root)
        yield disk


def copy(folder: Path, into: Path, left_out: str = "") -> None:
    """Copy a folder, if it is there, with all that a file system knows of its files, owners and capabilities too.

    What lies in it under a name like the pattern ``left_out`` stays out.
    """
    if folder.exists():
        target = into / folder.name
        target.mkdir(parents=True, exist_ok=True)
        entries = [str(entry) for entry in sorted(folder.iterdir()) if not fnmatch.fnmatch(entry.name, left_out)]
        if entries:
            run(["cp", "--archive", f"--target-directory={target}", "--", *entries])


if __name__ == "__main__":
    with interruptible():
        try:
            sys.exit(main(sys.argv[1:] or ["make", "demo", "HOSTS=2"]))
        except subprocess.CalledProcessError as failed:
            sys.exit(failed.returncode)
        except KeyboardInterrupt:
            sys.exit(130)
