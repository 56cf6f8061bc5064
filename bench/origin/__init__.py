"""An HTTP origin on this machine: any body, slow or broken on request.

    with Origin() as origin:
        fetch(origin.url(1024, seed=7))

`bench.origin.request` says what a URL may request.  The server is a process of its own
on a free port of 127.0.0.1.  It ends when the process that started it ends.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

from bench.origin import certificates
from bench.origin.certificates import Kind

HOST = "127.0.0.1"
ROOT = Path(__file__).parents[2]  # the folder of `bench`


def path(size: int, **parameters: object) -> str:
    """Return path and query for a body of size bytes, with parameters (`seed=7`)."""
    return f"/bytes/{size}" + (f"?{urlencode(parameters)}" if parameters else "")


def paths(count: int, size: int, **parameters: object) -> list[str]:
    """Return the paths of count different bodies, with the seeds 0 to count - 1."""
    return [path(size, seed=seed, **parameters) for seed in range(count)]


class Origin:
    """A running origin: a context manager that is ready once it is entered."""

    base: str  # "http://127.0.0.1:40001"
    process: subprocess.Popen[bytes]
    authority: str | None = None  # with TLS: the file of the certificate to trust

    def __init__(self, host: str = HOST, tls: Kind | None = None) -> None:
        self.host = host
        self.tls = tls
        self.directory: TemporaryDirectory[str] | None = None

    def __enter__(self) -> Self:
        chain = ""
        if self.tls:
            self.directory = TemporaryDirectory(prefix="origin-")
            made = certificates.make(self.tls, self.host, Path(self.directory.name))
            chain, self.authority = str(made.chain), str(made.authority)
        found = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.origin", self.host, chain],
            stdin=subprocess.PIPE,  # the origin ends when this pipe is closed
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(found)},
        )
        assert self.process.stdout
        ready = self.process.stdout.readline()
        if not ready:
            self.__exit__(None, None, None)
            raise RuntimeError("the origin ended before it was ready; see its stderr")
        place = f"[{self.host}]" if ":" in self.host else self.host
        scheme = "https" if self.tls else "http"
        self.base = f"{scheme}://{place}:{json.loads(ready)['port']}"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
        if self.directory:
            self.directory.cleanup()

    def url(self, size: int, **parameters: object) -> str:
        """Return the URL of a body of size bytes; parameters as in `path`."""
        return self.base + path(size, **parameters)

    def urls(self, count: int, size: int, **parameters: object) -> list[str]:
        """Return the URLs of count different bodies; parameters as in `path`."""
        return [self.base + each for each in paths(count, size, **parameters)]
