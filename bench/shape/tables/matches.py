"""Each primitive of threads, with its name in asyncio, anyio and trio.

The tests look up every name, and check that names called missing do not exist.
"""

from bench.records.primitives import Match

MATCHES = (
    Match(
        threads="threading.Lock",
        asyncio="asyncio.Lock",
        anyio="anyio.Lock",
        trio="trio.Lock",
    ),
    Match(threads="threading.RLock"),
    Match(
        threads="threading.Condition",
        asyncio="asyncio.Condition",
        anyio="anyio.Condition",
        trio="trio.Condition",
    ),
    Match(
        threads="threading.Semaphore",
        asyncio="asyncio.Semaphore",
        anyio="anyio.Semaphore",
        trio="trio.Semaphore",
    ),
    Match(
        threads="threading.BoundedSemaphore",
        asyncio="asyncio.BoundedSemaphore",
        anyio="anyio.Semaphore",  # with max_value
        trio="trio.Semaphore",
    ),
    Match(
        threads="threading.Event",
        asyncio="asyncio.Event",
        anyio="anyio.Event",
        trio="trio.Event",
    ),
    Match(threads="threading.Barrier", asyncio="asyncio.Barrier"),
    Match(threads="threading.Timer", asyncio="asyncio.AbstractEventLoop.call_later"),
    Match(
        threads="threading.local",
        asyncio="contextvars.ContextVar",
        anyio="contextvars.ContextVar",
        trio="contextvars.ContextVar",
    ),
    Match(
        threads="threading.Thread",
        asyncio="asyncio.create_task",
        anyio="anyio.abc.TaskGroup.start_soon",
        trio="trio.Nursery.start_soon",
    ),
    Match(
        threads="queue.Queue",
        asyncio="asyncio.Queue",
        anyio="anyio.create_memory_object_stream",
        trio="trio.open_memory_channel",
    ),
    Match(threads="queue.LifoQueue", asyncio="asyncio.LifoQueue"),
    Match(threads="queue.PriorityQueue", asyncio="asyncio.PriorityQueue"),
    Match(threads="queue.SimpleQueue"),
    Match(
        threads="queue.Empty",
        asyncio="asyncio.QueueEmpty",
        anyio="anyio.WouldBlock",
        trio="trio.WouldBlock",
    ),
    Match(
        threads="queue.Full",
        asyncio="asyncio.QueueFull",
        anyio="anyio.WouldBlock",
        trio="trio.WouldBlock",
    ),
    Match(
        threads="concurrent.futures.ThreadPoolExecutor",
        asyncio="asyncio.TaskGroup",
        anyio="anyio.create_task_group",
        trio="trio.open_nursery",
    ),
    Match(
        threads="concurrent.futures.Future",
        asyncio="asyncio.Future",
        anyio="anyio.Future",
    ),
    Match(threads="concurrent.futures.wait", asyncio="asyncio.wait"),
    Match(
        threads="concurrent.futures.as_completed",
        asyncio="asyncio.as_completed",
        anyio="anyio.as_completed",
    ),
    Match(
        threads="time.sleep",
        asyncio="asyncio.sleep",
        anyio="anyio.sleep",
        trio="trio.sleep",
    ),
    Match(threads="threading.BrokenBarrierError", asyncio="asyncio.BrokenBarrierError"),
    Match(
        threads="concurrent.futures.CancelledError", asyncio="asyncio.CancelledError"
    ),
    Match(threads="concurrent.futures.TimeoutError", asyncio="asyncio.TimeoutError"),
    Match(
        threads="threading.excepthook",
        asyncio="asyncio.AbstractEventLoop.set_exception_handler",
    ),
    Match(
        threads="threading.current_thread",
        asyncio="asyncio.current_task",
        anyio="anyio.get_current_task",
        trio="trio.lowlevel.current_task",
    ),
    Match(
        threads="threading.enumerate",
        asyncio="asyncio.all_tasks",
        anyio="anyio.get_running_tasks",
    ),
    Match(
        threads="signal.signal",
        asyncio="asyncio.AbstractEventLoop.add_signal_handler",
        anyio="anyio.open_signal_receiver",
        trio="trio.open_signal_receiver",
    ),
    Match(
        threads="subprocess.run",
        asyncio="asyncio.create_subprocess_exec",
        anyio="anyio.run_process",
        trio="trio.run_process",
    ),
    Match(
        threads="socket.create_connection",
        asyncio="asyncio.open_connection",
        anyio="anyio.connect_tcp",
        trio="trio.open_tcp_stream",
    ),
    Match(
        threads="socketserver.ThreadingTCPServer",
        asyncio="asyncio.start_server",
        anyio="anyio.create_tcp_listener",
        trio="trio.serve_tcp",
    ),
)
