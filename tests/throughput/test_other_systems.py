"""The throughput lens on macOS and Windows, as far as it can be tried on Linux."""

import os
import subprocess
import sys
import types
from pathlib import Path

import pytest

from bench.ledger import locking, store
from bench.ledger.store import Ledger
from bench.throughput import channels, launching, this_process
from bench.throughput.channels import ThreadChannel, WaitingChannel
from bench.throughput.launching import ROOT, Launcher
from tests.ledger.test_merging import RUN
from tests.throughput.fakes import blocks
from tests.throughput.test_worker import spec

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows needs no simulation")
WITHOUT = """\
import os, signal, sys
for name in ("sched_setaffinity", "sched_getaffinity", "getloadavg", "killpg", "fork"):
    delattr(os, name)
"""
REFUSING = """\
import resource
def refuse(*_): raise ValueError("current limit exceeds maximum limit")
resource.setrlimit = refuse
"""
WINDOWS = """\
import asyncio, importlib, multiprocessing, os, pkgutil, signal, subprocess, sys
import types
import bench.cli, bench.commands.run, bench.correctness.api, bench.origin.process
for name in [name for name in sys.modules if name.partition(".")[0] in PACKAGES]:
    del sys.modules[name]
sys.platform = "win32"
for name in ("sched_setaffinity", "sched_getaffinity", "getloadavg", "killpg", "fork"):
    delattr(os, name)
del signal.SIGUSR1, signal.SIGKILL, signal.pthread_sigmask
sys.modules["fcntl"] = sys.modules["resource"] = None
sys.modules["msvcrt"] = types.ModuleType("msvcrt")
os.O_BINARY = 0
import bench
failed = []
for found in pkgutil.walk_packages(bench.__path__, "bench."):
    if not found.name.startswith(("bench.studies", "bench.__main__")):
        try:
            importlib.import_module(found.name)
        except Exception as error:
            failed.append(f"{found.name}: {error!r}")
print(failed)
"""


def readings(monkeypatch, before, **changed):
    """What a worker gives whose system lacks what `before` takes away."""
    monkeypatch.setattr(launching, "BOOT", before + launching.BOOT)
    with Launcher() as launcher:
        return list(launcher.readings([spec(**changed)]))


def test_a_worker_of_macos_measures(monkeypatch):
    """No core can be chosen there, and the limit of open files not be raised."""
    darwin = "import sys\nsys.platform = 'darwin'\n"
    [reading] = readings(monkeypatch, darwin + WITHOUT + REFUSING)

    assert reading.status == "ok", reading.reason
    assert "core_taken_by_others" not in reading.result["measures"]


@pytest.mark.parametrize("most", [10_240, 256])
def test_a_limit_that_cannot_be_raised_is_left_as_it_is(monkeypatch, most):
    """It failed every fetch."""
    asked = []

    def refuse(_, limits):
        asked.append(limits)
        if limits[0] > most:
            raise ValueError("current limit exceeds maximum limit")

    monkeypatch.setattr(this_process, "getrlimit", lambda _: (256, 2**63 - 1))
    monkeypatch.setattr(this_process, "setrlimit", refuse)

    this_process.allow_connections()

    assert [limit for limit, _ in asked] == [2**63 - 1, 10_240]


def test_a_controller_of_windows_reads_pipes_without_select(monkeypatch):
    """There only sockets can be waited for; and there are no process groups."""

    class Refusing:
        def __init__(self):
            raise OSError(10038, "not a socket")

    monkeypatch.setattr(channels.selectors, "DefaultSelector", Refusing)
    monkeypatch.setattr(channels.sys, "platform", "win32")
    monkeypatch.delattr(os, "killpg")
    with Launcher() as launcher:
        [reading] = launcher.readings([spec()])

    assert reading.status == "ok", reading.reason


@pytest.mark.parametrize("kind", [WaitingChannel, ThreadChannel])
def test_a_channel_tells_what_came_the_end_and_silence(kind):
    """The three things that a controller must tell apart."""
    source, sink = os.pipe()
    with os.fdopen(source, "rb") as pipe:
        channel = kind(pipe)
        assert channel.read(0.0) is None
        os.write(sink, b"line\n")
        assert channel.read(20.0) == b"line\n"
        os.close(sink)
        assert channel.read(20.0) == b""


@pytest.mark.long
def test_every_module_can_be_imported_on_windows():
    """Without its modules of POSIX; the explorer's processes fall back."""
    code = f"PACKAGES = ('bench', 'threaded', 'asyncio_impl', 'fetching')\n{WINDOWS}"
    ended = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )

    assert ended.stdout.strip() == "[]", ended.stdout + ended.stderr


class Msvcrt(types.ModuleType):
    """Locks bytes as Windows does: what is locked, no other handle can read."""

    LK_NBLCK = 2

    def __init__(self):
        super().__init__("msvcrt")
        self.locked = set()

    def locking(self, file, mode, size):
        at = os.lseek(file, 0, os.SEEK_CUR)
        if at in self.locked:
            raise OSError(36, "deadlock would occur")
        self.locked.add(at)


def test_a_ledger_is_locked_where_it_can_still_be_read_on_windows(
    tmp_path, monkeypatch
):
    """The first byte was locked: resuming read the ledger by another handle."""
    fake = Msvcrt()
    monkeypatch.setitem(sys.modules, "msvcrt", fake)
    monkeypatch.setattr(sys, "platform", "win32")
    module = types.ModuleType("locking")
    source = Path(locking.__file__).read_text()
    exec(compile(source, "locking", "exec"), module.__dict__)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(store, "lock", module.lock)

    with Ledger.create(tmp_path / "run") as ledger:
        ledger.append_all([RUN, *blocks(2)])
    size = (tmp_path / "run" / store.LEDGER).stat().st_size

    assert all(at > size for at in fake.locked)
    with pytest.raises(store.CannotRunError, match="another run is writing"):
        Ledger.resume(tmp_path / "run")
    fake.locked.clear()
    ledger, entries = Ledger.resume(tmp_path / "run")
    ledger.append(blocks(3)[-1])
    ledger.close()
    assert entries == [RUN, *blocks(2)]
    assert len(store.read(tmp_path / "run")) == len(entries) + 1
