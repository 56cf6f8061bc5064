"""Calls of libraries that block their thread until something happens elsewhere.

In a thread such a call is normal; in `async def` it stops the loop.  There are four
kinds, and a new call gets the first one that fits:
- LOCK: only a lock of `threading`, which a port can replace by one of asyncio.  `shape`
  reports the call only where an async function itself makes it.  `port` replaces the
  lock only if it may be held during an await.
- ENDS: the call closes a connection or the like, and returns at once.  `shape` does
  not report it.  `port` awaits the replacement of the call.
- FILES: the call works on local files.  `shape` reports it.  `port` leaves it as it is,
  does not make its function async, and lists it in the plan.
- WAITS: the call waits for time, a peer, a thread, another process or a person.
  `shape` reports it.  `port` makes its function async, and awaits a replacement of the
  call or `asyncio.to_thread`.  A lock between processes, such as `fcntl.flock`, has
  this kind.
"""

from bench.shape.tables.blocking_methods import (
    ANY,
    ENDS,
    ENTERED,
    FILES,
    ITERATED,
    LOCK,
    METHODS,
    WAITS,
)
from bench.shape.tables.library import normal
from bench.shape.tables.vocabulary import words

Known = tuple[str, str]  # advice, kind of wait


def each(names: str, advice: str, kind: str = WAITS) -> dict[str, Known]:
    return dict.fromkeys(words(names), (advice, kind))


FUNCTIONS: dict[str, Known] = {
    **each("time.sleep", "sleep"),
    **each("input getpass.getpass sys.stdin.read sys.stdin.readline", "thread"),
    **each("sys.stdin.readlines sys.stdin.buffer.read", "thread"),
    **each("os.system", "shell"),
    **each("os.popen subprocess.getoutput subprocess.getstatusoutput", "shell output"),
    **each(
        "subprocess.run subprocess.call subprocess.check_call subprocess.check_output",
        "process",
    ),
    **each("os.wait os.waitpid os.wait3 os.wait4 os.waitid", "thread"),
    **each("os.spawnl os.spawnv os.spawnlp os.spawnvp", "process"),
    **each("fcntl.flock fcntl.lockf", "thread"),
    **each("select.select", "readiness"),
    **each("signal.pause signal.sigwait signal.sigwaitinfo", "signal"),
    **each("signal.sigtimedwait", "signal"),
    **each("socket.create_connection", "connection"),
    **each("socket.getaddrinfo socket.gethostbyname", "getaddrinfo"),
    **each("socket.gethostbyname_ex", "getaddrinfo"),
    **each("socket.getnameinfo socket.gethostbyaddr socket.getfqdn", "getnameinfo"),
    **each("ssl.get_server_certificate", "thread"),
    **each("concurrent.futures.wait", "wait"),
    **each("concurrent.futures.as_completed", "as_completed"),
    **each("urllib.request.urlopen urllib.request.urlretrieve", "aiohttp get"),
    **each("urllib3.request", "aiohttp get"),
    **{
        f"requests.{verb}": ("aiohttp", WAITS)
        for verb in words("get post put patch delete head options request")
    },
    **{
        f"httpx.{verb}": ("httpx", WAITS)
        for verb in words("get post put patch delete head options request")
    },
    "httpx.stream": ("httpx stream", WAITS),
    **each(
        """
        smtplib.SMTP smtplib.SMTP_SSL smtplib.LMTP ftplib.FTP ftplib.FTP_TLS
        imaplib.IMAP4 imaplib.IMAP4_SSL poplib.POP3 poplib.POP3_SSL telnetlib.Telnet
        xmlrpc.client.ServerProxy psycopg2.connect psycopg.connect
        psycopg.Connection.connect pymysql.connect MySQLdb.connect
        mysql.connector.connect pyodbc.connect oracledb.connect ldap3.Connection
        pika.BlockingConnection paramiko.Transport multiprocessing.connection.Client
        multiprocessing.connection.wait webbrowser.open
        """,
        "thread",
    ),
    "sqlite3.connect": ("one thread", FILES),
    **each("asyncio.run anyio.run trio.run", "coroutine"),
    **each("anyio.from_thread.run anyio.from_thread.run_sync", "coroutine"),
    **each("os.walk os.scandir glob.iglob", "list in thread", FILES),
    **each("os.fwalk fileinput.input", "loop in thread", FILES),
    **each(
        """
        open io.open codecs.open os.fdopen os.open os.read os.write os.fsync os.sync
        os.fdatasync os.sendfile os.copy_file_range os.pread os.pwrite os.truncate
        os.ftruncate os.listdir os.stat os.lstat os.mkdir
        os.makedirs os.remove os.unlink os.rmdir os.removedirs os.rename os.renames
        os.replace os.link os.symlink os.readlink os.chmod os.chown os.utime os.access
        os.path.exists os.path.isfile os.path.isdir os.path.islink os.path.getsize
        os.path.getmtime os.path.getatime os.path.getctime os.path.realpath
        os.path.samefile os.path.lexists os.path.ismount os.statvfs
        glob.glob linecache.getline
        shutil.copy shutil.copy2 shutil.copyfile shutil.copytree shutil.move
        shutil.rmtree shutil.copyfileobj shutil.make_archive shutil.unpack_archive
        shutil.which shutil.disk_usage
        tempfile.TemporaryFile tempfile.NamedTemporaryFile tempfile.mkstemp
        tempfile.mkdtemp tempfile.TemporaryDirectory tempfile.SpooledTemporaryFile
        gzip.open bz2.open lzma.open gzip.GzipFile zipfile.ZipFile tarfile.open
        tarfile.TarFile tarfile.TarFile.open shelve.open dbm.open
        zipfile.is_zipfile tarfile.is_tarfile mimetypes.init filecmp.cmp
        sys.stdout.flush sys.stderr.flush numpy.load numpy.save pandas.read_csv
        pandas.read_parquet pandas.read_excel pandas.read_sql pandas.read_json
        """,
        "thread",
        FILES,
    ),
}
READERS = words(  # functions that read all of the stream in their first argument
    """
    json.load pickle.load marshal.load plistlib.load tomllib.load yaml.safe_load
    shutil.copyfileobj xml.etree.ElementTree.parse
    """
)
CALLBACKS = words(  # methods that pass a callback to a loop
    "call_soon call_soon_threadsafe call_later call_at add_done_callback add_reader"
    " add_writer add_signal_handler"
)
TAKES_CALLBACK = {"call_later": 1, "call_at": 1, "add_reader": 1, "add_writer": 1}
TAKES_CALLBACK |= {"add_signal_handler": 1}
KNOWN = frozenset(FUNCTIONS) | frozenset(
    kind for kinds, *_ in (*METHODS, *ENTERED) for kind in kinds
)
BY_NAME = dict.fromkeys(  # methods that only sockets have
    words("sendall recv_into recvfrom recvfrom_into"), "socket.socket"
)
TABLED = frozenset(name.partition(".")[0] for name in KNOWN)  # packages in these tables


def of_function(name: str) -> Known | None:
    """The advice and kind of a library's function, by its absolute name."""
    return FUNCTIONS.get(normal(name))


def of_method(owner: str, method: str) -> Known | None:
    """The advice and kind of a method, by the class of its object."""
    for kinds, methods, advice, kind in METHODS:
        if owner in kinds and (method in methods or methods is ANY):
            if methods is ANY and (method.startswith("_") or method in HARMLESS):
                return None
            return advice, kind
    return None


HARMLESS = words(  # methods that do not wait, of classes whose row has ANY
    """
    close pipeline pubsub lock register_script set_debuglevel from_url meta exceptions
    can_paginate get_paginator get_waiter set_pasv add_header connection_pool
    generate_presigned_url Table Bucket Object
    """
)


def of_with(owner: str) -> Known | None:
    """The advice and kind of entering an object of a class by `with`."""
    return next(((a, k) for kinds, a, k in ENTERED if owner in kinds), None)


def of_loop(owner: str) -> Known | None:
    """The advice and kind of iterating over an object of a class by `for`."""
    return next(((a, k) for kinds, a, k in ITERATED if owner in kinds), None)


__all__ = ["ENDS", "FILES", "LOCK", "WAITS", "of_function", "of_loop", "of_method"]
