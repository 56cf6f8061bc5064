"""Which installed packages are looked into, and which are taken as one step.

A package that is looked into is rewritten like the program's own modules.  The code of
one that is taken as one step is not: no worker runs between two of its accesses.  Its
locks, threads and clocks are the models all the same.
"""

import os
import re
import sys
import sysconfig
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

MOST_BYTES = 8_000_000  # of source: a package with more is one step, unless asked for
LEFT_OUT = {"tests", "test", "testing", "__pycache__"}  # directories without a part
INSTALLED_NAMES = ("site-packages", "dist-packages")
STDLIB = tuple(
    Path(sysconfig.get_path(kind)).resolve() for kind in ("stdlib", "platstdlib")
)
INSTALLED = tuple(
    Path(sysconfig.get_path(kind)).resolve() for kind in ("purelib", "platlib")
)


@dataclass(frozen=True)
class PackageChoice:
    """Which packages to look into.

    only: the installed packages that are looked into; None for all but large ones.
    skip: packages that are taken as one step, the program's own ones included.

    A name stands for a package and all in it, such as "sqlalchemy.pool".
    """

    only: tuple[str, ...] | None = None
    skip: tuple[str, ...] = ()

    def looks_into(self, name: str, path: Path) -> bool:
        """Whether to look into the module of this name, whose file this is."""
        if is_within(name, self.skip):
            return False
        if not is_installed(path):
            return True
        if self.only is not None:
            return is_within(name, self.only)
        return source_bytes(package_directory(name, path)) <= MOST_BYTES


DEFAULT_CHOICE = PackageChoice()


def is_within(name: str, packages: Iterable[str]) -> bool:
    """Whether a module is one of these packages, or in one of them."""
    return any(name == one or name.startswith(f"{one}.") for one in packages)


@lru_cache(maxsize=10_000)
def is_installed(path: Path) -> bool:
    """Whether a file is among the installed packages or the standard library.

    It may be a link to a file that is elsewhere, or be in a directory that is one.
    """
    return any(
        any(name in one.parts for name in INSTALLED_NAMES)
        or any(one.is_relative_to(place) for place in (*INSTALLED, *STDLIB))
        for one in (path, path.resolve())
    )


def package_directory(name: str, path: Path) -> Path:
    """The directory of the top-level package that a module is in, or its only file."""
    depth = name.count(".") + (path.name == "__init__.py")
    return path.parents[depth - 1] if depth else path


@lru_cache(maxsize=1_000)
def source_bytes(package: Path) -> int:
    """How many bytes of Python source a package has, its tests left out."""
    if package.is_file():
        return package.stat().st_size
    total = 0
    for directory, names, files in os.walk(package):
        names[:] = [name for name in names if name not in LEFT_OUT]
        for name in files:
            if name.endswith(".py"):
                total += os.stat(os.path.join(directory, name)).st_size
        if total > MOST_BYTES:
            break
    return total


# Modules of the explorer itself: a program, or a test of one, gets them as they are.
EXPLORER_MODULES = re.compile(r"bench(\.(correctness|records|errors)(\..*)?)?")
# Packages that run tests, not in them: a program gets them as they are.
TEST_RUNNERS = {
    "pytest", "_pytest", "pluggy", "hypothesis", "pytest_asyncio", "pytest_timeout",
    "xdist", "execnet", "coverage", "pydevd", "debugpy",
}  # fmt: skip
# The packages that the explorer itself, and the test runners that it works in, have
# imported: a program gets copies of its own.
OF_THE_EXPLORER = {
    "bench", "greenlet", "msgspec", "click", "rich", "rich_click", "markdown_it",
    "mdurl", "pygments", "psutil", "pytest", "_pytest", "pluggy", "iniconfig",
    "packaging", "xdist", "execnet", "hypothesis", "pytest_asyncio", "pytest_timeout",
    "_hypothesis_pytestplugin", "_hypothesis_globals", "_hypothesis_ftz_detector",
    "coverage", "typing_extensions", "__main__", "exceptiongroup", "py", "colorama",
    "pydevd", "_pydevd_bundle", "debugpy", "sortedcontainers",
}  # fmt: skip


def runs_for_real(name: str) -> bool:
    """Whether a module that is not of the standard library is never loaded anew."""
    return (
        name.partition(".")[0] in TEST_RUNNERS
        or EXPLORER_MODULES.fullmatch(name) is not None
    )


def is_the_explorers(name: str) -> bool:
    top = name.partition(".")[0]
    return (
        top in OF_THE_EXPLORER or top in sys.stdlib_module_names or top == "__mp_main__"
    )


def reached(first: Iterable[str], imports: Mapping[str, Iterable[str]]) -> set[str]:
    """These packages, and those that they import, themselves or through others."""
    found = set(first)
    waiting = list(found)
    while waiting:
        for name in imports.get(waiting.pop(), ()):
            if name not in found:
                found.add(name)
                waiting.append(name)
    return found


def importers_of(
    name: str, own: Collection[str], imports: Mapping[str, Collection[str]]
) -> set[str]:
    """The packages that import a module; the program alone, "", if it does so itself.

    own: what the program imports; imports: what each package does.
    """
    if name in own:
        return {""}
    return {one for one in reached(own, imports) if name in imports.get(one, ())}
