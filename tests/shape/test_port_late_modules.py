"""A module that the ported one imports is perhaps read only when a name is resolved."""

from bench.shape.colour.graph import CallGraph
from bench.shape.port.draft.drafts import drafts
from bench.shape.reading.source import Source
from bench.shape.resolution.program import Program

CLASS = """
import time
class Base:
    def wait(self):
        time.sleep(1)
def use(register, limit):
    register(limit)
"""


def test_a_module_that_is_read_while_names_are_looked_up_is_no_error(monkeypatch):
    graph = CallGraph(Program({"a": Source("a.py", CLASS)}), ())
    program, of = graph.program, graph.types.of

    def reading_another(*args):
        program._add(f"m{len(program.modules)}", Source("m.py", "def f(): pass"))
        return of(*args)

    monkeypatch.setattr(graph.types, "of", reading_another)
    (draft,) = drafts(graph)
    assert "async def wait" in draft
