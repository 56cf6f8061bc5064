# ruff: noqa: E501  # a program on one line is easier to compare than a wrapped one
"""What is put into an object by `rows[key] = value`: an item of a container only."""

from textwrap import dedent

import pytest

from bench.shape.colour import spread
from bench.shape.reading.source import from_text

BOX = """
import threading, time
from collections import defaultdict, deque

class Box:
    def __init__(self, **rows): self.rows = rows
    def __setitem__(self, key, value): self.rows[key] = value
    def save(self): time.sleep(1)

class Names(dict):  # has no base in common with a box: no call is followed by its name
    def save(self): pass

class Shelf:
    boxes: dict[str, list[Box]] = defaultdict(list)
"""


def waits(body):
    found = spread({"": from_text("test", BOX + dedent(body))})
    return {one.function for one in found}


KNOWN = {
    "an item that is set": "box = Box()\n    box['a'] = 1\n    box.save()",
    "one that is set later": "box = Box()\n    box.save()\n    box['a'] = 1",
    "one that may be set": "box = Box()\n    if box:\n        box['a'] = 1\n    box.save()",
    "of a dict": "boxes = {}\n    boxes['a'] = Box()\n    boxes['a'].save()",
    "of a dict, read back": "boxes = {}\n    boxes[1] = Box()\n    for b in boxes.values(): b.save()",
    "of a factory": "boxes = defaultdict(Box)\n    boxes['a'].save()",
    "of a lambda": "boxes = defaultdict(lambda: [Box()])\n    boxes['a'][0].save()",
    "as annotated": "for row in Shelf().boxes.values():\n        for b in row: b.save()",
}


@pytest.mark.parametrize("body", KNOWN.values(), ids=KNOWN)
def test_what_is_called_is_known_after_an_item_is_put_in(body):
    """`box["a"] = 1` makes no dict of a box: its methods are still its own."""
    assert "work" in waits(f"def work():\n    {body}\n")


PLAIN = {
    "keys": "boxes = {'a': Box()}\n    boxes['b'] = Box()\n    for name in boxes: name.save()",
    "another method": "box = Box()\n    box['save'] = 1\n    box.load()",
}


@pytest.mark.parametrize("body", PLAIN.values(), ids=PLAIN)
def test_an_item_is_not_what_a_loop_over_a_dict_gives(body):
    """A loop over a dict gives its keys, also where items were put in later."""
    assert "work" not in waits(f"def work():\n    {body}\n")


GIVEN = {
    "a field": "def work(): Job(ask).run()",
    "a field by its name": "def work(): Job(run=ask).run()",
    "behind the rest": "def work():\n    *_, run, n = (1, 2, 3, ask, 4)\n    run()",
    "of what is kept": "kept = (1, 2, ask, 4)\ndef work():\n    *_, run, n = kept\n    run()",
    "of a heap": "heap = []\nheapq.heappush(heap, (1, ask))\ndef work():\n    heapq.heappop(heap)[1]()",
}


@pytest.mark.parametrize("body", GIVEN.values(), ids=GIVEN)
def test_a_function_that_is_put_somewhere_is_followed(body):
    """What waits there waits where it is called."""
    head = """
import heapq
from dataclasses import dataclass
from typing import Callable
def ask(): time.sleep(1)
@dataclass
class Job:
    run: Callable[[], None]
"""

    assert "work" in waits(f"{head}\n{body}\n")


def test_what_stands_before_the_rest_is_not_what_stands_behind():
    """`*_, name, n` names the last two of what is unpacked, however many there are."""
    body = "kept = (1, ask, 3, 4)\ndef work():\n    *_, run, n = kept\n    run()\n"

    assert "work" not in waits(f"def ask(): time.sleep(1)\n{body}")
