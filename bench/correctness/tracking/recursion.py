"""The recursion limit: it counts calls of the program, and not the frames of hooks."""

import sys
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.instrument.sites import CALLBACK_SITE
from bench.correctness.tracking.module_state import (
    access_process_state,
    save_process_state,
)

HOOKED_DEPTH = 3  # one call of the program takes at most so many frames, with hooks
HIGHEST = 2**31 - 1
LIMIT = "recursion limit"


def set_limit(limit: Any, /) -> None:
    """The model of `sys.setrecursionlimit`."""
    save_process_state(LIMIT)
    if not kernel.alone:
        access_process_state(LIMIT, True, CALLBACK_SITE)
    is_usual = type(limit) is int and limit > 0
    sys.setrecursionlimit(min(HOOKED_DEPTH * limit, HIGHEST) if is_usual else limit)


def get_limit() -> int:
    """The model of `sys.getrecursionlimit`."""
    if not kernel.alone:
        access_process_state(LIMIT, False, CALLBACK_SITE)
    return sys.getrecursionlimit() // HOOKED_DEPTH


MODELS = {sys.setrecursionlimit: set_limit, sys.getrecursionlimit: get_limit}


def scaled(function: Any) -> Any:
    """Replace a function by its model if it sets or gets the recursion limit."""
    try:
        return MODELS.get(function, function)
    except TypeError:
        return function
