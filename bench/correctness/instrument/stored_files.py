"""Rewritten files, which are stored on disk between runs.

The name of a stored file is a digest of everything from which the file was made: the
source, its path, the version of Python and the rewriter.  So a stored file is never out
of date.  The second exploration of a program with large packages starts fast.
"""

import ast
import contextlib
import functools
import hashlib
import os
import sys
import tempfile
import time
from pathlib import Path

from bench.correctness.instrument.compiler import rewrite
from bench.correctness.instrument.relocation import RewrittenCode, StorableCode

LEAST_BYTES = 4_000  # a smaller source is rewritten faster than it is read from disk
DAYS_KEPT = 30  # a file stays on disk for this time after its last use
# The environment variable that names the directory; if it is empty, nothing is stored.
DIRECTORY = "EXPLORE_CACHE"


@functools.cache
def directory() -> Path | None:
    """Return the directory of the rewritten files; None: they are not stored."""
    named = os.environ.get(DIRECTORY)
    if named is not None:
        return Path(named) if named else None
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", "")
    else:
        base = os.environ.get("XDG_CACHE_HOME", "") or os.path.expanduser("~/.cache")
    return Path(base) / "threads-vs-asyncio" / "rewritten" if base else None


@functools.cache
def rewriter_version() -> bytes:
    """Return a digest of this Python's version and of the code that rewrites."""
    digest = hashlib.sha256(f"{sys.version}{sys.flags.optimize}".encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.digest()


def rewritten(source: bytes, file: str, wanted: tuple[str, ...] = ()) -> RewrittenCode:
    """Return the code of a source with its hooks; read it from the disk if possible.

    `wanted`: names of functions and classes; the code is limited to these.  If `wanted`
    is empty, the code is that of the whole module.  Raises SyntaxError or
    UnicodeDecodeError if the source is not Python.
    """
    place = directory() if len(source) >= LEAST_BYTES else None
    if place is None:
        return rewrite(part(source, file, wanted), file).link()
    digest = hashlib.sha256(rewriter_version())
    digest.update(f"{file}\0{' '.join(wanted)}\0".encode() + source)
    path = place / digest.hexdigest()
    stored = read(path)
    if stored is None:
        stored = rewrite(part(source, file, wanted), file)
        write(path, stored.dump())
    return stored.link()


def part(source: bytes, file: str, wanted: tuple[str, ...]) -> ast.Module:
    """Parse a module; if names are given, keep only the definitions of these names."""
    tree = ast.parse(source, file)
    if wanted:
        tree.body = [one for one in tree.body if getattr(one, "name", "") in wanted]
    return tree


def read(path: Path) -> StorableCode | None:
    """Return the code that is stored in a file on disk; None if there is none."""
    try:
        stored = StorableCode.load(path.read_bytes())
        if time.time() - path.stat().st_mtime > 86_400:
            os.utime(path)  # mark it as used, for `forget_old_files`
    except (OSError, ValueError, EOFError, TypeError):
        return None
    return stored


def write(path: Path, stored: bytes) -> None:
    """Write a whole file or no file; ignore the error of a full or locked disk."""
    with contextlib.suppress(OSError):
        if not path.parent.exists():
            path.parent.mkdir(parents=True, mode=0o700)
        forget_old_files(path.parent)
        descriptor, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        try:
            with open(descriptor, "wb") as part:
                part.write(stored)
            os.replace(name, path)
        except OSError:
            os.unlink(name)
            raise


@functools.cache
def forget_old_files(place: Path) -> None:
    """Remove files that were not used for DAYS_KEPT days; do so once in a process."""
    oldest = time.time() - DAYS_KEPT * 86_400
    for path in place.iterdir():
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < oldest:
                path.unlink()
