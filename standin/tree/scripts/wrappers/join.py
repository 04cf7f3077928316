#!/usr/bin/python3 -B
# A stand-in for MicroK8s' packaging, and not for Kubernetes: see README.md.
"""The join itself, which the microk8s command runs under sudo: ``join.py CONNECTION [--worker]``."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "lib"))

from microk8s_lab.cli import join  # noqa: E402 - after the path above

sys.exit(join.run(sys.argv[1:]))
