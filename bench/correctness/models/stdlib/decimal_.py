"""The state of `decimal`'s contexts, which outlive a run: each begins with the same.

A thread's own context is a context variable; new ones are copies of `DefaultContext`,
which a program may change.
"""

import decimal
from collections.abc import Callable
from typing import Any

SETTINGS = ("prec", "rounding", "Emin", "Emax", "capitals", "clamp")
State = tuple[list[Any], dict[Any, bool], dict[Any, bool]]


def state_of(context: decimal.Context) -> State:
    """The settings of a context, its flags and its traps."""
    settings = [getattr(context, name) for name in SETTINGS]
    return settings, dict(context.flags), dict(context.traps)


def restoring(context: decimal.Context) -> Callable[[], None]:
    """A call that gives a context the state that it has now."""
    saved = state_of(context)
    shown = repr(context)  # has all of it, in a tenth of the time

    def restore() -> None:
        if repr(context) != shown:
            settings, flags, traps = saved
            for name, value in zip(SETTINGS, settings, strict=True):
                setattr(context, name, value)
            context.flags.update(flags)
            context.traps.update(traps)

    return restore


def templates() -> list[Callable[[], None]]:
    """Calls that give the module's own contexts the state that they have now."""
    own = decimal.DefaultContext, decimal.BasicContext, decimal.ExtendedContext
    return [restoring(context) for context in own]


def restore(saved: list[Callable[[], None]]) -> None:
    """Put the module's own contexts back."""
    for one in saved:
        one()
