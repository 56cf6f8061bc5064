"""The state of `decimal`'s contexts, which is the same when each run begins.

The contexts outlive a run.  A thread's own context is a context variable; new contexts
are copies of `DefaultContext`, which a program may change.
"""

import decimal
from collections.abc import Callable
from typing import Any

SETTINGS = ("prec", "rounding", "Emin", "Emax", "capitals", "clamp")
State = tuple[list[Any], dict[Any, bool], dict[Any, bool]]


def state_of(context: decimal.Context) -> State:
    """Return the settings of a context, its flags and its traps."""
    settings = [getattr(context, name) for name in SETTINGS]
    return settings, dict(context.flags), dict(context.traps)


def restoring(context: decimal.Context) -> Callable[[], None]:
    """Return a function that restores the present state of a context."""
    saved = state_of(context)
    # `repr` returns the whole state, and is several times faster than `state_of`.
    shown = repr(context)

    def restore() -> None:
        if repr(context) != shown:
            settings, flags, traps = saved
            for name, value in zip(SETTINGS, settings, strict=True):
                setattr(context, name, value)
            context.flags.update(flags)
            context.traps.update(traps)

    return restore


def templates() -> list[Callable[[], None]]:
    """Return functions that restore the present state of the module's own contexts."""
    own = decimal.DefaultContext, decimal.BasicContext, decimal.ExtendedContext
    return [restoring(context) for context in own]


def restore(saved: list[Callable[[], None]]) -> None:
    """Restore the module's own contexts."""
    for one in saved:
        one()
