"""Modules that are read together with the given ones, and their drafts."""

from bench.records.shapes import BlockingCall
from bench.shape.colour.graph import CallGraph

PREFIX = "a"  # the beginning of a draft's file name, as in the plan's commands


def through_neighbour(graph: CallGraph, call: BlockingCall) -> str:
    """The advice for a blocking call in a module that was read but not given."""
    module = call.through[0].rpartition(":")[0] if call.through else ""
    if not module or module in graph.program.given:
        return call.instead
    return f"import its port, as {draft_name(module)}, in place of {module}"


def draft_name(module: str) -> str:
    """The name of a module's draft."""
    owner, dot, last = module.rpartition(".")
    return f"{owner}{dot}{PREFIX}{last}"
