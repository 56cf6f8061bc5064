"""Methods of the libraries' classes that block, by class; see `blocking`."""

from collections.abc import Iterable

from bench.shape.tables.library import STREAMS
from bench.shape.tables.vocabulary import LOCKS, QUEUES, words

WAITS, FILES, LOCK, ENDS = "waits", "files", "lock", "ends"
SOCKETS = words("socket.socket socket.create_server")
FUTURES = words("concurrent.futures.Future multiprocessing.AsyncResult")
POOLS = words(
    """
    concurrent.futures.ThreadPoolExecutor concurrent.futures.ProcessPoolExecutor
    concurrent.futures.Executor multiprocessing.pool.ThreadPool multiprocessing.Pool
    multiprocessing.pool.Pool
    """
)
OPEN_FILES = words(
    """
    io.TextIOWrapper io.BufferedReader io.BufferedWriter io.FileIO io.RawIOBase
    io.BufferedRandom typing.TextIO typing.BinaryIO typing.IO gzip.GzipFile
    """
)
REDIS = words("redis.Redis redis.StrictRedis redis.client.Redis redis.Pipeline")
PROCESS_LOCKS = frozenset(one for one in LOCKS if one.startswith("multiprocessing"))
# A lock of these classes belongs to the thread that took it: only this thread may
# release it or wait with it.
OWNED = frozenset(
    one for one in PROCESS_LOCKS if one.endswith((".RLock", ".Condition"))
)
THREAD_LOCKS = (
    frozenset(one for one in LOCKS if one.startswith("threading")) - PROCESS_LOCKS
)
THREAD_QUEUES = frozenset(one for one in QUEUES if one.startswith("queue"))
PROCESS_QUEUES = frozenset(one for one in QUEUES if one.startswith("multiprocessing"))
ANY = words("*")  # every method
CONNECTIONS = words(
    """
    socket.socket socket.create_server ssl.SSLSocket requests.Session httpx.Client
    urllib3.PoolManager http.client.HTTPConnection http.client.HTTPSConnection
    redis.Redis pymysql.Connection socket.makefile
    """
)
# Classes, methods, advice, kind of wait; the first row that fits a call counts.
METHODS: tuple[tuple[Iterable[str], frozenset[str], str, str], ...] = (
    (CONNECTIONS, words("close shutdown disconnect"), "close", ENDS),
    (words("threading.Condition"), words("wait wait_for"), "condition.wait", WAITS),
    (THREAD_LOCKS, words("acquire"), "acquire", LOCK),
    (words("threading.Event"), words("wait"), "event.wait", WAITS),
    (words("threading.Barrier"), words("wait"), "barrier.wait", WAITS),
    (words("threading.Barrier"), words("abort reset"), "barrier.wait", ENDS),
    (OWNED, words("acquire wait wait_for"), "block in thread", WAITS),
    (
        PROCESS_LOCKS | words("multiprocessing.Event multiprocessing.Barrier"),
        words("acquire wait wait_for"),
        "method in thread",
        WAITS,
    ),
    (THREAD_QUEUES, words("get put join"), "queue", WAITS),
    (PROCESS_QUEUES, words("get put join"), "method in thread", WAITS),
    (words("threading.Thread threading.Timer"), words("join"), "join", WAITS),
    (words("multiprocessing.Process"), words("join"), "method in thread", WAITS),
    (
        words("multiprocessing.Pipe multiprocessing.connection.Connection"),
        words("recv send poll recv_bytes send_bytes"),
        "method in thread",
        WAITS,
    ),
    (FUTURES, words("result exception get wait"), "future", WAITS),
    (POOLS, words("shutdown join close_and_join"), "pool shutdown", WAITS),
    (
        POOLS,
        words("map starmap imap imap_unordered apply"),
        "pool map",
        WAITS,
    ),
    (words("subprocess.Popen"), words("wait communicate"), "process.wait", WAITS),
    (
        STREAMS,
        words("read readline readlines write writelines flush"),
        "method in thread",
        WAITS,
    ),
    (SOCKETS, words("send"), "sock sendall", WAITS),
    (SOCKETS, words("makefile"), "connection", WAITS),
    (
        SOCKETS,
        words("accept connect recv recv_into recvfrom sendall sendto"),
        "sock",
        WAITS,
    ),
    (SOCKETS, words("recvmsg recvfrom_into sendfile sendmsg"), "connection", WAITS),
    (
        words("ssl.SSLSocket"),
        words(
            """
            accept connect recv recv_into read write send sendall makefile do_handshake
            recvfrom sendto unwrap
            """
        ),
        "secure connection",
        WAITS,
    ),
    (words("ssl.SSLContext"), words("wrap_socket"), "secure connection", WAITS),
    (
        words("socket.makefile"),
        words("readlines readinto"),
        "connection",
        WAITS,
    ),
    (words("socket.makefile"), words("read readline"), "stream read", WAITS),
    (words("socket.makefile"), words("write writelines"), "stream write", WAITS),
    (words("socket.makefile"), words("flush"), "stream flush", WAITS),
    (
        words("requests.Session requests.session"),
        words("get post put patch delete head options request"),
        "aiohttp",
        WAITS,
    ),
    (words("requests.Session"), words("send"), "aiohttp get", WAITS),
    (
        words("urllib3.PoolManager urllib3.HTTPConnectionPool urllib3.ProxyManager"),
        words("request urlopen"),
        "aiohttp get",
        WAITS,
    ),
    (words("httpx.Client"), words("stream"), "httpx client stream", WAITS),
    (
        words("httpx.Client"),
        words("get post put patch delete head options request send"),
        "httpx client",
        WAITS,
    ),
    (
        words("http.client.HTTPConnection http.client.HTTPSConnection"),
        words("request getresponse connect send endheaders"),
        "aiohttp get",
        WAITS,
    ),
    (
        words("http.client.HTTPResponse urllib.request.OpenerDirector"),
        words("read readline readlines readinto open"),
        "aiohttp get",
        WAITS,
    ),
    (
        words("sqlite3.Connection sqlite3.Cursor"),
        words(
            """
            execute executemany executescript commit rollback backup fetchone fetchall
            fetchmany
            """
        ),
        "one thread",
        FILES,
    ),
    (
        words("psycopg2.connection psycopg2.cursor psycopg.Connection psycopg.Cursor"),
        words(
            """
            execute executemany callproc commit rollback fetchone fetchall fetchmany
            copy copy_from copy_to copy_expert close
            """
        ),
        "method in thread",
        WAITS,
    ),
    (
        words("pymysql.Connection pymysql.Cursor"),
        words("execute executemany commit rollback ping fetchall fetchone"),
        "method in thread",
        WAITS,
    ),
    (words("boto3.client boto3.resource"), ANY, "method in thread", WAITS),
    (REDIS, ANY, "method in thread", WAITS),
    (words("redis.PubSub"), words("listen"), "loop in thread", WAITS),
    (words("redis.Lock redis.PubSub"), ANY, "method in thread", WAITS),
    (
        words("smtplib.SMTP smtplib.SMTP_SSL ftplib.FTP ftplib.FTP_TLS imaplib.IMAP4"),
        ANY,
        "method in thread",
        WAITS,
    ),
    (
        words("logging.handlers.SocketHandler logging.handlers.SMTPHandler"),
        words("emit send handle"),
        "method in thread",
        WAITS,
    ),
    (
        words("logging.handlers.HTTPHandler logging.handlers.DatagramHandler"),
        words("emit send handle"),
        "method in thread",
        WAITS,
    ),
    (
        words("select.poll select.epoll select.kqueue selectors.DefaultSelector"),
        words("poll control select"),
        "readiness",
        WAITS,
    ),
    (
        words("asyncio.AbstractEventLoop asyncio.Runner"),
        words("run_until_complete run_forever run"),
        "other loop",
        WAITS,
    ),
    (
        words("socketserver.TCPServer socketserver.ThreadingTCPServer"),
        words("serve_forever handle_request"),
        "connection",
        WAITS,
    ),
    (
        words("http.server.HTTPServer http.server.ThreadingHTTPServer"),
        words("serve_forever handle_request"),
        "connection",
        WAITS,
    ),
    (words("sched.scheduler"), words("run"), "method in thread", WAITS),
    (
        OPEN_FILES,
        words(
            """
            read readline readlines write writelines flush readinto read1 truncate
            """
        ),
        "method in thread",
        FILES,
    ),
    (
        words("zipfile.ZipFile tarfile.TarFile shelve.Shelf"),
        words("extract extractall read write writestr add addfile open testzip sync"),
        "method in thread",
        FILES,
    ),
    (
        words("pathlib.Path"),
        words("iterdir glob rglob walk"),
        "method list in thread",
        FILES,
    ),
    (
        words("pathlib.Path"),
        words(
            """
            read_text read_bytes write_text write_bytes open exists is_file is_dir stat
            lstat mkdir rmdir unlink touch rename replace symlink_to
            hardlink_to chmod resolve is_symlink readlink samefile owner group
            """
        ),
        "method in thread",
        FILES,
    ),
)
ENTERED: tuple[tuple[Iterable[str], str, str], ...] = (  # calls that are made by `with`
    (words("threading.RLock"), "with rlock", LOCK),
    (THREAD_LOCKS, "with lock", LOCK),
    (OWNED, "block in thread", WAITS),
    (PROCESS_LOCKS, "with process lock", WAITS),
    (POOLS - words("multiprocessing.pool.ThreadPool"), "pool", WAITS),
    (words("subprocess.Popen"), "process", WAITS),
)
ITERATED: tuple[tuple[Iterable[str], str, str], ...] = (  # calls that are made by `for`
    (OPEN_FILES, "lines in thread", FILES),
    (words("socket.makefile"), "connection", WAITS),
    (STREAMS | {"http.client.HTTPResponse"}, "lines in thread", WAITS),
    (words("redis.PubSub psycopg2.cursor psycopg.Cursor"), "loop in thread", WAITS),
)
