"""Functions that an explored program must not call, because they are not modelled."""

import errno
from typing import Any

from bench.errors import CannotRunError

# The refusals since this list was last cleared.  The list is needed, because a program
# may catch the exception.
REFUSED: list[CannotRunError] = []
PROBING: list[str] = []  # installed packages whose import is in progress


def refuse(what: str) -> Any:
    """Make the model of a function that cannot be controlled.

    A call of the model raises CannotRunError.  While a package is imported, the call
    raises OSError instead.  The reason: during their import, packages test which
    features this machine has.
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
