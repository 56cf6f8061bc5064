"""The calls of the program's predicates: code of the library tests their results."""

from collections.abc import Callable
from typing import Any

from bench.correctness.instrument.sites import INSPECTION_SITE
from bench.correctness.tracking.calls import call_callback
from bench.correctness.tracking.containers import read_container


def call_predicate(predicate: Callable[[], Any]) -> Any:
    """Call a predicate; report that the truth of its result is about to be tested."""
    return read_container(call_callback(predicate), INSPECTION_SITE)
