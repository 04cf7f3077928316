"""Standard output of which a part can be kept: Ansible prints in one thread what modules in another say meanwhile."""

from __future__ import annotations

import contextlib
import io
import threading
from typing import Iterator, TextIO


class Output:
    """Writes to `real`, or to where the present thread keeps it."""

    def __init__(self, real: TextIO) -> None:
        self._real = real
        self._kept = threading.local()

    @property
    def _target(self) -> TextIO:
        return getattr(self._kept, "text", None) or self._real

    def write(self, text: str) -> int:
        return self._target.write(text)

    def flush(self) -> None:
        self._target.flush()

    def getvalue(self) -> str:
        """What a task has printed past Ansible's display: nothing, as it would be kept."""
        return ""

    @contextlib.contextmanager
    def kept(self) -> Iterator[io.StringIO]:
        self._kept.text = io.StringIO()
        try:
            yield self._kept.text
        finally:
            self._kept.text = None

    def __getattr__(self, name):
        return getattr(self._real, name)
