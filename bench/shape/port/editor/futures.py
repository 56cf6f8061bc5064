"""Futures of pools: futures of threads become tasks, futures of processes stay."""

import ast

from bench.shape.colour.events import Event
from bench.shape.port.colours import Colours
from bench.shape.port.editor.http_requests import HttpRequests
from bench.shape.port.rewriting import Note, Rewriting, Said, followed
from bench.shape.port.waits.process_pools import EXECUTOR, read_lazily
from bench.shape.port.waits.to_thread import put_in_thread
from bench.shape.port.workers.task_groups import POOL, makers

MIXED = (
    "asyncio.wait takes only tasks: for futures of processes write await"
    " asyncio.to_thread(concurrent.futures.wait, ...)"
)


class Futures(HttpRequests):
    """Edits the calls of methods of futures."""

    def __init__(self, colours: Colours, rewriting: Rewriting) -> None:
        super().__init__(colours, rewriting)
        made = makers(colours.graph)
        # whether every future becomes a task of a pool
        self.only_tasks = made == {POOL}
        self.no_tasks = made == {EXECUTOR}

    def _error(self, event: Event, node: ast.Call) -> None:
        assert isinstance(node.func, ast.Attribute)
        future = self.rewriting.kept(node.func.value)
        if not self.only_tasks:
            future = f"asyncio.wrap_future({future})"
        new = f"error_of({future})"
        limit = [*node.args, *(k.value for k in node.keywords)]
        if limit:
            new = f"asyncio.wait_for({new}, {ast.unparse(limit[0])})"
        wrapped = id(node) in followed(event.statement)
        self.rewriting.replace(node, f"(await {new})" if wrapped else f"await {new}")

    def _result(self, event: Event, node: ast.Call) -> Said:
        if not isinstance(node.func, ast.Attribute):
            return
        limit = [*node.args, *(k.value for k in node.keywords)]
        future = self.rewriting.kept(node.func.value)
        if not self.only_tasks:
            future = f"asyncio.wrap_future({future})"
        wrapped = id(node) in followed(event.statement)
        new = (
            f"asyncio.wait_for(asyncio.shield({future}), {ast.unparse(limit[0])})"
            if limit
            else future
        )  # when the time limit expires, the wait ends and the task continues
        self.rewriting.replace(node, f"(await {new})" if wrapped else f"await {new}")
        said = (
            "it is a task now: await gives its result, or raises its exception"
            if self.only_tasks
            else (
                "wrap_future converts a future of threads, and returns a task unchanged"
            )
        )
        yield event.line, Note(said)

    def _several(self, event: Event, node: ast.Call) -> Said:
        """Edit `concurrent.futures.wait(futures)`."""
        if self.no_tasks:
            yield from self._as_it_is(event, node)
            return
        if not self.only_tasks:
            yield event.line, MIXED
        self.rewriting.replace(node.func, "waited_for")
        self._await(node, event.statement)

    def _of_processes(self, event: Event, node: ast.Call, call: str) -> Said:
        """Run a wait for a pool of processes in a thread."""
        if not read_lazily(self.rewriting, node, call, event.statement):
            yield from self._as_it_is(event, node)

    def _as_it_is(self, event: Event, node: ast.Call) -> Said:
        if put_in_thread(self.rewriting, node, ""):
            self._await(node, event.statement)
        else:
            yield event.line, f"await asyncio.to_thread({ast.unparse(node.func)}, ...)"
