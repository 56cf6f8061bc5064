"""A fault that is planted in this project, to see which tests notice it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One fault: what is wrong then, the change that makes it, the tests to run.

    `before` stands once in the file, and becomes `after`.
    """

    name: str
    file: str
    before: str
    after: str
    tests: tuple[str, ...]
