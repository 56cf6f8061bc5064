"""What must be equal on all hosts: the project itself, and the user's files."""

import hashlib
import platform
from functools import cache
from pathlib import Path

from bench.correctness.search.shared import digests

TOP = Path(__file__).parents[2]
PROJECT = ("bench", "threaded", "asyncio_impl", "fetching")  # its packages


@cache
def project_digest() -> str:
    """The digest of all sources of this project, as this process has them."""
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
    """The version of this interpreter: `3.11.7`."""
    return platform.python_version()


def changed(known: dict[str, str]) -> str | None:
    """The first of these files that is another one here, in words."""
    here = digests(known)
    for file, digest in known.items():
        if file not in here:
            return f"there is no {file}"
        if here[file] != digest:
            return f"{file} differs: {digest[:8]} here, {here[file][:8]} there"
    return None
