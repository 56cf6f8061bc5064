"""Functions of the support, for what asyncio does not have.

Each keeps the promises of the threaded function that it replaces.
"""

ENDED_IN_TIME = '''async def ended_in_time(waiting, seconds):
    """What a wait with a time limit gives in threads: False when time is up."""
    try:
        async with asyncio.timeout(seconds):
            return await waiting
    except asyncio.TimeoutError:
        return False
'''
IN_TIME = '''async def in_time(waiting, seconds, error):
    """What a wait for a queue gives; `error` when time is up, as threads have it."""
    try:
        async with asyncio.timeout(seconds):
            return await waiting
    except asyncio.TimeoutError:
        raise error from None
'''
GET_AS_TOLD = '''async def get_as_told(queue, block=True, timeout=None):
    """What `queue.get(block, timeout)` gives in threads."""
    if not block:
        return queue.get_nowait()
    try:
        async with asyncio.timeout(timeout):
            return await queue.get()
    except asyncio.TimeoutError:
        raise asyncio.QueueEmpty from None
'''
PUT_AS_TOLD = '''async def put_as_told(queue, item, block=True, timeout=None):
    """What `queue.put(item, block, timeout)` does in threads."""
    if not block:
        return queue.put_nowait(item)
    try:
        async with asyncio.timeout(timeout):
            await queue.put(item)
    except asyncio.TimeoutError:
        raise asyncio.QueueFull from None
'''
WAIT_AS_TOLD = '''async def wait_as_told(event, timeout=None):
    """What `event.wait(timeout)` gives in threads: False when time is up."""
    try:
        async with asyncio.timeout(timeout):
            return await event.wait()
    except asyncio.TimeoutError:
        return False
'''
TAKEN_IN_TIME = '''async def taken_in_time(lock, blocking=True, timeout=-1):
    """What `lock.acquire(blocking, timeout)` gives in threads: -1 is no time limit."""
    limit = (None if timeout in (-1, None) else timeout) if blocking else 0
    try:
        async with asyncio.timeout(limit):
            return await lock.acquire()
    except asyncio.TimeoutError:
        return False
'''
WAITED_FOR = '''Waited = collections.namedtuple("Waited", "done not_done")


async def waited_for(futures, timeout=None, return_when=asyncio.ALL_COMPLETED):
    """What `concurrent.futures.wait` gives, of no futures too."""
    if not (futures := {*futures}):
        return Waited(set(), set())
    return Waited(
        *await asyncio.wait(futures, timeout=timeout, return_when=return_when)
    )
'''
AS_DONE = '''async def as_done(tasks, timeout=None):
    """Each task when it is done, as `as_completed` gives futures."""
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
            task.cancelled() or task.exception()  # none is logged, as with threads
            yield given[task]
'''
IN_LOOP_OR_THREAD = '''async def in_loop_or_thread(function, *args, **kwargs):
    """What a function gives: run in the loop if it is async, else in a thread."""
    if inspect.iscoroutinefunction(function):
        return await function(*args, **kwargs)
    found = await in_own_thread(function, *args, **kwargs)
    return await found if inspect.isawaitable(found) else found
'''
IN_LOOP = '''async def in_loop(function, *args, **kwargs):
    """What a call gives in the loop's thread, awaited where that is a coroutine."""
    found = function(*args, **kwargs)
    return await found if inspect.isawaitable(found) else found
'''
FROM_THREAD = '''def from_thread(function):
    """A function for the threads of a pool, which wait for it: the loop runs it."""
    loop = asyncio.get_running_loop()

    def call(*args, **kwargs):
        made = in_loop(function, *args, **kwargs)
        return asyncio.run_coroutine_threadsafe(made, loop).result()

    return call
'''
IN_CONTEXT = '''async def in_context(context, function, /, *args, **kwargs):
    """What `context.run` gives of a function that is awaited: a task runs it there."""
    made = in_loop(function, *args, **kwargs)
    return await asyncio.create_task(made, context=context)
'''
IN_OWN_THREAD = '''async def in_own_thread(function, *args, **kwargs):
    """What a call that blocks gives, made in a thread that runs nothing else."""
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

    name = asyncio.current_task().get_name()  # as the thread in its place has
    threading.Thread(target=run, name=name, daemon=True).start()
    return await made
'''
AS_NUMBERED = '''async def as_numbered(items, start=0):
    """`enumerate` of what is iterated by `async for`."""
    async for item in items:
        yield start, item
        start += 1
'''
ANY_OF = '''async def any_of(items):
    """`any` of what is iterated by `async for`: nothing is asked behind the first."""
    async for item in items:
        if item:
            return True
    return False
'''
ALL_OF = '''async def all_of(items):
    """`all` of what is iterated by `async for`: nothing is asked behind the first."""
    async for item in items:
        if not item:
            return False
    return True
'''
AS_ASYNC = '''@contextlib.asynccontextmanager
async def as_async(thing):
    """What only a plain `with` enters, beside what `async with` enters."""
    with thing as entered:
        yield entered
'''
AS_FIRST = '''async def as_first(items, count):
    """`itertools.islice(items, count)` of what is iterated by `async for`."""
    items = aiter(items)
    for _ in range(count):
        try:
            item = await anext(items)
        except StopAsyncIteration:
            return
        yield item
'''
ERROR_OF = '''async def error_of(task):
    """What `exception()` of a future gives, which waits for it."""
    await asyncio.wait([task])
    return task.exception()
'''
RUNNING_THREAD = '''def running_thread():
    """What `threading.current_thread` gives; the main thread's for other tasks."""
    try:
        task = asyncio.current_task()
    except RuntimeError:  # a thread, where no loop runs
        return threading.current_thread()
    return task_threads.get(task, threading.main_thread())
'''
ALIVE_THREADS = '''def alive_threads():
    """What `threading.enumerate` gives."""
    return [threading.main_thread(), *task_threads.values()]
'''
REPORTING = '''async def reporting(function, /, *args, **kwargs):
    """What a thread does with an error: it is told at once, and ends no more."""
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
    """A task that is kept until it ends: a loop does not keep its tasks."""
    task = asyncio.create_task(coroutine, name=name)
    kept_tasks.add(task)
    task.add_done_callback(kept_tasks.discard)
    return task
'''
AS_REQUESTS = '''def as_requests():
    """What a session of requests does, and one of aiohttp where it is told to."""
    return {
        "trust_env": True,  # HTTP_PROXY and the like
        "cookie_jar": aiohttp.CookieJar(unsafe=True),  # of IP addresses too
        "fallback_charset_resolver": lambda response, _: (
            "latin-1" if "text" in response.content_type else "utf-8"
        ),
    }
'''
CLOSED_AT_END = '''@contextlib.asynccontextmanager
async def closed_at_end(thing):
    """`contextlib.closing` of what has an async `close`."""
    try:
        yield thing
    finally:
        await thing.close()
'''
WHOLE_RESPONSE = '''async def whole_response(sent):
    """The response to a request, read to its end, as requests gives it."""
    response = await sent
    await response.read()
    return response
'''
ASKED_ONCE = '''async def asked_once(verb, /, *given, **named):
    """What `requests.get` and the like give: a session is opened for one request."""
    async with aiohttp.ClientSession(**as_requests()) as session:
        return await whole_response(getattr(session, verb)(*given, **named))
'''
TO_THE_END = '''async def to_the_end(coroutine):
    """What a coroutine gives, after all tasks: a program waits for its threads."""
    try:
        return await coroutine
    finally:
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(others)
'''
EACH_OF = '''async def each_of(items):
    """The items of what is iterated by `for`, or by `async for`."""
    if hasattr(items, "__aiter__"):
        async for item in items:
            yield item
    else:
        for item in items:
            yield item
'''
CALLED_UNTIL = '''async def called_until(function, last):
    """What calls of an async function give until one gives `last`."""
    while (found := await function()) != last:
        yield found
'''
