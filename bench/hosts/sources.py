"""The sources that must be equal on all hosts: this project, and the user's files.

This module imports only the standard library, because each process on a host imports it
first.
"""

import hashlib
import platform
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path

TOP = Path(__file__).parents[2]
# the packages of this project
PROJECT = ("bench", "threaded", "asyncio_impl", "fetching")


@cache
def project_digest() -> str:
    """Return the digest of all sources of this project that this process uses."""
    files = [
        file
        for package in PROJECT
        for file in sorted((TOP / package).rglob("*.py"))
        if "__pycache__" not in file.parts
    ]
    whole = hashlib.sha256()
    for file in files:
        whole.update(f"{file.relative_to(TOP).as_posix()}\0".encode())
        whole.update(file.read_bytes())
    return whole.hexdigest()


def python_version() -> str:
    """Return the version of this interpreter, for example `3.11.7`."""
    return platform.python_version()


def digests(files: Iterable[str]) -> dict[str, str]:
    """Return the digest of each file that can be read."""
    found = {}
    for file in sorted(files):
        with suppress(OSError):
            found[file] = hashlib.sha256(Path(file).read_bytes()).hexdigest()
    return found


def changed(known: dict[str, str]) -> str | None:
    """Name the first of these files that differs on this host; None: all are equal."""
    here = digests(known)
    for file, digest in known.items():
        if file not in here:
            return f"there is no {file}"
        if here[file] != digest:
            return f"{file} differs: {digest[:8]} here, {here[file][:8]} there"
    return None
