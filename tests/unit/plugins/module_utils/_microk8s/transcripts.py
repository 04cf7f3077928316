"""What real MicroK8s printed, from the transcripts in tests/unit/fixtures/microk8s."""

from __future__ import annotations

import re
from pathlib import Path

TRANSCRIPTS = Path(__file__).parents[3] / "fixtures" / "microk8s"


def transcript(number: str) -> tuple[int, str]:
    """(exit code, standard output and error) of the command in transcript `number`."""
    text = next(TRANSCRIPTS.glob(f"{number}-*")).read_text()
    body = text.split("--- stdout\n", 1)[1].split("--- locks before", 1)[0].replace("--- stderr\n", "")
    return int(re.search(r"^rc: (\d+)", text, re.MULTILINE).group(1)), body
