"""The draft of a file: its edits by line, and the text that results from them."""

import ast
from collections.abc import Iterator

from bench.records.ports import Edit
from bench.shape.colour.graph import CallGraph
from bench.shape.port.analysis.library_primitives import (
    LibraryPrimitives,
    library_primitives,
)
from bench.shape.port.callables.async_variants import async_variants
from bench.shape.port.callables.special_names import entered_around, named_again
from bench.shape.port.callables.test_cases import TestCases
from bench.shape.port.callables.unknown_calls import UnknownCalls
from bench.shape.port.colours import Colours, colours
from bench.shape.port.draft.free_names import renamed, use_free_names
from bench.shape.port.draft.import_time_tasks import import_time_tasks
from bench.shape.port.draft.imports_and_helpers import assembled
from bench.shape.port.draft.keyboard_interrupts import keyboard_interrupts
from bench.shape.port.draft.main_block import main_block
from bench.shape.port.draft.ported_files import is_ported
from bench.shape.port.editor.function_edits import Editor
from bench.shape.port.editor.lambda_bodies import use_edited_bodies, workers_in
from bench.shape.port.http_client.responses import asked
from bench.shape.port.http_client.session_owners import never_closed
from bench.shape.port.http_client.session_settings import set_later
from bench.shape.port.http_client.sessions import closed, enters_session
from bench.shape.port.iteration.abstract_iterables import (
    abstract_loops,
    async_iterators,
)
from bench.shape.port.names.annotations import rename_annotations
from bench.shape.port.names.class_checks import class_checks
from bench.shape.port.names.exceptions import ExceptionNames
from bench.shape.port.names.neighbour_imports import faked, neighbour_imports
from bench.shape.port.names.renaming import Renaming
from bench.shape.port.rewriting import GONE, Note, Rewriting, above
from bench.shape.port.support import catalogue
from bench.shape.port.workers.deferred_starts import started_later
from bench.shape.port.workers.handed_functions import handed_over
from bench.shape.port.workers.removed_statements import removed_lines
from bench.shape.port.workers.task_groups import POOL, only_groups
from bench.shape.port.workers.thread_classes import THREAD
from bench.shape.port.workers.thread_hooks import thread_hooks
from bench.shape.port.workers.thread_identities import asks_a_thread, asks_who_runs
from bench.shape.port.workers.unjoined_threads import AT_THE_END, never_joined
from bench.shape.reading.source import Source
from bench.shape.reading.ticks import Tick, silent
from bench.shape.resolution.facts import expressions, live
from bench.shape.resolution.scopes import Scope, end, start


class Port:
    """The port of one module: its edits by line.  The plan is made from these too."""

    def __init__(
        self, graph: CallGraph, module: str, found: Colours, lending: LibraryPrimitives
    ) -> None:
        self.graph, self.module, self.colours = graph, module, found
        self.source: Source = graph.program.modules[module]
        self.rewriting = Rewriting(self.source)
        self.editor = Editor(found, self.rewriting)
        self.tests = TestCases(found, self.rewriting)
        self.unknown = UnknownCalls(found)
        use_edited_bodies(self.editor)
        self.naming = Renaming(graph, found, self.editor, lending)
        self.raised = ExceptionNames(found, self.rewriting)
        workers = self.editor.workers
        workers.by_object = asks_who_runs(graph, found)
        workers.deferred = (
            started_later(graph, found) or workers.by_object or asks_a_thread(graph)
        )
        self.names = renamed(self.source.tree)
        self.main = main_block(graph, found, module)
        self.editor.groups = only_groups(graph, module)
        if self.main is not None:
            self.editor.looped = self.main.lines
        # if the module itself binds the name TimeoutError, another name is needed
        if "TimeoutError" in graph.program.tops[module].bindings:
            self.editor.timed_out = "asyncio.TimeoutError"
        self.makers = async_iterators(found)
        self.said: dict[int, list[str]] = {}
        self.after = self.editor.after
        self.scope_of: dict[int, str] = {}  # line -> the key of the function around it
        self.gone: set[int] = set()  # lines that the port leaves out
        self.runs: list[ast.Call] = []  # the calls that this file passes to asyncio.run
        for scope in graph.own(module):
            self._scope(scope)
        self._end()

    def _end(self) -> None:
        """If the program ends in this module, let its end wait for running tasks.

        In a program with daemons, the end would also wait for the daemons.  Such a
        program gets comments instead, at the places that start tasks.
        """
        self.gone = removed_lines(self.source, self.editor.workers.removed)
        outliving = self.editor.workers.outliving
        read = self.graph.program.modules.values()
        daemons = any("daemon" in source.text for source in read)
        sure = not daemons and (self.main is not None or bool(self.runs))
        for line, text in outliving:
            self._say(line, Note(AT_THE_END) if sure else text)
        waits = sure and (bool(outliving) or never_joined(self.colours))
        if self.main is not None:
            self.main.to_the_end = waits
        for node in self.runs if waits else ():
            self.rewriting.insert(start(node), "to_the_end(")
            self.rewriting.insert(end(node), ")")
        use_free_names(self.rewriting, self._by_line, self.names)

    def _scope(self, scope: Scope) -> None:
        for line, text in self.editor.function(scope):
            self._say(line, text)
        if scope.parent is None or scope.is_class:
            self._started_here(scope)
        if isinstance(scope.node, ast.Lambda):
            if scope.key not in self.editor.workers.hoisted:
                for line, text in workers_in(self.editor, scope):
                    self._say(line, text)
            return
        self.editor.workers.bases(scope)
        self.tests.bases(scope)
        around = entered_around(self.colours, self.rewriting, scope)
        self.editor.imports |= around
        for line, text in (*self.tests.defined(scope), *self.unknown.of(scope)):
            self._say(line, text)
        rename_annotations(self.colours, self.rewriting, scope, self.naming.lent)
        for line, text in abstract_loops(self.colours, scope, self.makers):
            self._say(line, text)
        for line, text in class_checks(self.colours, scope, self.makers):
            self._say(line, text)
        for statement, path in live(scope):
            self.editor.workers.assigned(statement, scope, path)
            named_again(self.colours, self.rewriting, statement, scope)
            neighbours = neighbour_imports(self.colours, scope, statement)
            for line, text in (*neighbours, *thread_hooks(self.colours, statement)):
                self._say(line, text)
            if self.colours.is_async(scope.key):
                for line, text in self.editor.delegated(statement, scope):
                    self._say(line, text)
            if enters_session(statement, self.colours, scope, path):
                self.editor.session_entered(statement, scope)
            for line, text in self.raised.used(statement, scope, path):
                self._say(line, text)
            for node in expressions(statement):
                if self._is_hoisted(node):
                    for line, text in self.editor.workers.lambdas.hoisted(
                        node, statement
                    ):
                        self._say(line, text)
            for node in expressions(statement):
                if isinstance(node, ast.Lambda):
                    self.naming.named_in_lambda(node, scope, statement)
                if isinstance(node, ast.Call):
                    self.editor.iterators.kept(node, scope, path)
                    tested = self.tests.call(node, statement, scope, path)
                    handed = handed_over(self.editor.workers, node, scope, path)
                    for line, text in (*tested, *handed):
                        self._say(line, text)
                if isinstance(node, ast.Call) and id(node) not in self.editor.waiting:
                    made = self.editor.workers.call(node, scope, path, statement)
                    beside = async_variants(self.colours, node, scope, path)
                    left = never_closed(self.colours, node, statement, scope, path)
                    bare = import_time_tasks(self.editor, node, scope)
                    for line, text in (*made, *bare, *beside, *left):
                        self._say(line, text)
                if isinstance(node, ast.Attribute):
                    self.editor.workers.read(node, scope, path)
                    for line, text in faked(self.colours, node, scope, path):
                        self._say(line, text)
                    later = set_later(self.colours, node, scope, path)
                    told = self.colours, self.editor, node, scope, path, statement
                    for line, text in (*asked(*told), *later):
                        self._say(line, text)
                if isinstance(node, ast.Name | ast.Attribute) and self.naming.named(
                    node, scope, statement
                ):
                    said = closed(self.colours, self.after, statement, scope, path)
                    self._say(node.lineno, said)
                self._lent(node)
            for handler in getattr(statement, "handlers", ()):
                if handler.type is None:
                    continue
                for line, text in keyboard_interrupts(
                    self.editor, handler, statement, scope
                ):
                    self._say(line, text)
                if self.naming.caught(handler.type, statement, scope):
                    for line, text in self.raised.asked(handler):
                        self._say(line, text)

    def _is_hoisted(self, node: ast.AST) -> bool:
        """Whether an async function replaces a lambda."""
        scope = self.graph.program.of_node.get(id(node))
        return scope is not None and scope.key in self.editor.workers.hoisted

    def _lent(self, node: ast.AST) -> None:
        """Add the comment on a primitive that is passed to a library."""
        one = self.naming.lent.get(id(node))
        if one and one.told and self.colours.waits:
            self._say(getattr(node, "lineno", 0), one.told)

    def _say(self, line: int, text: str) -> None:
        known = self.said.setdefault(line, [])
        if text not in known:
            known.append(text)

    def _told(self, line: int) -> list[str]:
        """The comments on a line; they quote expressions as the edits write them."""
        return [
            type(text)(self.rewriting.resolved(text))
            for text in self.said.get(line, ())
        ]

    def _started_here(self, scope: Scope) -> None:
        """Put `asyncio.run` around the coroutines that code makes on import."""
        for event in self.graph.events.get(scope.key, ()):
            if event.line in self.editor.looped:
                continue
            called = [k for k in event.reach.functions if self.colours.is_async(k)]
            if called and isinstance(event.node, ast.Call) and event.how == "call":
                self.rewriting.insert(start(event.node), "asyncio.run(", first=True)
                self.rewriting.insert(end(event.node), ")")
                self.runs.append(event.node)

    def text(self, line: int) -> str:
        """One line as the port has it, with the lines that the port adds after it."""
        if line in self.gone:
            return GONE
        more = f"\n{self.after[line]}" if line in self.after else ""
        return self._own(line) + more

    def _own(self, line: int) -> str:
        indent = self.source.lines[line - 1]
        indent = indent[: len(indent) - len(indent.lstrip())]
        for whole in self._by_line[:3]:
            if line in whole:
                parts = self.rewriting.resolved(whole[line]).split("\n")
                return "\n".join(indent + part for part in parts)
        new = self.rewriting.line(line)
        if line in self.editor.wrapped:
            around = self.rewriting.resolved(self.editor.wrapped[line])
            new = indent + around + new.lstrip()
        return new

    @property
    def _by_line(self) -> tuple[dict[int, str], ...]:
        whole = self.tests.whole, self.editor.workers.whole, self.editor.whole
        return *whole, self.editor.wrapped, self.after

    @property
    def touched(self) -> list[int]:
        return sorted(self.rewriting.lines.union(self.said, *self._by_line))

    @property
    def made(self) -> dict[tuple[str, int], str]:
        """(Class of threads, line that names this class) -> the replacement."""
        workers = self.editor.workers
        threads = {(THREAD, line): new for line, new in workers.made.items()}
        made = {**self.naming.made, **threads}
        if workers.in_groups:
            made |= {one: "asyncio.TaskGroup" for one in made if one[0] == POOL}
        return made

    def edit(self, line: int) -> Edit:
        now, new = self.source.lines[line - 1], self.text(line)
        left_out = ["this line is left out"] if line in self.gone else []
        return Edit(
            line=line,
            now=now.strip(),
            becomes=new.strip() if new not in (now, GONE) else "",
            do="; ".join([*left_out, *self._told(line)]),
        )

    def draft(self) -> str:
        """The file with every edit that needs no decision; other edits are comments."""
        out: list[str] = []
        main, at, imported = self.main, 0, 0
        docstring = catalogue.after_docstring(self.source.tree)
        imports = max(docstring, catalogue.after_imports(self.source.tree))
        for number, line in enumerate(self.source.lines, 1):
            indent = line[: len(line) - len(line.lstrip())]
            said = above(self._told(number), indent)
            for text in (*said, self.text(number)):
                if text == GONE:
                    continue
                if main is None:
                    out.append(text)
                else:
                    main.put(out, number, text)
            if main is not None and number == main.lines.stop - 1:
                out += main.end(self.names)
            at = len(out) if number == docstring else at
            imported = len(out) if number == imports else imported
        wanted = self.editor.imports | self.tests.imports
        return assembled(out, at, imported, self.names, wanted, self.source.lines)


def drafts(graph: CallGraph, tick: Tick = silent) -> list[str]:
    """The text of each given module with every edit that needs no decision."""
    return [
        port.source.text if is_ported(graph, port.module) else port.draft()
        for port in ports(graph, tick)
    ]


def ports(graph: CallGraph, tick: Tick) -> Iterator[Port]:
    found, lending = colours(graph), library_primitives(graph)
    modules = graph.program.given
    for number, module in enumerate(modules, 1):
        yield Port(graph, module, found, lending)
        tick("files planned", number, len(modules))
