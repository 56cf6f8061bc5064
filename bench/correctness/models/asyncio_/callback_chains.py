"""Callbacks that schedule themselves again: such a chain of calls is a loop.

A callback may call `call_soon(callback)` until something has happened.  anyio delivers
cancellations in this way.  Each call of the callback has a handle and a worker of its
own.  The worker passes its counts, see `engine.spinning`, on to the worker of the next
call.  So a chain that only polls lets other workers run, like a loop that polls.
"""

import sys
from collections.abc import Hashable
from types import CodeType, FunctionType, MethodType
from typing import Any

from msgspec import Struct

from bench.correctness.engine.kernel import Worker, kernel
from bench.correctness.engine.spinning import PLAIN
from bench.correctness.engine.transitions import Access

MOST_WRAPPERS = 10  # `partial` objects around a function; more are not looked into
Link = dict[CodeType, list[Any]]


class Chain(Struct):
    """What the worker of a call knows of the earlier calls of the same chain."""

    values: Link = {}  # for each function that was called: its last arguments
    stored: list[Access] = []  # where the last call stored the handle of the next one
    polls: int = 0  # `idle_yields` when this call was scheduled
    time: float = 0.0  # the clock at the end of the last call


def note_next(worker: Worker, following: Any) -> None:
    """If a callback is running, note that it has scheduled the handle `following`.

    worker: the worker or the timer that will run `following`.

    If `following` calls the same function with the same values as the current handle,
    this function sets `continues` of the current handle.  Then `weak_references` knows
    that the function and its arguments are not freed with the current handle, because
    `following` refers to them too.
    """
    maker = kernel.current
    if maker.in_loop and maker.task is None and maker.handle is not None:
        handle = maker.handle
        if handle.following is None:
            handle.following = []
        handle.following.append(worker)
        handle.continues |= called(handle) == called(following)


def pass_on(worker: Worker, handle: Any, own: tuple[Hashable, ...]) -> None:
    """At the end of a callback: pass its counts on to the callbacks that it scheduled.

    `own`: the names of places that the loop itself has written for this callback.
    """
    following, handle.following = handle.following, None
    code, values = called(handle)
    chain: Chain = handle.chain or Chain()
    stored = None if kernel.passes_over or kernel.mixed else writes(own)
    if stored and chain.stored == stored and only_stores(worker, following, stored):
        changed = False
    else:
        changed = stored is None or bool(worker.changed or stored)
    changed |= kernel.now != chain.time  # other timers may have become due
    if code is not None and code in chain.values:
        changed = changed or bool(worker.changed_earlier)
        changed = changed or chain.values[code] != values
        kernel.count_call(worker, changed, chain.polls)
        worker.changed_earlier = 0
    else:
        worker.changed_earlier += changed
    known = chain.values if code is None else {**chain.values, code: values}
    for one in following:
        one.changed_earlier = worker.changed_earlier
        one.progress_made, one.progress_yields = (
            worker.progress_made,
            worker.progress_yields,
        )
        one.idle_yields, one.yielded_at = worker.idle_yields, worker.yielded_at
        if one.handle is not None:
            one.handle.chain = Chain(
                known, stored or [], worker.idle_yields, kernel.now
            )


def called(handle: Any) -> tuple[CodeType | None, list[Any]]:
    """The code that a handle calls, and the values on which this call depends."""
    function, values = handle._callback, [*handle._args]
    for _ in range(MOST_WRAPPERS):
        if type(function) is MethodType:
            values.append(function.__self__)
            function = function.__func__
        elif hasattr(type(function), "func"):  # functools.partial
            values += [*function.args, *function.keywords.values()]
            function = function.func
    if type(function) is not FunctionType:
        return None, []
    for cell in function.__closure__ or ():
        try:
            values.append(cell.cell_contents)
        except ValueError:  # the variable has no value
            values.append(None)
    return function.__code__, [one if type(one) in PLAIN else id(one) for one in values]


def writes(own: tuple[Hashable, ...]) -> list[Access]:
    """What the current transition has written, except the places in `own`."""
    made = kernel.transition.accesses
    return [access for access in made if access[2] and access[0] not in own]


def only_stores(worker: Worker, following: list[Worker], stored: list[Access]) -> bool:
    """Whether a callback has only stored the handle that it scheduled, as anyio does.

    In this case the handle has exactly these references: one from its worker, and one
    from each place that stores the handle.
    """
    return (
        len(following) == 1
        and worker.changed == len(stored)
        and all(key is not None for _, key, _ in stored)
        and references(following[0]) == len(stored)
    )


def references(worker: Worker) -> int:
    """How many references to the handle of a worker exist, besides the worker's own."""
    return sys.getrefcount(worker.handle) - 2
