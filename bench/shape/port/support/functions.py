"""Functions of the support, for what asyncio does not have.

Each function keeps the rules of the threaded function that it replaces.
"""

ENDED_IN_TIME = '''async def ended_in_time(waiting, seconds):
    """The result of a wait with a time limit, as in threads: False when time is up."""
    try:
        async with asyncio.timeout(seconds):
            return await waiting
    except asyncio.TimeoutError:
        return False
'''
IN_TIME = '''async def in_time(waiting, seconds, error):
    """The result of a wait for a queue; raises `error` when time is up."""
    try:
        async with asyncio.timeout(seconds):
            return await waiting
    except asyncio.TimeoutError:
        raise error from None
'''
GET_AS_TOLD = '''async def get_as_told(queue, block=True, timeout=None):
    """`queue.get(block, timeout)` as in threads."""
    if not block:
        return queue.get_nowait()
    try:
        async with asyncio.timeout(timeout):
            return await queue.get()
    except asyncio.TimeoutError:
        raise asyncio.QueueEmpty from None
'''
PUT_AS_TOLD = '''async def put_as_told(queue, item, block=True, timeout=None):
    """`queue.put(item, block, timeout)` as in threads."""
    if not block:
        return queue.put_nowait(item)
    try:
        async with asyncio.timeout(timeout):
            await queue.put(item)
    except asyncio.TimeoutError:
        raise asyncio.QueueFull from None
'''
WAIT_AS_TOLD = '''async def wait_as_told(event, timeout=None):
    """`event.wait(timeout)` as in threads: False when time is up."""
    try:
        async with asyncio.timeout(timeout):
            return await event.wait()
    except asyncio.TimeoutError:
        return False
'''
TAKEN_IN_TIME = '''async def taken_in_time(lock, blocking=True, timeout=-1):
    """`lock.acquire(blocking, timeout)` as in threads: -1 means no time limit."""
    limit = (None if timeout in (-1, None) else timeout) if blocking else 0
    try:
        async with asyncio.timeout(limit):
            return await lock.acquire()
    except asyncio.TimeoutError:
        return False
'''
WAITED_FOR = '''Waited = collections.namedtuple("Waited", "done not_done")


async def waited_for(futures, timeout=None, return_when=asyncio.ALL_COMPLETED):
    """`concurrent.futures.wait`, which also accepts no futures at all."""
    if not (futures := {*futures}):
        return Waited(set(), set())
    return Waited(
        *await asyncio.wait(futures, timeout=timeout, return_when=return_when)
    )
'''
AS_DONE = '''async def as_done(tasks, timeout=None):
    """Each task when it is done, like the futures of `as_completed`."""
    given = {asyncio.wrap_future(task): task for task in tasks}
    pending, loop = set(given), asyncio.get_running_loop()
    end = None if timeout is None else loop.time() + timeout
    while pending:
        left = None if end is None else max(end - loop.time(), 0)
        done, pending = await asyncio.wait(
            pending, timeout=left, return_when=asyncio.FIRST_COMPLETED
        )
        if not done:
            raise asyncio.TimeoutError
        for task in done:
            task.cancelled() or task.exception()  # asyncio logs none then
            yield given[task]
'''
IN_LOOP_OR_THREAD = '''async def in_loop_or_thread(function, *args, **kwargs):
    """The result of a function, awaited if it is async, else run in a thread."""
    if inspect.iscoroutinefunction(function):
        return await function(*args, **kwargs)
    found = await in_own_thread(function, *args, **kwargs)
    return await found if inspect.isawaitable(found) else found
'''
IN_LOOP = '''async def in_loop(function, *args, **kwargs):
    """The result of a call in the loop's thread, awaited if it is a coroutine."""
    found = function(*args, **kwargs)
    return await found if inspect.isawaitable(found) else found
'''
FROM_THREAD = '''def from_thread(function):
    """A function for the threads of a pool: each waits while the loop runs it."""
    loop = asyncio.get_running_loop()

    def call(*args, **kwargs):
        made = in_loop(function, *args, **kwargs)
        return asyncio.run_coroutine_threadsafe(made, loop).result()

    return call
'''
IN_CONTEXT = '''async def in_context(context, function, /, *args, **kwargs):
    """`context.run` of an async function: a task runs it in the context."""
    made = in_loop(function, *args, **kwargs)
    return await asyncio.create_task(made, context=context)
'''
IN_OWN_THREAD = '''async def in_own_thread(function, *args, **kwargs):
    """The result of a call that blocks, in a thread that runs nothing else."""
    loop = asyncio.get_running_loop()
    made = loop.create_future()

    def tell(tell_it, found):
        if not made.done():  # the task that waits may be cancelled
            tell_it(found)

    def run():
        try:
            told = made.set_result, function(*args, **kwargs)
        except BaseException as error:
            told = made.set_exception, error
        with contextlib.suppress(RuntimeError):  # the loop may be closed
            loop.call_soon_threadsafe(tell, *told)

    name = asyncio.current_task().get_name()  # the thread has its name
    threading.Thread(target=run, name=name, daemon=True).start()
    return await made
'''
AS_NUMBERED = '''async def as_numbered(items, start=0):
    """`enumerate` for an async iterator."""
    async for item in items:
        yield start, item
        start += 1
'''
ANY_OF = '''async def any_of(items):
    """`any` for an async iterator: it stops at the first true item."""
    async for item in items:
        if item:
            return True
    return False
'''
ALL_OF = '''async def all_of(items):
    """`all` for an async iterator: it stops at the first false item."""
    async for item in items:
        if not item:
            return False
    return True
'''
AS_ASYNC = '''@contextlib.asynccontextmanager
async def as_async(thing):
    """An async context manager of an object that has only a plain `with`."""
    with thing as entered:
        yield entered
'''
AS_FIRST = '''async def as_first(items, count):
    """`itertools.islice(items, count)` for an async iterator."""
    items = aiter(items)
    for _ in range(count):
        try:
            item = await anext(items)
        except StopAsyncIteration:
            return
        yield item
'''
ERROR_OF = '''async def error_of(task):
    """`future.exception()`, which waits for the future."""
    await asyncio.wait([task])
    return task.exception()
'''
RUNNING_THREAD = '''def running_thread():
    """`threading.current_thread()`; for other tasks it is the main thread."""
    try:
        task = asyncio.current_task()
    except RuntimeError:  # a thread, where no loop runs
        return threading.current_thread()
    return task_threads.get(task, threading.main_thread())
'''
ALIVE_THREADS = '''def alive_threads():
    """`threading.enumerate()`."""
    return [threading.main_thread(), *task_threads.values()]
'''
REPORTING = '''async def reporting(function, /, *args, **kwargs):
    """Runs a function like a thread: an error is handled at once, and ends only it."""
    try:
        await function(*args, **kwargs)
    except SystemExit:
        pass
    except Exception as error:
        said = f"error in {asyncio.current_task().get_name()}"
        told = {"message": said, "exception": error}
        asyncio.get_running_loop().call_exception_handler(told)
'''
KEPT_TASK = '''kept_tasks = set()


def kept_task(coroutine, name=None):
    """A task that is stored until it ends, because a loop does not store its tasks."""
    task = asyncio.create_task(coroutine, name=name)
    kept_tasks.add(task)
    task.add_done_callback(kept_tasks.discard)
    return task
'''
AS_REQUESTS = '''def as_requests():
    """Options that make a session of aiohttp behave like a session of `requests`."""
    return {
        "trust_env": True,  # HTTP_PROXY and the like
        "cookie_jar": aiohttp.CookieJar(unsafe=True),  # also for IP addresses
        "fallback_charset_resolver": lambda response, _: (
            "latin-1" if "text" in response.content_type else "utf-8"
        ),
    }
'''
CLOSED_AT_END = '''@contextlib.asynccontextmanager
async def closed_at_end(thing):
    """`contextlib.closing` for an object with an async `close`."""
    try:
        yield thing
    finally:
        await thing.close()
'''
WHOLE_RESPONSE = '''async def whole_response(sent):
    """The response to a request after its body was read, as requests returns it."""
    response = await sent
    await response.read()
    return response
'''
ASKED_ONCE = '''async def asked_once(verb, /, *given, **named):
    """`requests.get` and the like: a session is opened for one request."""
    async with aiohttp.ClientSession(**as_requests()) as session:
        return await whole_response(getattr(session, verb)(*given, **named))
'''
TO_THE_END = '''async def to_the_end(coroutine):
    """The result of a coroutine after all tasks: a program waits for its threads."""
    try:
        return await coroutine
    finally:
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(others)
'''
EACH_OF = '''async def each_of(items):
    """The items of an iterable, plain or async."""
    if hasattr(items, "__aiter__"):
        async for item in items:
            yield item
    else:
        for item in items:
            yield item
'''
CALLED_UNTIL = '''async def called_until(function, last):
    """The results of calls of an async function, until one is `last`."""
    while (found := await function()) != last:
        yield found
'''
