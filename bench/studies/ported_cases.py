"""What `bench.studies.ported_packages` ports: packages with both forms, and decisions.

A decision is a line of a draft that a person changed.  The draft may have asked for the
change in a comment, or not.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Decision:
    """A line of a draft, and the lines that a person wrote in its place.

    - `now`: the line without its indentation.
    - `becomes`: the new lines, with the same indentation; empty to delete the line.
    - `times`: how often the line is in the draft.
    """

    now: str
    becomes: str
    times: int = 1


@dataclass(frozen=True)
class PortedFile:
    """A synchronous file of a package, and the asyncio file that its port replaces.

    Both names are relative to the package's directory.
    """

    sync: str
    asynchronous: str
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True)
class PortedPackage:
    """One release of a package.

    - `module`: the directory of the package, below site-packages.
    - `together`: whether the whole package is ported as one, as `port PACKAGE` does.
    - `needless`: functions that are `async def` in the package's asyncio form, although
      nothing in them waits.
    - `blocking`: calls that its reader knows to wait, as for --blocking.
    - `names`: words of the synchronous form, with those of the asyncio form.
    - `tests`: files of its own tests, below the root of the source release.
    - `apart`: tests that are not run, and why; parts of their names.
    - `left`: tests that the port does not pass, and why; their names.
    - `needs`: further packages that its tests import.
    """

    package: str
    release: str
    module: str
    files: tuple[PortedFile, ...]
    tests: tuple[str, ...]
    names: tuple[tuple[str, str], ...] = ()
    needless: tuple[str, ...] = ()
    together: bool = False
    blocking: tuple[str, ...] = ()
    apart: tuple[tuple[str, str], ...] = ()
    left: tuple[tuple[str, str], ...] = ()
    needs: tuple[str, ...] = ()
    options: tuple[str, ...] = ()  # for pytest

    @property
    def requirement(self) -> str:
        return f"{self.package}=={self.release}"


GIVEN_ITERATOR = Decision(
    "assert isinstance(request.stream, typing.Iterable)",
    "assert isinstance(request.stream, typing.AsyncIterable)",
)
HTTPCORE_DECISIONS: dict[str, tuple[Decision, ...]] = {
    "connection": (),
    "connection_pool": (
        Decision(
            "assert isinstance(response.stream, typing.Iterable)",
            "assert isinstance(response.stream, typing.AsyncIterable)",
        ),
        Decision("for part in self._stream:", "async for part in self._stream:"),
        Decision(
            'if hasattr(self._stream, "close"):', 'if hasattr(self._stream, "aclose"):'
        ),
        Decision("self._stream.close()", "await self._stream.close()"),
    ),
    "http11": (
        GIVEN_ITERATOR,
        Decision("for chunk in request.stream:", "async for chunk in request.stream:"),
    ),
    "http2": (
        GIVEN_ITERATOR,
        Decision("for data in request.stream:", "async for data in request.stream:"),
        Decision(
            "self._max_streams_semaphore.release()",
            "await self._max_streams_semaphore.release()",
            times=2,
        ),
    ),
    "http_proxy": (),
    "interfaces": (
        Decision("response.read()", "await response.aread()"),
        Decision("response.close()", "await response.close()", times=2),
    ),
    "socks_proxy": (),
}
HTTPCORE = PortedPackage(
    "httpcore",
    "1.0.9",
    "httpcore",
    tuple(
        PortedFile(f"_sync/{name}.py", f"_async/{name}.py", decisions)
        for name, decisions in HTTPCORE_DECISIONS.items()
    ),
    tuple(
        f"tests/_async/test_{name}.py"
        for name in (
            "connection",
            "connection_pool",
            "http11",
            "http2",
            "http_proxy",
            "socks_proxy",
        )
    ),
    (
        *(
            (name, f"Async{name}")
            for name in (
                "ConnectionInterface",
                "ConnectionPool",
                "Event",
                "ForwardHTTPConnection",
                "HTTP11Connection",
                "HTTP11UpgradeStream",
                "HTTP2Connection",
                "HTTPConnection",
                "HTTPProxy",
                "Lock",
                "NetworkBackend",
                "NetworkStream",
                "PoolRequest",
                "RequestInterface",
                "Semaphore",
                "ShieldCancellation",
                "SOCKSProxy",
                "Socks5Connection",
                "ThreadLock",
                "TunnelHTTPConnection",
            )
        ),
        ("sync", "auto"),  # the module of the backend
        ("SyncBackend", "AutoBackend"),
        ("close", "aclose"),
        ("handle_request", "handle_async_request"),
    ),
    together=True,
    needs=("h2", "socksio", "anyio", "trio", "sniffio", "pytest-trio"),
)
SOCKETIO = PortedPackage(
    "python-socketio",
    "5.14.3",
    "socketio",
    (PortedFile("simple_client.py", "async_simple_client.py"),),
    ("tests/async/test_simple_client.py",),
    (("SimpleClient", "AsyncSimpleClient"), ("Client", "AsyncClient")),
)
LOCKS = PortedPackage(
    "readerwriterlock",
    "1.0.9",
    "readerwriterlock",
    (
        PortedFile(
            "rwlock.py",
            "rwlock_async.py",
            (
                Decision(
                    "result = self.c_rw_lock.gen_rlock()",
                    "result = await self.c_rw_lock.gen_rlock()",
                ),
            ),
        ),
    ),
    ("tests/test_rwlock_async.py",),
    needless=("gen_rlock", "gen_wlock"),
    apart=(("test_multi_async", "it runs for six minutes"),),
)
CASES = (HTTPCORE, SOCKETIO, LOCKS)
