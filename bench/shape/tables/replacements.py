"""New names in a port: of classes (also `Timer`, pools), exceptions and constants."""

CLASSES = {
    "threading.Lock": "asyncio.Lock",
    "threading.Condition": "asyncio.Condition",
    "threading.Semaphore": "asyncio.Semaphore",
    "threading.BoundedSemaphore": "asyncio.BoundedSemaphore",
    "threading.Event": "asyncio.Event",
    "threading.Barrier": "asyncio.Barrier",
    "queue.Queue": "asyncio.Queue",
    "queue.LifoQueue": "asyncio.LifoQueue",
    "queue.PriorityQueue": "asyncio.PriorityQueue",
    "queue.SimpleQueue": "asyncio.Queue",
    "requests.Session": "aiohttp.ClientSession",
    "requests.session": "aiohttp.ClientSession",
}
REPLACED_BY_SUPPORT = {
    "threading.RLock": "TaskRLock",
    "threading.local": "TaskLocal",
    "threading.Timer": "TaskTimer",
    "concurrent.futures.ThreadPoolExecutor": "TaskPool",
}
CONSTANTS = {
    f"concurrent.futures.{name}": f"asyncio.{name}"
    for name in ("FIRST_COMPLETED", "FIRST_EXCEPTION", "ALL_COMPLETED")
}
CLASSES |= {**REPLACED_BY_SUPPORT, **CONSTANTS}
SESSIONS = ("requests.Session", "requests.session")
BAD_NAME = "UnicodeError"  # raised by aiohttp for a host such as ".example"
BAD_JSON = "ValueError"  # raised by aiohttp for bad JSON; it includes BAD_NAME
EXCEPTIONS = {
    "queue.Empty": "asyncio.QueueEmpty",
    "queue.Full": "asyncio.QueueFull",
    "queue.ShutDown": "asyncio.QueueShutDown",
    "threading.BrokenBarrierError": "asyncio.BrokenBarrierError",
    "concurrent.futures.TimeoutError": "TimeoutError",
    "concurrent.futures.CancelledError": "asyncio.CancelledError",
    "socket.timeout": "TimeoutError",
    "requests.RequestException": f"(aiohttp.ClientError, TimeoutError, {BAD_NAME})",
    "requests.InvalidURL": f"(aiohttp.InvalidURL, {BAD_NAME})",
    "requests.MissingSchema": "aiohttp.InvalidURL",
    "requests.InvalidSchema": "aiohttp.NonHttpUrlClientError",
    "requests.ConnectTimeout": "aiohttp.ConnectionTimeoutError",
    "requests.ReadTimeout": "aiohttp.SocketTimeoutError",
    "requests.SSLError": "aiohttp.ClientSSLError",
    "requests.ChunkedEncodingError": "aiohttp.ClientPayloadError",
    "requests.JSONDecodeError": BAD_JSON,
    "requests.ConnectionError": "aiohttp.ClientConnectionError",
    "requests.Timeout": "TimeoutError",
    "requests.HTTPError": "aiohttp.ClientResponseError",
    "requests.TooManyRedirects": "aiohttp.TooManyRedirects",
}
TIMED_OUT = frozenset({"queue.Empty", "queue.Full"})  # raised at a time limit
