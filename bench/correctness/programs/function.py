"""A program that is one function, which starts its own threads or tasks."""

import inspect
from dataclasses import dataclass
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.models.asyncio_ import runner as loops
from bench.correctness.programs.end_state import is_plain, show
from bench.correctness.programs.loader import Loader
from bench.correctness.programs.single_run import refuse_generator, run_to_end
from bench.errors import CannotRunError


@dataclass
class FunctionProgram:
    """A program that is a function without arguments.

    The end state is the value that the function returns, or "ended" if this value is
    not plain.
    """

    loader: Loader
    module: str
    qualname: str
    path: str

    def close(self) -> None:
        self.loader.uninstall()

    @property
    def name(self) -> str:
        return f"{self.path}:{self.qualname}"

    def run(self) -> str:
        """Call the function under the kernel; return its end state as text.

        Raises CannotRunError if the function needs arguments.
        """
        function: Any = self.loader.load(self.module)
        for part in self.qualname.split("."):
            function = getattr(function, part)
        needed = [
            parameter.name
            for parameter in inspect.signature(function).parameters.values()
            if parameter.default is parameter.empty
            and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        ]
        if needed:
            raise CannotRunError(
                f"{self.name} needs {', '.join(needed)}; explore a function without"
                " arguments that calls it with small ones"
            )
        outcome: Any = None
        try:
            outcome = function()
        except SystemExit as leaving:  # a script may end in this way
            if leaving.code not in (None, 0):
                raise
        refuse_generator(self.name, outcome)
        if inspect.iscoroutine(outcome):
            outcome = loops.run(outcome)
        else:
            run_to_end()
        kernel.run_alone()
        self.loader.note_draws()
        return show(outcome) if is_plain(outcome) else "ended"
