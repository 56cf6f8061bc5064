"""The interpreters and event loops of this machine, and runtimes made of them."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from bench.errors import CannotRunError
from bench.records.subjects import Runtime

OLDEST = (3, 11)
NAMED = re.compile(r"python3(?:\.(\d+)t?)?(\.exe)?$")
ANSWER_SECONDS = 10.0
MOST_ASKED = 16  # the most interpreters that are asked at the same time
LIBRARIES = ("aiohttp", "anyio", "greenlet", "httptools", "trio", "urllib3", "uvloop")
DESCRIBE = """
import json, platform, sys, sysconfig
from importlib.metadata import PackageNotFoundError, version
def found(name):
    try: return version(name)
    except PackageNotFoundError: return None
print(json.dumps({
    "version": list(sys.version_info[:3]),
    "executable": sys.executable,
    "prefix": sys.prefix,
    "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
    "gil": getattr(sys, "_is_gil_enabled", lambda: True)(),
    "build": {
        "implementation": platform.python_implementation(),
        "compiler": platform.python_compiler(),
        "built": " ".join(platform.python_build()),
        "arguments": sysconfig.get_config_var("CONFIG_ARGS") or "",
        "flags": sysconfig.get_config_var("PY_CFLAGS") or "",
        "switch_interval": str(sys.getswitchinterval()),
    },
    "packages": {name: found(name) for name in LIBRARIES if found(name)},
}))
""".replace("LIBRARIES", repr(LIBRARIES))


@dataclass(frozen=True)
class Interpreter:
    """An interpreter of this machine, as it describes itself."""

    version: tuple[int, int, int]
    executable: str
    prefix: str
    free_threaded: bool
    gil: bool
    build: dict[str, str] = field(default_factory=dict)
    packages: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The version, with a t for a free-threaded build: 3.13.0, 3.14.0t."""
        return ".".join(map(str, self.version)) + "t" * self.free_threaded


def ask(executable: str | Path, seconds: float = ANSWER_SECONDS) -> Interpreter | None:
    """Run an interpreter that describes itself; None if it is not a Python.

    Raises TimeoutExpired if it does not answer within this time.
    """
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    try:
        answer = subprocess.run(
            [executable, "-c", DESCRIBE],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=max(0.0, seconds),
            env=environment,
            check=True,
        ).stdout
        found = json.loads(answer)
        return Interpreter(**{**found, "version": tuple(found["version"])})
    except (OSError, ValueError, TypeError, KeyError, subprocess.CalledProcessError):
        return None


def current() -> Interpreter:
    """The interpreter of this process."""
    found = _answer(sys.executable)
    if found is None:
        raise CannotRunError(f"{sys.executable} does not answer; run another Python")
    return found


def named(executable: str) -> Interpreter:
    """The interpreter at a path.

    Raises CannotRunError if the path is not an interpreter, or if its version is too
    old.
    """
    found = _answer(executable)
    if found is None:
        raise CannotRunError(
            f"{executable} is not a Python that answers; give the path of one"
        )
    if found.version[:2] < OLDEST:
        raise CannotRunError(
            f"{executable} is Python {found.name}; 3.11 or newer is needed"
        )
    return found


def named_together(executables: Iterable[str]) -> list[Interpreter]:
    """The interpreters at these paths, which are all asked at the same time.

    Raises CannotRunError as `named` does.
    """
    with ThreadPoolExecutor(MOST_ASKED) as asking:
        return list(asking.map(named, executables))


def discover(
    seconds: float = ANSWER_SECONDS,
    late: Callable[[Path], object] = lambda path: None,
) -> list[Interpreter]:
    """Every usable Python on PATH and in pyenv: the current one, then by version.

    All are asked at the same time.  `late` is called with each path that does not
    answer within `seconds`.  Of two interpreters with the same version only the first
    is used.  The reason is that the figures of both would have the same name, although
    their builds differ.
    """
    end = time.monotonic() + seconds

    def asked(path: Path) -> Interpreter | None:
        try:
            return ask(path, end - time.monotonic())
        except subprocess.TimeoutExpired:
            late(path)
            return None

    with ThreadPoolExecutor(MOST_ASKED) as asking:
        this = asking.submit(current)
        others = list(asking.map(asked, interpreter_paths()))
        first = this.result()
    found = {first.name: first}
    for other in others:
        if other is not None and other.version[:2] >= OLDEST:
            found.setdefault(other.name, other)
    rest = [other for other in found.values() if other is not first]
    return [first, *sorted(rest, key=lambda other: (other.version, other.name))]


def interpreter_paths() -> Iterator[Path]:
    """Files that may be other interpreters, each once; this function runs none of them.

    Left out are this interpreter, files whose names have a version that is too old, and
    the scripts of pyenv that call an interpreter of another folder.
    """
    folders = [Path(part) for part in os.environ.get("PATH", "").split(os.pathsep)]
    if root := _pyenv_root():
        folders = [folder for folder in folders if folder != root / "shims"]
        folders += [version / "bin" for version in _children(root / "versions")]
    seen = {Path(sys.executable).resolve()}
    for folder in folders:
        for path in _children(folder):
            if not NAMED.fullmatch(path.name) or not os.access(path, os.X_OK):
                continue
            if (real := path.resolve()) not in seen and not _is_too_old(real):
                seen.add(real)
                yield path


def _is_too_old(path: Path) -> bool:
    """Whether the name of a file says that its version is too old: `python3.9`."""
    found = NAMED.fullmatch(path.name)
    return found is not None and bool(found[1]) and (3, int(found[1])) < OLDEST


def _answer(executable: str) -> Interpreter | None:
    """The interpreter at a path; None if it is no Python or does not answer."""
    try:
        return ask(executable)
    except subprocess.TimeoutExpired:
        return None


def usable_cores() -> list[int]:
    """The cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def _pyenv_root() -> Path | None:
    """The root of pyenv: the folder above its `bin`; None without pyenv."""
    if root := os.environ.get("PYENV_ROOT"):
        return Path(root)
    program = shutil.which("pyenv")
    return Path(program).resolve().parents[1] if program else None


def _children(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def runtimes(
    interpreters: Iterable[Interpreter], loops: Sequence[str]
) -> list[Runtime]:
    """For each interpreter: threads, and each loop that it can run.

    Loops: asyncio, eager (from 3.12), uvloop, anyio (on asyncio), trio (under anyio).
    """
    return [
        runtime
        for interpreter in interpreters
        for runtime in (
            Runtime(
                python=interpreter.name,
                executable=interpreter.executable,
                gil=interpreter.gil,
            ),
            *(
                on_loop(interpreter, loop)
                for loop in loops
                if can_run(interpreter, loop)
            ),
        )
    ]


LOOPS = ("asyncio", "uvloop", "eager", "anyio", "trio")


NEEDS: dict[str, tuple[str, ...]] = {  # the packages that each loop needs
    "asyncio": (),
    "uvloop": ("uvloop",),
    "eager": (),
    "anyio": ("anyio",),
    "trio": ("anyio", "trio"),
}
EAGER_SINCE = (3, 12)


def can_run(interpreter: Interpreter, loop: str) -> bool:
    """Whether an interpreter has all that a loop needs."""
    return lacks(interpreter, loop) is None


def lacks(interpreter: Interpreter, loop: str) -> str | None:
    """What an interpreter lacks for a loop, and how to get it; None if nothing.

    Raises CannotRunError for a loop that is not among LOOPS.
    """
    if loop not in NEEDS:
        raise CannotRunError(f"there is no loop {loop!r}; there are {', '.join(LOOPS)}")
    if loop == "eager" and interpreter.version < EAGER_SINCE:
        return (
            f"--loop eager needs Python 3.12 or newer, {interpreter.executable} is "
            f"{interpreter.name}; name another with --python"
        )
    missing = [name for name in NEEDS[loop] if name not in interpreter.packages]
    if missing:
        return (
            f"--loop {loop} needs {' and '.join(missing)} in {interpreter.executable} "
            f"(Python {interpreter.name}): {interpreter.executable} -m pip install "
            f"{' '.join(missing)}"
        )
    return None


def check_loops(
    interpreters: Sequence[Interpreter], loops: Sequence[str], skip: bool
) -> list[str]:
    """What the interpreters lack for these loops, in one sentence each.

    If an interpreter cannot run one of the loops, CannotRunError is raised with its
    sentence.  With `skip` it is raised only if no interpreter can run that loop.
    `skip` is for a run that measures all interpreters of a machine, because few of them
    have every package.
    """
    found = []
    for loop in loops:
        lacking = [text for one in interpreters if (text := lacks(one, loop))]
        if lacking and not (skip and len(lacking) < len(interpreters)):
            raise CannotRunError(lacking[0])
        found += [f"{text}; {loop} is left out there" for text in lacking]
    return found


def on_loop(interpreter: Interpreter, loop: str) -> Runtime:
    """The runtime of an interpreter and one of LOOPS."""
    return Runtime(
        python=interpreter.name,
        executable=interpreter.executable,
        gil=interpreter.gil,
        loop="asyncio" if loop in ("eager", "anyio") else loop,
        anyio=loop in ("anyio", "trio"),
        eager=loop == "eager",
    )
