"""The results of functions and methods of libraries, as far as they are needed."""

from bench.shape.tables.vocabulary import words

ALIASES = {  # the name under which a class is found -> its name in these tables
    "asyncio.locks": "asyncio",
    "asyncio.queues": "asyncio",
    "asyncio.tasks": "asyncio",
    "asyncio.events": "asyncio",
    "asyncio.futures": "asyncio",
    "concurrent.futures.thread": "concurrent.futures",
    "concurrent.futures.process": "concurrent.futures",
    "concurrent.futures._base": "concurrent.futures",
    "multiprocessing.context": "multiprocessing",
    "multiprocessing.queues": "multiprocessing",
    "multiprocessing.synchronize": "multiprocessing",
    "multiprocessing.process": "multiprocessing",
    "requests.api": "requests",
    "requests.sessions": "requests",
    "urllib3.poolmanager": "urllib3",
    "urllib3.connectionpool": "urllib3",
    "builtins": "",
    "_thread": "threading",
    "posix": "os",
    "typing_extensions": "typing",
    "collections.abc": "typing",
    "_io": "io",
}
RETURNS = {
    "contextvars.copy_context": "contextvars.Context",
    "socket.create_connection": "socket.socket",
    "socket.create_server": "socket.socket",
    "socket.socket.makefile": "socket.makefile",
    "socket.socketpair": "socket.socket",
    "ssl.wrap_socket": "ssl.SSLSocket",
    "ssl.SSLContext.wrap_socket": "ssl.SSLSocket",
    "ssl.create_default_context": "ssl.SSLContext",
    "sqlite3.connect": "sqlite3.Connection",
    "sqlite3.Connection.cursor": "sqlite3.Cursor",
    "sqlite3.Connection.execute": "sqlite3.Cursor",
    "sqlite3.Connection.executemany": "sqlite3.Cursor",
    "sqlite3.Cursor.execute": "sqlite3.Cursor",
    "psycopg2.connect": "psycopg2.connection",
    "psycopg2.connection.cursor": "psycopg2.cursor",
    "psycopg.connect": "psycopg.Connection",
    "psycopg.Connection.connect": "psycopg.Connection",
    "psycopg.Connection.cursor": "psycopg.Cursor",
    "psycopg.Connection.execute": "psycopg.Cursor",
    "psycopg.Cursor.execute": "psycopg.Cursor",
    "pymysql.connect": "pymysql.Connection",
    "pymysql.Connection.cursor": "pymysql.Cursor",
    "MySQLdb.connect": "pymysql.Connection",
    "mysql.connector.connect": "pymysql.Connection",
    "redis.from_url": "redis.Redis",
    "redis.Redis.from_url": "redis.Redis",
    "redis.StrictRedis": "redis.Redis",
    "redis.Redis.pipeline": "redis.Pipeline",
    "redis.Redis.pubsub": "redis.PubSub",
    "redis.Redis.lock": "redis.Lock",
    "boto3.Session": "boto3.Session",
    "boto3.session.Session": "boto3.Session",
    "boto3.Session.client": "boto3.client",
    "boto3.Session.resource": "boto3.resource",
    "open": "io.TextIOWrapper",
    "io.open": "io.TextIOWrapper",
    "codecs.open": "io.TextIOWrapper",
    "os.fdopen": "io.TextIOWrapper",
    "pathlib.Path.open": "io.TextIOWrapper",
    "tempfile.TemporaryFile": "io.TextIOWrapper",
    "tempfile.NamedTemporaryFile": "io.TextIOWrapper",
    "gzip.open": "gzip.GzipFile",
    "bz2.open": "gzip.GzipFile",
    "lzma.open": "gzip.GzipFile",
    "zipfile.ZipFile.open": "io.TextIOWrapper",
    "tarfile.open": "tarfile.TarFile",
    "tarfile.TarFile.open": "tarfile.TarFile",
    "urllib.request.urlopen": "http.client.HTTPResponse",
    "urllib.request.build_opener": "urllib.request.OpenerDirector",
    "http.client.HTTPConnection.getresponse": "http.client.HTTPResponse",
    "requests.session": "requests.Session",
    **{
        f"{owner}.{verb}": "requests.Response"
        for owner in ("requests", "requests.Session")
        for verb in words("get post put patch delete head options request")
    },
    "select.poll": "select.poll",
    "select.epoll": "select.epoll",
    "select.kqueue": "select.kqueue",
    "asyncio.create_task": "asyncio.Task",
    "asyncio.ensure_future": "asyncio.Task",
    "asyncio.wrap_future": "asyncio.Future",
    "asyncio.gather": "asyncio.Future",
    "asyncio.shield": "asyncio.Future",
    "asyncio.get_running_loop": "asyncio.AbstractEventLoop",
    "asyncio.get_event_loop": "asyncio.AbstractEventLoop",
    "asyncio.new_event_loop": "asyncio.AbstractEventLoop",
    "asyncio.current_task": "asyncio.Task",
    "asyncio.AbstractEventLoop.create_task": "asyncio.Task",
    "asyncio.AbstractEventLoop.run_in_executor": "asyncio.Future",
    "asyncio.AbstractEventLoop.create_future": "asyncio.Future",
    "asyncio.AbstractEventLoop.call_later": "asyncio.TimerHandle",
    "asyncio.TaskGroup.create_task": "asyncio.Task",
    "asyncio.run_coroutine_threadsafe": "concurrent.futures.Future",
    "concurrent.futures.ThreadPoolExecutor.submit": "concurrent.futures.Future",
    "concurrent.futures.ProcessPoolExecutor.submit": "concurrent.futures.Future",
    "concurrent.futures.Executor.submit": "concurrent.futures.Future",
    "multiprocessing.Pool": "multiprocessing.Pool",
    **{
        f"{owner}.{method}": "multiprocessing.AsyncResult"
        for owner in words("multiprocessing.Pool multiprocessing.pool.ThreadPool")
        for method in words("apply_async map_async starmap_async")
    },
    "multiprocessing.Manager": "multiprocessing.Manager",
    "multiprocessing.Manager.Queue": "multiprocessing.Queue",
    "multiprocessing.Manager.Lock": "multiprocessing.Lock",
    "threading.current_thread": "threading.Thread",
    "threading.main_thread": "threading.Thread",
    "logging.getLogger": "logging.Logger",
    "smtplib.SMTP": "smtplib.SMTP",
    "str.join": "str",
    "str.encode": "bytes",
    "bytes.decode": "str",
    "str.split": "list",
    "dict.keys": "list",
}
# Attributes that are streams.  Here the name of the attribute stands for its class.
STREAMS = words(
    "subprocess.Popen.stdout subprocess.Popen.stderr subprocess.Popen.stdin"
)
# Attribute that a program's class inherits from a library -> the attribute's class.
ATTRIBUTES = {"threading.Timer.finished": "threading.Event"}
# Method -> the class of its result, on any object.
BY_METHOD = {
    "submit": "concurrent.futures.Future",
    "create_task": "asyncio.Task",
    "start_soon": "anyio.abc.TaskHandle",
}
CONTAINERS = {  # name in an annotation or a call -> kind of container
    **dict.fromkeys(
        words(
            """
            list List set Set frozenset FrozenSet deque Deque Sequence Iterable Iterator
            Collection MutableSequence AbstractSet MutableSet Generator Reversible Queue
            AsyncIterator AsyncIterable AsyncGenerator WeakSet KeysView ValuesView
            """
        ),
        "list",
    ),
    **dict.fromkeys(
        words(
            """
            dict Dict defaultdict DefaultDict Mapping MutableMapping OrderedDict
            WeakValueDictionary Counter ChainMap
            """
        ),
        "dict",
    ),
}
CONTAINER_MODULES = words("typing collections weakref")
COPIES = words("list set frozenset tuple sorted reversed iter collections.deque")
ELEMENT_METHODS = words("pop popleft popitem get setdefault __getitem__ copy")
"""Methods of a container that give one of its items."""


def normal(name: str) -> str:
    """A library's name as these tables have it, from wherever it was imported."""
    module, dot, last = name.rpartition(".")
    if module in ALIASES:
        return f"{ALIASES[module]}{dot}{last}".lstrip(".")
    if name == "multiprocessing.dummy.Pool":
        return "multiprocessing.pool.ThreadPool"
    if name.startswith("threading.thread.") or name == "threading.allocate_lock":
        return "threading.Lock"
    return name
