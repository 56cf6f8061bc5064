"""What a program under exploration shows: nothing, or it would show it in each run."""

import io
import sys
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.instrument.sites import HANDED_OVER
from bench.correctness.tracking.calls import BEFORE
from bench.correctness.tracking.deep_reads import look_over


class Nowhere(io.TextIOBase):
    """Takes what is written to the screen."""

    def write(self, text: str) -> int:
        return len(text)


NOWHERE = Nowhere()


class Printer:
    """`print`, which writes to files only."""

    def __init__(self) -> None:
        self.screen = (NOWHERE, sys.stdout, sys.stderr)

    def __call__(self, *values: Any, file: Any = None, **options: Any) -> None:
        file = sys.stdout if file is None else file
        if any(file is screen for screen in self.screen):
            return
        if not kernel.alone:
            look_over(values, HANDED_OVER, attributes=False)
            BEFORE[type(file.write)](file.write, HANDED_OVER, ())
        print(*values, file=file, **options)
