"""What a model changes in a text: all that may differ between twins, row by row.

A row is (pattern, replacement), applied in order and in multi-line mode to a whole
text.  `test_twins.py` fails for a row, a line or a file listed here without need.
"""

Row = tuple[str, str]

# asyncio text -> threaded text.
ASYNCIO_TO_THREADS: list[Row] = [
    (r"^If no await between the two .*?\n.*?\.\n", ""),
    (r"\basync (def|with|for)\b", r"\1"),
    (r"^ *await asyncio\.sleep\(0\)\n", ""),  # counter-examples: threads always switch
    (r"\bawait ", ""),
    (r"\basyncio_impl\b", "threaded"),
    (r"\basyncio\.sleep\b", "time.sleep"),
    (r"\basyncio\.run\((.*)\)$", r"\1"),
    (r"\brun_on\(line\.loop, (.*)\)$", r"\1"),
    (r", Fetch, LOOPS\)", ", Fetch)"),
    (r"\basyncio\.TaskGroup\(\) as", "ThreadPoolExecutor() as"),
    (r"\bcreate_task\((\w+)\((.*)\)\)", r"submit(\1, \2)"),
    (r"\basyncio\.((Bounded)?Semaphore|Condition|Event|Lock)\b", r"threading.\1"),
    (r"\basyncio\.((Lifo)?Queue)\b", r"queue.\1"),
    (r"\basyncio\.QueueEmpty\b", "queue.Empty"),
    (r"\bAsyncIterator\b", "Iterator"),
    (r"\banext\b", "next"),
    (r"\b__a(enter|exit)__\b", r"__\1__"),
    (r"^    log: Log = print,$", "    log: Log = print_line,"),
    (
        r"^ +# asyncio has no non-blocking acquire\..*\n +# .*\n"
        r"( +return )not self\.bars\.locked\(\) and self\.bars\.acquire\(\)$",
        r"\1self.bars.acquire(blocking=False)",
    ),
]
# A pool is told how many threads to start; a task group is not.
THREADS_ONLY: list[Row] = [
    (r"\bThreadPoolExecutor\(\w+\) as", "ThreadPoolExecutor() as")
]

# anyio text -> asyncio text.
ANYIO_TO_ASYNCIO: list[Row] = [
    (r"\basyncio_impl\.on_anyio\b", "asyncio_impl"),
    (r"\banyio\.create_task_group\(\)", "asyncio.TaskGroup()"),
    (r"\btask\.return_value\b", "task.result()"),
    (r"\banyio\.Semaphore\((\w+), max_value=\1\)", r"asyncio.BoundedSemaphore(\1)"),
    (  # an event of anyio cannot be cleared
        r"^( +)if self\.not_empty\.is_set\(\):.*\n"
        r" +self\.not_empty = anyio\.Event\(\)$",
        r"\1self.not_empty.clear()",
    ),
    (r"\banyio\.(sleep|Condition|Event|Lock)\b", r"asyncio.\1"),
    (r"\bpartial\(run, (.*)\)\)$", r"run(\1))"),
    (r"\banyio\.run\(run, (\w+)\(\), .*, (.*)\)$", r"asyncio.run(run(\1(), pause=\2))"),
    (  # nor does its semaphore tell whether it is locked
        r"^        try:\n +self\.bars\.acquire_nowait\(\)\n"
        r" +except anyio\.WouldBlock:\n +return False\n +return True$",
        "        # asyncio has no non-blocking acquire.  These two calls are one,"
        " because no\n        # other task runs between them.\n"
        "        return not self.bars.locked() and await self.bars.acquire()",
    ),
    (r"\banyio\.lowlevel\.checkpoint\(\)", "asyncio.sleep(0)"),
    (r"\banyio\.WouldBlock(?=[,):])", "asyncio.QueueEmpty"),
    (r"\banyio\.TaskInfo\b", "asyncio.Task[object]"),
    (r"(?<=_owner) != ", " is not "),  # a TaskInfo is made anew each time
    (r"\banyio\.get_current_task\b", "asyncio.current_task"),
    (r"lock that anyio lacks", "lock that asyncio lacks"),
]

# Lines that come or go with the model, indentation aside, from asyncio to the other.
LINES_ONLY_IN_THREADS = {
    # A failing task group cancels tasks that wait; threads must be released.
    "bounded_queue.py": [
        "+ try:",
        "+ finally:",
        "+ while integer is not None:  # on failure: else the producer waits for ever",
        "+ belt.task_done()",
        "+ integer = belt.take()",
        "+ try:",
        "+ finally:",
    ],
    # A failing task group cancels tasks that wait; threads must be released.
    "url_fetch.py": [
        "- for name in names:",
        "+ try:",
        "- crew.submit(work, name, fetch, session, log)",
        "+ tasks = [crew.submit(work, name, fetch, session, log) for name in names]",
        "+ for task in as_completed(tasks):",
        "+ task.result()  # raises what the worker raised",
        "+ except BaseException:",
        "+ # otherwise the pool would wait for workers that still wait for bytes",
        "+ session.close()",
        "+ raise",
    ],
}
LINES_ONLY_IN_ANYIO = {
    "bounded_queue.py": ["+ try:", "+ finally:"],  # a stream must be closed in any case
    # A queue is a pair of streams, which must be closed.
    "url_fetch.py": [
        "- self.urls: asyncio.Queue[Numbered] = asyncio.Queue()",
        "+ self.back, self.front = anyio.create_memory_object_stream[Numbered](inf)",
        "- self.urls.put_nowait(numbered)",
        "+ self.back.send_nowait(numbered)",
        "- return self.urls.get_nowait()",
        "+ return self.front.receive_nowait()",
        "- if self.urls.empty():",
        "+ if not self.front.statistics().current_buffer_used:",
        "- return not self.urls.empty()",
        "+ return self.front.statistics().current_buffer_used > 0",
        "+ self.back.close()",
        "+ self.front.close()",
    ],
}

# Files that one side has no need of, and why.
WITHOUT_TWIN = {
    "reentrant.py": "threading brings its RLock along",
    "broken/candy_machine_logs_in_the_lock.py": "a slow reader stops a loop anyway",
    "connections/loops.py": "threads need no loop",
    "connections/overdue.py": "a blocking call takes its limit along",
}
# Files that the third form has no need of, and why.
NOT_ON_ANYIO = {
    "connections/lean.py": "it takes that of asyncio",
    "connections/library.py": "there is no client library for every loop",
    "connections/stub.py": "it serves counter-examples, in the other two",
}
# Files of the third form that take their classes from the second, and why.
SHARED_BY_ASYNC_FORMS = {
    "connections/session.py": "only the connection and the waits differ",
    "connections/loops.py": "anyio starts its loops itself",
}
# Files whose twin speaks to another library: held to the same functions, not lines.
OTHER_LIBRARY: dict[str, str] = {
    "connections/connection.py": "sockets, asyncio's protocols",
    "connections/library.py": "urllib3, aiohttp",
    "connections/throttle.py": "a thread must be woken, a task is cancelled",
}
# Classes of a file that anyio has to write out: held to the same methods, not lines.
WRITTEN_OUT = {"bounded_queue.py": "Belt"}  # a stream can be neither counted nor joined
