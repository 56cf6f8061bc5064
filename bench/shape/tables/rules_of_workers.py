"""The behaviour of threads, tasks, futures and time in one situation each."""

from bench.records.primitives import Rule

NONE = "has none"

RULES = (
    Rule(
        key="timer",
        primitive="Timer",
        situation="runs its function",
        threads="in a thread of its own",
        asyncio="in the loop's thread",
        anyio=NONE,
        trio=NONE,
        port="loop.call_later(...): the function must not block and cannot await",
    ),
    Rule(
        key="local",
        primitive="local",
        situation="read in a worker that was started after it was set",
        threads="is unset",
        asyncio="has its parent's value",
        anyio="has its parent's value",
        trio="has its parent's value",
        port="contextvars.ContextVar; a task starts with a copy of its maker's context",
    ),
    Rule(
        key="future-timeout",
        primitive="Future",
        situation="asked for its result before it is done, with a time limit",
        threads="result(timeout) raises TimeoutError",
        asyncio=NONE,
        anyio=NONE,
        trio=NONE,
        port="await it inside asyncio.timeout(...); result() never waits",
    ),
    Rule(
        key="future-cancel",
        primitive="Future",
        situation="cancelled while its worker is waiting",
        threads="cancel() is False: it runs on",
        asyncio="ends at its await",
        anyio="ends at its await",
        trio="ends at its await",
        port="clean up in finally: any await may now raise CancelledError",
    ),
    Rule(
        key="group-error",
        primitive="ThreadPoolExecutor",
        situation="left while one worker failed and another waits",
        threads="waits for the other, raises nothing",
        asyncio="cancels the other, raises an ExceptionGroup",
        anyio="cancels the other, raises an ExceptionGroup",
        trio="cancels the other, raises an ExceptionGroup",
        port=(
            "an error in one task cancels the others and leaves the async with as an"
            " ExceptionGroup: catch it by except* around the async with, or inside"
            " each task"
        ),
    ),
    Rule(
        key="worker-error",
        primitive="Thread",
        situation="waited for after its function raised",
        threads="join() returns, a hook is told",
        asyncio="await raises it",
        anyio=NONE,
        trio=NONE,
        port="keep every task and await it, best in a group",
    ),
    Rule(
        key="sleep-negative",
        primitive="sleep",
        situation="told to sleep below zero",
        threads="ValueError",
        asyncio="returns",
        anyio="ValueError",
        trio="ValueError",
        port="check the sign where the pause is computed",
    ),
    Rule(
        key="cancelled-error",
        primitive="CancelledError",
        situation="raised inside `except Exception`",
        threads="is caught",
        asyncio="is not caught",
        anyio="has none",
        trio="is not caught",
        port=(
            "asyncio's CancelledError is a BaseException, and not that of"
            " concurrent.futures: catch it by its own name, and raise it again"
        ),
    ),
    Rule(
        key="as-completed",
        primitive="as_completed",
        situation="its results are used as keys",
        threads="gives the futures given to it",
        asyncio="gives other awaitables (plain for)",
        anyio="gives the handles of its tasks",
        trio="has none",
        port=(
            "let each task return its key with its value; since 3.13 `async "
            "for` gives the tasks themselves"
        ),
    ),
    Rule(
        key="kept",
        primitive="Thread",
        situation="started without keeping a reference",
        threads="runs to its end",
        asyncio="may be collected while it waits",
        anyio="runs to its end",
        trio="runs to its end",
        port="store the task, or use asyncio.TaskGroup, which stores its tasks",
    ),
    Rule(
        key="context",
        primitive="Thread",
        situation="started after a context variable was set",
        threads="has the default (before 3.14)",
        asyncio="has its starter's value",
        anyio="has its starter's value",
        trio="has its starter's value",
        port=(
            "where the thread must not see its starter's values, make its task by "
            "asyncio.create_task(..., context=contextvars.Context())"
        ),
    ),
    Rule(
        key="executor-map",
        primitive="ThreadPoolExecutor",
        situation="mapped over several items",
        threads="map() gives results in order",
        asyncio="has none",
        anyio="has none",
        trio="has none",
        port="await asyncio.gather(*map(function, items)): it gives results in order",
    ),
    Rule(
        key="excepthook",
        primitive="excepthook",
        situation="told of an exception that nothing caught",
        threads="when the thread ends",
        asyncio="when the task is collected",
        anyio="has none",
        trio="has none",
        port=(
            "loop.set_exception_handler(...), but keep and await every task: "
            "the handler may come late"
        ),
    ),
    Rule(
        key="daemon",
        primitive="Thread",
        situation="still at work when the main function ends",
        threads="is waited for unless daemon",
        asyncio="is cancelled",
        anyio="is waited for",
        trio="is waited for",
        port=(
            "await the tasks that must end; a daemon thread's task is cancelled "
            "by asyncio.run, so it needs no flag"
        ),
    ),
    Rule(
        key="signal",
        primitive="signal",
        situation="handled in the middle of waiting",
        threads="the handler runs in the main thread, at once",
        asyncio="the handler runs in the loop",
        anyio="the receiver's loop gets it",
        trio="the receiver's loop gets it",
        port=(
            "loop.add_signal_handler(...) on Unix: the handler may use the "
            "loop's primitives"
        ),
    ),
    Rule(
        key="subprocess-check",
        primitive="run",
        situation="asked to raise for a failed command",
        threads="run(check=True)",
        asyncio="has none",
        anyio="run_process(check=True)",
        trio="run_process(check=True)",
        port="look at process.returncode after await process.communicate()",
    ),
    Rule(
        key="socket-timeout",
        primitive="create_connection",
        situation="given a time limit for all later reads",
        threads="create_connection(timeout=...)",
        asyncio="has none",
        anyio="has none",
        trio="has none",
        port="asyncio.timeout(...) around each await reader.read(...)",
    ),
    Rule(
        key="cpu",
        primitive="Thread",
        situation="at work on the processor, without waiting",
        threads="others run in between",
        asyncio="no other runs until it awaits",
        anyio="no other runs until it awaits",
        trio="no other runs until it awaits",
        port="leave it in a thread by await asyncio.to_thread(...), or in a process",
    ),
)
