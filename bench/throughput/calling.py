"""How a pair's `run` is called and timed under each model and loop.

The clock starts before anything is created.  It stops when everything has ended,
including asyncio's loop and the threads of a pool.  So the time of each side includes
the cost of what this side needs.  The probe `lifecycle` measures that cost alone.
Standard library only; a loop is imported only when the specification names it.
"""

import sys
from collections.abc import Callable, Coroutine, Mapping
from time import perf_counter
from typing import Any

from bench.pairs.catalogue import Pair

Options = Mapping[str, Any]
Call = Callable[
    [Options, float], tuple[float, Any]
]  # arguments: options, slowed; result: seconds, outcome
LoopRunner = Callable[[Callable[[], Coroutine[Any, Any, Any]]], Any]


def caller(pair: Pair, module: Any, spec: Mapping[str, Any]) -> Call:
    """Make the function that makes one timed call of `run`, as specified."""
    run = module.run

    def arguments(options: Options) -> tuple[tuple[Any, ...], dict[str, Any]]:
        positional, named = pair.arguments(module, options)
        return positional, {**named, "log": quiet}

    if spec["loop"] is None:

        def call(options: Options, slowed: float) -> tuple[float, Any]:
            positional, named = arguments(options)
            start = perf_counter()
            outcome = run(*positional, **named)
            return _ended(start, slowed), outcome

        return call

    run_in_loop = loop_runner(spec["loop"], eager=spec.get("eager", False))

    def call_in_loop(options: Options, slowed: float) -> tuple[float, Any]:
        async def called() -> Any:
            positional, named = arguments(options)
            return await run(*positional, **named)

        start = perf_counter()
        outcome = run_in_loop(called)
        return _ended(start, slowed), outcome

    return call_in_loop


def loop_runner(loop: str, eager: bool = False) -> LoopRunner:
    """Make the function that runs a coroutine function on a fresh loop of this kind."""
    if loop == "trio":
        import trio

        return trio.run
    import asyncio

    new_loop: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop
    if loop == "uvloop":
        import uvloop

        new_loop = uvloop.new_event_loop

    def run(main: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        with asyncio.Runner(loop_factory=new_loop) as runner:
            if eager and sys.version_info >= (3, 12):
                runner.get_loop().set_task_factory(asyncio.eager_task_factory)
            return runner.run(main())

    return run


def quiet(*words: object) -> None:
    """Ignore the log: a measured pair prints nothing."""


def _ended(start: float, slowed: float) -> float:
    """Seconds since `start`, after a wait that makes them `slowed` times as many."""
    if slowed > 1:
        until = start + (perf_counter() - start) * slowed
        while perf_counter() < until:
            pass
    return perf_counter() - start
