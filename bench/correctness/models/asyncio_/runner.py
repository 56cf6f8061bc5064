"""Models of `asyncio.run`, `asyncio.Runner`, and the access to event loops."""

import asyncio
import contextvars
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.models.asyncio_.loop import Loop
from bench.correctness.models.asyncio_.task import Future
from bench.correctness.models.asyncio_.task_registry import FACTORY
from bench.correctness.models.threading_.thread_registry import current_thread


def new_event_loop() -> Any:
    """Make a loop for the program, by its policy; any thread may run the loop."""
    policy = kernel.policy
    return make_loop() if policy is None else policy.new_event_loop()


def make_loop() -> Loop:
    """Make a loop for the program, without its policy."""
    loop = Loop(kernel.order, owned_by_program=True)
    kernel.add_loop(loop)
    if not kernel.alone:
        kernel.mix()
    return loop


def get_running_loop() -> Any:
    """Return the loop that runs in the current thread, or raise RuntimeError."""
    worker = kernel.current
    loop = asyncio._get_running_loop()
    if loop is None or (worker.body is not None and not worker.in_loop):
        raise RuntimeError("no running event loop")
    return loop


def get_event_loop() -> Any:
    """Return the running loop, or else the loop that is set for this thread."""
    try:
        return get_running_loop()
    except RuntimeError:
        pass
    return loop_of_thread() if kernel.policy is None else kernel.policy.get_event_loop()


def loop_of_thread() -> Any:
    """Return the loop that is set for this thread; the main thread makes one.

    Raises RuntimeError in any other thread without a loop.
    """
    thread = kernel.thread()
    if thread is kernel.main and thread.number not in kernel.loop_of:
        kernel.set_loop(new_event_loop())
    loop = kernel.loop_of.get(thread.number)
    if loop is None:
        raise RuntimeError(
            f"There is no current event loop in thread {current_thread().name!r}."
        )
    return loop


def set_event_loop(loop: Any) -> None:
    if kernel.policy is None:
        kernel.set_loop(loop)
    else:
        kernel.policy.set_event_loop(loop)


Future.default_loop = staticmethod(get_event_loop)


class Runner:
    """`asyncio.Runner`: a loop that runs several coroutines, one after the other."""

    def __init__(self, *, debug: Any = None, loop_factory: Any = None) -> None:
        self.factory = loop_factory
        self.debug = debug
        self.loop: Any = None
        self.closed = False
        self.context: contextvars.Context | None = None

    def __enter__(self) -> "Runner":
        self.get_loop()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def get_loop(self) -> Any:
        if self.closed:
            raise RuntimeError("Runner is closed")
        if self.loop is None:
            self.loop = new_event_loop() if self.factory is None else self.factory()
            self.context = contextvars.copy_context()
            if self.factory is None:
                set_event_loop(self.loop)
            if self.debug is not None:
                self.loop.set_debug(self.debug)
        return self.loop

    def run(self, coro: Any, *, context: Any = None) -> Any:
        if not asyncio.iscoroutine(coro):
            raise ValueError(f"a coroutine was expected, got {coro!r}")
        refuse_within_loop("Runner.run")
        loop = self.get_loop()
        if context is None:
            context = self.context
        return loop.run_until_complete(coro, context=context)

    def close(self) -> None:
        if self.loop is None or self.closed:
            return
        loop, self.closed = self.loop, True
        if kernel.stop is None:
            # None, unless the program has replaced this method of the loop.
            own = vars(loop).get("shutdown_asyncgens")
            with loop.entered():
                loop.cancel_leftovers()
                loop.run_last_iterations()
                made = FACTORY in kernel.points or loop.factory is not None
                if own is None and (made or loop.suspended_generators()):
                    own = loop.shutdown_asyncgens
                if own is None:
                    loop.finish_executor()
            if own is not None:
                loop.run_until_complete(own())
                with loop.entered():
                    loop.finish_executor()
                if made:
                    # asyncio runs `shutdown_default_executor` as a task.  This model
                    # does so only if the program sets a task factory, because such a
                    # factory is called for this task too.
                    loop.run_until_complete(loop.shutdown_default_executor())
            if self.factory is None:
                set_event_loop(None)
        loop.close()


def refuse_within_loop(what: str) -> None:
    """Raise RuntimeError if a loop runs in this thread, as asyncio does."""
    if kernel.current.in_loop:
        raise RuntimeError(f"{what}() cannot be called from a running event loop")


def run(main: Any, *, debug: Any = None, loop_factory: Any = None) -> Any:
    """`asyncio.run`: run a coroutine on a new loop, then cancel the remaining tasks."""
    refuse_within_loop("asyncio.run")
    kernel.keep_coroutine(main)  # the run may be abandoned before the loop is made
    with Runner(debug=debug, loop_factory=loop_factory) as runner:
        return runner.run(main)
