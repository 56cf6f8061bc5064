"""What the primitives are made of, found in the running interpreter's own source.

The statements are written in this project.  For each statement, a line of the
interpreter's source must prove it.  If the source of this version has no such line, the
statement is reported as not found.
"""

import asyncio
import inspect
import platform
import re
import sys
import threading
from pathlib import Path

from bench.records.primitives import Internals, Made
from bench.shape.internals import evidence
from bench.shape.internals.evidence import HOLDS, WAITS, WAKES, Evidence


def find() -> list[Internals]:
    """What each primitive is made of in this interpreter, in both models."""
    return [
        _internals("Lock", *_system_lock(), *map(made, evidence.LOCK)),
        _internals("RLock", *map(made, evidence.RLOCK), _no_rlock()),
        _internals("Condition", *map(made, evidence.CONDITION)),
        _internals("Semaphore", *map(made, evidence.SEMAPHORE)),
        _internals("BoundedSemaphore", *map(made, evidence.BOUNDED_SEMAPHORE)),
        _internals("Event", *map(made, evidence.EVENT)),
        _internals("Queue", *map(made, evidence.QUEUE)),
    ]


def made(one: Evidence) -> Made:
    """Prove a statement by the first line of its code that matches."""
    try:
        lines, first = inspect.getsourcelines(one.code)
        file = inspect.getsourcefile(one.code) or ""
    except (OSError, TypeError):  # written in C, or installed without its source
        lines, first, file = [], 0, ""
    for number, line in enumerate(lines, max(first, 1)):
        if re.search(one.line, line):
            return Made(
                model=one.model,
                question=one.question,
                words=one.words,
                file="/".join(Path(file).parts[-2:]),
                line=number,
                source=line.strip(),
            )
    return Made(model=one.model, question=one.question)


def _internals(primitive: str, *found: Made) -> Internals:
    return Internals(
        primitive=primitive, python=platform.python_version(), made=tuple(found)
    )


def _system_lock() -> list[Made]:
    """What the interpreter reports of a Lock, which is written in C."""
    info = sys.thread_info
    source = f"sys.thread_info: {info.name}, {info.lock}, {info.version}"
    words = (
        (HOLDS, f"a lock of the system: {info.lock or 'of its own kind'}"),
        (WAITS, "the system, in C, where inspect cannot look"),
        (WAKES, "release, in C as well"),
    )
    return [
        Made(
            model="threads",
            question=question,
            words=said,
            source=source if question == HOLDS else str(type(threading.Lock())),
        )
        for question, said in words
    ]


def _no_rlock() -> Made:
    """The statement that asyncio has no RLock; no words if this version has one."""
    if hasattr(asyncio, "RLock"):
        return Made(model="asyncio", question=HOLDS)
    return Made(
        model="asyncio",
        question=HOLDS,
        words=(
            "there is none; the one in this project counts the entries of the current"
            " task"
        ),
        source='hasattr(asyncio, "RLock") is False',
    )
