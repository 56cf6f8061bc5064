"""Files that are already ported: a plan and a draft leave them unchanged."""

from bench.shape.colour.graph import CallGraph
from bench.shape.port.analysis.neighbours import PREFIX
from bench.shape.port.rewriting import MARK
from bench.shape.port.support.catalogue import SUPPORT


def is_ported(graph: CallGraph, module: str) -> bool:
    """Whether a file has async functions and was made from a threaded file.

    The file was made from a threaded file if one of these is true:
    - it defines functions or classes of the support of drafts;
    - it has comments of a draft;
    - it has a draft's name, and the threaded file of that name is beside it.
    """
    if not any(scope.is_async for scope in graph.own(module)):
        return False
    program = graph.program
    owner, dot, last = module.rpartition(".")
    file = program.modules[module].name.rpartition("/")[2].removesuffix(".py")
    beside = {f"{owner}{dot}{name.removeprefix(PREFIX)}" for name in (last, file)}
    brings = SUPPORT.keys() & program.tops[module].bindings.keys()
    return (
        bool(brings)
        or f"{MARK.strip()} " in program.modules[module].text
        or bool((beside - {module}) & program.modules.keys())
    )
