"""Rewritten code that can be stored: its sites get their numbers when it is loaded.

A site has a different number in each process.  So the compiled code contains a
placeholder in place of each number.  When the code is loaded, the placeholders among
its constants are replaced by the numbers.
"""

import marshal
import os
from dataclasses import dataclass
from types import CodeType
from typing import Any

from bench.correctness.instrument.sites import FileSites, Site

# The placeholder of the first site of a file; the next site has the next number, and so
# on.  It is very unlikely that a program itself has such a number among its constants.
PLACEHOLDER = 0x9D3A_71C5_0E84_B62F << 64
MOST_SITES = 1 << 32
STDLIB = os.path.dirname(os.__file__) + os.sep
INSTALLED = ("site-packages", "dist-packages")  # directories
# Of a site: its line, verb, key, and words.
SiteParts = tuple[int, str, str, str]


def is_users(file: str) -> bool:
    """Whether a file does not belong to the standard library."""
    return not file.startswith(STDLIB) or is_installed(file)


def is_installed(file: str) -> bool:
    """Whether a file belongs to an installed package."""
    return any(name in file for name in INSTALLED)


@dataclass(frozen=True)
class StorableCode:
    """The code of a rewritten file with placeholders, and the parts of its sites."""

    file: str
    code: CodeType
    sites: tuple[SiteParts, ...]

    def dump(self) -> bytes:
        """The code as bytes, for the same version of Python."""
        return marshal.dumps((self.file, self.code, self.sites))

    @classmethod
    def load(cls, stored: bytes) -> "StorableCode":
        """The code from bytes that `dump` made.

        Raises ValueError, EOFError or TypeError for other bytes.
        """
        file, code, sites = marshal.loads(stored)
        return cls(file, code, sites)

    def link(self) -> "RewrittenCode":
        """Give each site its number in this process; return the code that can run."""
        users = is_users(self.file)
        sites = FileSites(
            [
                Site(self.file, line, verb, key, users, words)
                for line, verb, key, words in self.sites
            ]
        )
        return RewrittenCode(with_numbers(self.code, sites.numbers.start), sites)


@dataclass(frozen=True)
class RewrittenCode:
    """The code of a rewritten file, and the sites that it refers to by number."""

    code: CodeType
    sites: FileSites

    def execute(self, names: dict[str, Any]) -> None:
        """Run the code in a namespace; the sites live as long as the namespace."""
        names["_x_sites"] = self.sites
        exec(self.code, names)


def with_numbers(code: CodeType, first: int) -> CodeType:
    """The same code, with sites numbered from `first` on."""
    return code.replace(
        co_consts=tuple(with_number(one, first) for one in code.co_consts)
    )


def with_number(constant: Any, first: int) -> Any:
    kind = type(constant)
    if kind is int:
        index = constant - PLACEHOLDER
        return first + index if 0 <= index < MOST_SITES else constant
    if kind is CodeType:
        return with_numbers(constant, first)
    return constant
