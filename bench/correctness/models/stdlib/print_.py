"""The model of `print`: a program under exploration prints nothing to the screen."""

import sys
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.instrument.sites import CALLBACK_SITE
from bench.correctness.models.stdlib.screen import NullOutput
from bench.correctness.tracking.accesses import access_attribute
from bench.correctness.tracking.before_calls import BEFORE
from bench.correctness.tracking.deep_reads import report_reads


class Printer:
    """`print`, which writes to files, and discards output to the screen."""

    def __init__(self) -> None:
        # Python reads these names for the text of some errors, as in `print(*1)`.
        self.__module__, self.__name__ = print.__module__, print.__name__
        self.__qualname__ = print.__qualname__
        self.screen = (sys.stdout, sys.stderr)

    def __call__(self, *values: Any, file: Any = None, **options: Any) -> None:
        if file is None:
            if not kernel.alone:
                access_attribute(sys, "stdout", False, CALLBACK_SITE)
            file = sys.stdout
            if file is None:  # like a program without a console
                return
        if type(file) is NullOutput and not file.closed:
            return
        if any(file is screen for screen in self.screen):
            return
        if not kernel.alone:
            report_reads(values, CALLBACK_SITE, attributes=False)
            BEFORE[type(file.write)](file.write, CALLBACK_SITE, ())
        print(*values, file=file, **options)
