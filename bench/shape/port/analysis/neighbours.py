"""Modules that are read along with those that are given, and their drafts."""

from bench.records.shapes import BlockingCall
from bench.shape.colour.graph import CallGraph

PREFIX = "a"  # of a draft's file name, as the commands of the plan write it


def through_neighbour(graph: CallGraph, call: BlockingCall) -> str:
    """What to do about a call that blocks in a module that is read along."""
    module = call.through[0].rpartition(":")[0] if call.through else ""
    if not module or module in graph.program.given:
        return call.instead
    return f"import its port, as {draft_name(module)}, in place of {module}"


def draft_name(module: str) -> str:
    """The name of the module that is the draft of another."""
    owner, dot, last = module.rpartition(".")
    return f"{owner}{dot}{PREFIX}{last}"
