"""What is said of a primitive's inside is proved by the interpreter's own source."""

import queue
import sys

import pytest

from bench.shape import internals
from bench.shape.internals import find, made
from bench.shape.internals.evidence import HOLDS, Evidence

READ = sys.version_info < (3, 15)  # the versions whose source was read for the claims


@pytest.mark.skipif(not READ, reason="claims were written for 3.11 to 3.14")
@pytest.mark.parametrize("one", find(), ids=lambda one: one.primitive)
def test_each_claim_has_its_line_in_this_interpreter(one):
    """A claim that no line proves is a claim from memory."""
    assert one.made
    for said in one.made:
        assert said.words, (said.model, said.question)
        assert said.source


def test_a_claim_without_its_line_is_not_made():
    """Another version may do it otherwise: then nothing is said of it."""
    claim = Evidence("threads", HOLDS, "cheese", queue.Queue.put, r"self\.cheese")

    assert made(claim).words == ""
    assert made(claim).source == ""


def test_what_is_written_in_c_proves_nothing():
    """It has no source to read; the finder must not fail on it."""
    assert made(Evidence("threads", HOLDS, "cheese", len, "len")).words == ""


def test_a_line_can_be_looked_up():
    """The reader opens the file at that line and sees it."""
    (said,) = [
        said
        for one in internals.find()
        if one.primitive == "Queue"
        for said in one.made
        if said.model == "threads" and said.question == HOLDS
    ]

    assert said.source == "self.mutex = threading.Lock()"
    with open(queue.__file__, encoding="utf-8") as source:
        assert source.read().splitlines()[said.line - 1].strip() == said.source
