"""Classes that are threads of their own: on tasks, where their `run` waits."""

import ast

from bench.shape.port.colours import Colours
from bench.shape.port.rewriting import Rewriting
from bench.shape.resolution.evaluate import Types
from bench.shape.resolution.members import linear, members
from bench.shape.resolution.scopes import Scope
from bench.shape.resolution.values import ClassRef, FunctionRef, Library, one

THREAD = "threading.Thread"


class ThreadClasses:
    """Edits the bases of such classes."""

    def __init__(self, colours: Colours, rewriting: Rewriting) -> None:
        self.colours, self.rewriting = colours, rewriting
        self.types: Types = colours.graph.types

    def runs_in_task(self, key: str) -> bool:
        """Whether a class is a thread of its own whose `run` becomes async."""
        is_thread = any(
            isinstance(base, Library) and base.name == THREAD
            for base in linear(self.types, key)
        )
        return is_thread and any(
            isinstance(v, FunctionRef) and self.colours.is_async(v.key)
            for v in members(self.types, one(ClassRef(key)), "run")
        )

    def bases(self, scope: Scope) -> None:
        """`class Walker(Thread)`: on tasks, where its `run` waits."""
        node = scope.node
        if not isinstance(node, ast.ClassDef) or not self.runs_in_task(scope.key):
            return
        outer = scope.parent or scope
        for base in node.bases:
            values = self.types.of(base, outer, scope.path)
            if any(isinstance(v, Library) and v.name == THREAD for v in values):
                self.rewriting.replace(base, "TaskThread")
        for part in ast.walk(node):
            if (
                isinstance(part, ast.Attribute)
                and part.attr == "__init__"
                and ast.unparse(part.value) in (THREAD, "Thread")
            ):
                self.rewriting.replace(part.value, "TaskThread")
