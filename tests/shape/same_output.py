"""Runs a program and its draft, which nobody edits, and compares what they print."""

import subprocess
import sys
from textwrap import dedent

from bench.shape.colour.graph import CallGraph
from bench.shape.port.draft.drafts import drafts
from bench.shape.reading.source import from_text
from bench.shape.resolution.program import Program


def draft_of(text):
    """The draft of one file."""
    source = from_text("jobs.py", dedent(text).lstrip("\n"))
    (draft,) = drafts(CallGraph(Program({"": source})))
    return draft


def told(draft):
    """The text of a draft's comments, one after another."""
    lines = [one.strip() for one in draft.splitlines()]
    return " ".join(one.lstrip("# ") for one in lines if one.startswith("#"))


def printed(folder, name, text):
    """What a program prints; it must end well, and warn of nothing."""
    file = folder / f"{name}.py"
    file.write_text(text, encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-W", "error", file],
        capture_output=True,
        text=True,
        timeout=30,  # seconds
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


def prints_the_same(folder, text):
    """The draft of a program, which prints what the program prints."""
    draft = draft_of(text)
    expected = printed(folder, "threaded", dedent(text).lstrip("\n"))
    assert expected
    assert printed(folder, "ported", draft) == expected
    return draft
