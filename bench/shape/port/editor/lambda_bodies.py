"""The body of a lambda, with the usual edits, in the form of an async function."""

import ast

from bench.shape.port.colours import Colours
from bench.shape.port.editor.function_edits import Editor
from bench.shape.port.rewriting import Note, Rewriting, Said
from bench.shape.resolution.facts import expressions
from bench.shape.resolution.scopes import Scope, end, start


def use_edited_bodies(editor: Editor) -> None:
    """Let an editor write the lambdas of its file with its own edits."""
    editor.workers.lambdas.body = lambda scope: body_of(editor, scope)


def body_of(editor: Editor, scope: Scope) -> tuple[str, list[str]]:
    """The code of a lambda's body on one line, and the comments that remain."""
    node = scope.node
    assert isinstance(node, ast.Lambda)
    apart = _apart(editor, editor.colours, scope)
    said = [text for _, text in apart.function(scope)]
    said += [text for _, text in workers_in(apart, scope)]
    return _text(apart.rewriting, node.body), [
        text for text in said if not isinstance(text, Note)
    ]


def workers_in(editor: Editor, scope: Scope) -> Said:
    """The edits of threads, pools and queues in a lambda that stays a lambda."""
    node = scope.node
    assert isinstance(node, ast.Lambda)
    statement = ast.copy_location(ast.Return(node.body), node.body)
    for part in expressions(statement):
        if isinstance(part, ast.Call) and id(part) not in editor.waiting:
            yield from editor.workers.call(part, scope, (), statement)
        elif isinstance(part, ast.Attribute):
            editor.workers.read(part, scope, ())


def _apart(editor: Editor, colours: Colours, scope: Scope) -> Editor:
    """A separate editor for one lambda; the caller uses only its edits."""
    apart = Editor(colours, Rewriting(editor.rewriting.source))
    apart.groups, apart.timed_out = editor.groups, editor.timed_out
    apart.in_function = frozenset({scope.key})
    apart.workers.deferred = editor.workers.deferred
    apart.workers.by_object = editor.workers.by_object
    apart.workers.in_groups = editor.workers.in_groups
    use_edited_bodies(apart)
    return apart


def _text(rewriting: Rewriting, body: ast.expr) -> str:
    """An expression after the edits, on one line."""
    (line, first), (until, last) = start(body), end(body)
    if line == until:
        return rewriting.resolved(rewriting.kept(body))
    lines = [rewriting.line(n, first if n == line else 0) for n in range(line, until)]
    ending = rewriting.resolved(f"\1{until},0,{last}\1")
    text = "\n".join([*lines, ending])
    try:
        return ast.unparse(ast.parse(f"({text})", mode="eval"))
    except SyntaxError:  # the edit has several lines
        return ast.unparse(body)
