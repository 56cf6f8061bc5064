"""What is refused by its name while a program is explored: it is not modelled."""

import errno
from typing import Any

from bench.errors import CannotRunError

# What was refused, since this was last cleared: the program may catch the exception.
REFUSED: list[CannotRunError] = []
PROBING: list[str] = []  # installed packages whose import is in progress


def refuse(what: str) -> Any:
    """A function that raises CannotRunError: the model of what cannot be controlled.

    A package that tries at its import what this machine can do is told that it cannot.
    """
    reason = f"{what} is not modelled, so its schedules cannot be explored"

    def refused(*_: object, **__: object) -> Any:
        if PROBING:
            raise OSError(errno.ENOTSUP, reason)
        problem = CannotRunError(
            f"{reason}; replace it in the scenario, or test it otherwise"
        )
        REFUSED.append(problem)
        raise problem

    return refused
