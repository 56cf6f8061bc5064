"""The process on a worker that searches shares: what it is told while it does."""

import os
from types import SimpleNamespace

import pytest

from bench.correctness.search.shares import RECALL
from bench.hosts import frames, share_process


class EndedError(Exception):
    """The process would have ended."""


class Asked(list):
    """What is to be done next."""

    put = list.append


def heard(*messages, present, monkeypatch):
    """What is to be done after these messages."""

    def end(status):
        raise EndedError

    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as stream:
        for message in messages:
            frames.write(stream, message)
    monkeypatch.setattr(share_process.os, "dup", lambda _: reading)
    monkeypatch.setattr(share_process.os, "_exit", end)
    asked = Asked()
    with pytest.raises(EndedError):
        share_process.listen(asked, present)
    return asked


def test_a_recalled_share_is_told_to_report(monkeypatch):
    """It does not wait in line behind the share that it is about."""
    search = SimpleNamespace(is_recalled=False)

    asked = heard("share", RECALL, present=[search], monkeypatch=monkeypatch)

    assert search.is_recalled
    assert asked == ["share"]


def test_a_share_that_is_recalled_when_it_was_reported_is_nothing(monkeypatch):
    """The next share has as much time as any other."""
    assert heard(RECALL, "next", present=[], monkeypatch=monkeypatch) == ["next"]
