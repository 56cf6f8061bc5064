"""A fault that is planted in this project, to see which tests notice it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One fault: its name, the change that makes it, and the tests to run.

    `before` must occur exactly once in the file; it is replaced by `after`.
    """

    name: str
    file: str
    before: str
    after: str
    tests: tuple[str, ...]
