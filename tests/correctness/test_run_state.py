"""The state of a run belongs to the kernel: other code changes it by its methods."""

import ast
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "bench"
ENGINE = BENCH / "correctness" / "engine"
# Methods of lists, dicts, sets and deques that change them.
CHANGING = {
    "add", "append", "appendleft", "clear", "difference_update", "discard", "extend",
    "extendleft", "insert", "intersection_update", "pop", "popitem", "popleft",
    "remove", "reverse", "rotate", "setdefault", "sort", "symmetric_difference_update",
    "update",
}  # fmt: skip


def state_in(node: ast.AST) -> str | None:
    """The attribute of `kernel` that an expression is, or is an item of."""
    while isinstance(node, ast.Subscript | ast.Starred):
        node = node.value
    if (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "kernel"
    ):
        return node.attr
    return None


def changes(source: str) -> list[str]:
    """The lines that change an attribute of `kernel`, or what it holds."""
    found = []
    for node in ast.walk(ast.parse(source)):
        attribute = None
        if isinstance(node, ast.Attribute | ast.Subscript):
            if isinstance(node.ctx, ast.Store | ast.Del):
                attribute = state_in(node)
        elif isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Attribute) and function.attr in CHANGING:
                attribute = state_in(function.value)
            elif isinstance(function, ast.Name) and function.id in (
                "setattr",
                "delattr",
            ):
                target = node.args[0]
                if isinstance(target, ast.Name) and target.id == "kernel":
                    attribute = function.id
        if attribute is not None:
            found.append(f"{node.lineno}: kernel.{attribute}")
    return found


def files() -> list[Path]:
    """The modules outside the engine that know the kernel."""
    return [
        path
        for path in sorted(BENCH.rglob("*.py"))
        if not path.is_relative_to(ENGINE)
        and "kernel" in path.read_text(encoding="utf-8")
    ]


def test_only_the_engine_changes_the_state_of_a_run():
    """One who asks why an attribute has its value reads the engine, and no more."""
    known = files()
    assert len(known) > 20

    found = {
        str(path.relative_to(BENCH)): lines
        for path in known
        if (lines := changes(path.read_text(encoding="utf-8")))
    }

    assert found == {}


@pytest.mark.parametrize(
    "line",
    [
        "kernel.stop = None",
        "kernel.alone: bool = True",
        "kernel.now += 1",
        "first, kernel.stop = 1, None",
        "first, *kernel.workers = rest",
        "for kernel.current in workers: pass",
        "with opened() as kernel.fibers: pass",
        "del kernel.stop",
        "kernel.names[1] = 'one'",
        "kernel.names[1] += 1",
        "del kernel.names[1]",
        "kernel.workers[:] = []",
        "kernel.loop_of[1][2] = 3",
        "kernel.workers.append(worker)",
        "kernel.points.add(point)",
        "kernel.names.pop(1)",
        "kernel.loop_of[1].clear()",
        "setattr(kernel, 'stop', None)",
    ],
)
def test_every_way_to_change_the_state_is_found(line):
    """A check that overlooks one form would say that all is well."""
    assert len(changes(line)) == 1


@pytest.mark.parametrize(
    "line",
    [
        "worker = kernel.current",
        "kernel.current.learn(clock)",
        "kernel.add_worker(worker)",
        "name = kernel.names.get(id(thing))",
        "first = kernel.workers[0]",
        "self.kernel = kernel",
        "worker.rounds.append(kernel.transition.index)",
    ],
)
def test_reading_the_state_and_calling_the_kernel_are_allowed(line):
    """Models read the state of the run, and change it by its methods."""
    assert changes(line) == []
