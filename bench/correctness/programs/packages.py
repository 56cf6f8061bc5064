"""Which installed packages are looked into, and which are taken as one step.

A package that is looked into is rewritten, like the program's own modules.  A package
that is taken as one step is not rewritten.  So no other worker runs between its
accesses.  But its locks, threads and clocks are models in both cases.
"""

import os
import re
import sys
import sysconfig
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

MOST_BYTES = 8_000_000  # a package with more source is one step, except on request
LEFT_OUT = {"tests", "test", "testing", "__pycache__"}  # their files are not counted
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

    only: the installed packages to look into; None for all except large ones.
    skip: packages to take as one step; they may be the program's own packages.

    A name such as "sqlalchemy.pool" stands for that package and all modules in it.
    """

    only: tuple[str, ...] | None = None
    skip: tuple[str, ...] = ()

    def looks_into(self, name: str, path: Path) -> bool:
        """Whether to look into the module `name`, whose file is `path`."""
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

    The path may contain symbolic links, so the path without links is tested as well.
    """
    return any(
        any(name in one.parts for name in INSTALLED_NAMES)
        or any(one.is_relative_to(place) for place in (*INSTALLED, *STDLIB))
        for one in (path, path.resolve())
    )


def package_directory(name: str, path: Path) -> Path:
    """Return the directory of a module's top-level package, or its only file."""
    depth = name.count(".") + (path.name == "__init__.py")
    return path.parents[depth - 1] if depth else path


@lru_cache(maxsize=1_000)
def source_bytes(package: Path) -> int:
    """Return the number of bytes of a package's Python source, without its tests."""
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


# Modules of the explorer itself.  Programs and their tests get the real modules.
EXPLORER_MODULES = re.compile(r"bench(\.(correctness|records|errors)(\..*)?)?")
# Packages that run tests.  A program gets the real packages.
TEST_RUNNERS = {
    "pytest", "_pytest", "pluggy", "hypothesis", "pytest_asyncio", "pytest_timeout",
    "xdist", "execnet", "coverage", "pydevd", "debugpy",
}  # fmt: skip
# Packages that the explorer, or a test runner around the explorer, has imported.  A
# program gets its own copies of them, except where `runs_for_real` is true.
OF_THE_EXPLORER = {
    "bench", "greenlet", "msgspec", "click", "rich", "rich_click", "markdown_it",
    "mdurl", "pygments", "psutil", "pytest", "_pytest", "pluggy", "iniconfig",
    "packaging", "xdist", "execnet", "hypothesis", "pytest_asyncio", "pytest_timeout",
    "_hypothesis_pytestplugin", "_hypothesis_globals", "_hypothesis_ftz_detector",
    "coverage", "typing_extensions", "__main__", "exceptiongroup", "py", "colorama",
    "pydevd", "_pydevd_bundle", "debugpy", "sortedcontainers",
}  # fmt: skip


def runs_for_real(name: str) -> bool:
    """Whether a program gets the real module, which is never loaded again."""
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
    """Return the packages in `first`, and what they import directly or indirectly."""
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
    """Return the packages in use that import a module.

    The result is {""} if the program itself imports the module.  `own` is what the
    program imports, and `imports` is what each package imports.
    """
    if name in own:
        return {""}
    return {one for one in reached(own, imports) if name in imports.get(one, ())}
