"""Models of asyncio's event loop policies: how a program makes and finds loops."""

import asyncio
from typing import Any

from bench.correctness.engine.kernel import kernel, operation
from bench.correctness.engine.refusals import refuse
from bench.correctness.models.asyncio_.runner import loop_of_thread, make_loop

POLICY = "the event loop policy"  # a place, and the id of a scheduling point


class DefaultPolicy(asyncio.AbstractEventLoopPolicy):
    """The default policy: each thread has its own loop, see `loop_of_thread`."""

    def get_event_loop(self) -> Any:
        return loop_of_thread()

    def set_event_loop(self, loop: Any) -> None:
        kernel.set_loop(loop)

    def new_event_loop(self) -> Any:
        return make_loop()

    get_child_watcher = refuse("asyncio.get_child_watcher")
    set_child_watcher = refuse("asyncio.set_child_watcher")


def get_event_loop_policy() -> Any:
    """Return the policy that is set, or the default policy."""
    if not kernel.alone:
        operation(POLICY, None, False, (POLICY, "get"), ("reads", POLICY))
    if kernel.policy is None:
        kernel.set_policy(DefaultPolicy())
    return kernel.policy


def set_event_loop_policy(policy: Any) -> None:
    """Set the policy of all threads; None sets the default policy.

    Raises TypeError if the argument is neither None nor a policy.
    """
    if policy is not None and not isinstance(policy, asyncio.AbstractEventLoopPolicy):
        raise TypeError(
            "policy must be an instance of AbstractEventLoopPolicy or None, "
            f"not '{type(policy).__name__}'"
        )
    if not kernel.alone:
        operation(POLICY, None, True, (POLICY, "set"), ("sets", POLICY))
    kernel.set_policy(policy)
