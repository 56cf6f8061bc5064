"""Why some of CPython's tests do not pass over the models, although no model differs.

The key of a reason is a pattern for "module.Class.method".  A test that does not pass
counts as "differs", except in two cases: a reason is listed here, or the explorer
refused a feature that its message names.
"""

import re
from fnmatch import fnmatchcase
from typing import Protocol

TIME, INTERNALS, SUBPROCESS = "real time", "internals", "subprocess"
REFUSED, DIFFERS = "refused", "differs"
KINDS = (TIME, INTERNALS, SUBPROCESS, REFUSED, DIFFERS)
REFUSAL = re.compile(
    r"(?P<name>[\w.']+) is not modelled|a (?P<set>set of \w+) has another order"
)

KEPT = "the explorer stores each primitive and task until the end of a run"
NO_DEBUG = "a modelled loop has no debug mode"
REGISTRY = "asyncio's own set of all tasks has none of the modelled ones"
MANY = "10,000 items between 100 threads are more steps than the limit allows"
NO_LOG = "the log of `concurrent.futures` about an exception is not modelled"
DELETED = "the explorer does not see that a pool is deleted, so its threads wait"
IDENTITY = "`id()` is the explorer's number, the same in each run, and not an address"

# Tests with very many steps, which may not end within the limit.
LONG: dict[str, str] = {
    "test_queue.*QueueTest.test_many_threads*": MANY,
    "test_queue.*.test_shutdown_*all_methods_in_many_threads": (
        "65,536 items between 10 threads are more steps than the limit allows"
    ),
    "test_asyncio.test_tasks.*.test_context_3": (
        "10,000 sleeps of 100 tasks may take longer than the limit"
    ),
}
UNENDED = ("not ended after", "too long", "does not end within")
REASONS: dict[str, tuple[str, str]] = {
    "lock_tests.*.test_weakref_deleted": (INTERNALS, KEPT),
    "lock_tests.EventTests.test_at_fork_reinit": (
        INTERNALS,
        "it uses the condition within the event",
    ),
    "test_concurrent_futures.*.test_free_reference*": (INTERNALS, KEPT),
    "test_concurrent_futures.*.test_no_stale_references": (INTERNALS, KEPT),
    "test_concurrent_futures.*.test_done_callback_raises*": (INTERNALS, NO_LOG),
    "test_concurrent_futures.*FailingInitializerTest.test_initializer": (
        INTERNALS,
        NO_LOG,
    ),
    "test_concurrent_futures.*.test_exception_with_success": (
        INTERNALS,
        "it sets the state of a future under the condition within it",
    ),
    "test_concurrent_futures.*.test_cancel_futures": (
        TIME,
        "it relies on threads to take their jobs before the next statement",
    ),
    "test_concurrent_futures.*.test_del_shutdown": (INTERNALS, DELETED),
    "test_concurrent_futures.*.test_thread_names_*": (INTERNALS, DELETED),
    "test_asyncio.test_queues.QueueBasicTests.test_repr": (INTERNALS, IDENTITY),
    "test_asyncio.test_tasks.*.test_error_in_call_soon": (INTERNALS, KEPT),
    "test_asyncio.test_tasks.*.test_log_destroyed_pending_task": (INTERNALS, KEPT),
    "test_asyncio.test_tasks.*.test_stop_while_run_in_complete": (
        TIME,
        "CPython's test advances the clock when a timer is made, not when it fires",
    ),
    "test_asyncio.test_tasks.*.test_issue46672": (
        INTERNALS,
        "it patches a method of BaseEventLoop, which is no base of the modelled loop",
    ),
    "test_asyncio.test_tasks.*.test_task_source_traceback": (INTERNALS, NO_DEBUG),
    "test_asyncio.test_tasks.*.test_subclasses_ctask_cfuture": (
        INTERNALS,
        "it counts the callbacks that the loop itself registers",
    ),
    "test_asyncio.test_tasks.*IntrospectionTests.test__*register_task*": (
        INTERNALS,
        REGISTRY,
    ),
    "test_asyncio.test_runners.RunTests.test_asyncio_run_debug": (INTERNALS, NO_DEBUG),
    "test_asyncio.test_runners.RunnerTests.test_debug": (INTERNALS, NO_DEBUG),
    "test_asyncio.test_runners.RunnerTests.test_custom_factory": (
        INTERNALS,
        "a mock replaces the loop, and only some of its methods are called",
    ),
}


class Ended(Protocol):
    """How a test ended: the parts on which a reason depends."""

    @property
    def state(self) -> str: ...
    @property
    def said(self) -> str: ...


def reason_of(test: str, ended: Ended) -> tuple[str, str]:
    """The kind of a failed test, and the reason for this kind."""
    if ended.said.startswith(UNENDED):
        for pattern, why in LONG.items():
            if fnmatchcase(test, pattern):
                return TIME, why
    for pattern, reason in REASONS.items():
        if fnmatchcase(test, pattern):
            return reason
    refusal = REFUSAL.search(ended.said) if ended.state == "refused" else None
    if refusal is not None:
        return REFUSED, refusal["name"] or f"the order of a {refusal['set']}"
    return DIFFERS, ended.said
