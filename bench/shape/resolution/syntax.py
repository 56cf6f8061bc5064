"""Simple facts from the syntax tree: constants, imports, defaults."""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
SKIPPING = {*COMPREHENSIONS, ast.BoolOp, ast.Compare, ast.IfExp, ast.comprehension}
# calls that make a context manager that swallows exceptions of its block
SWALLOWS = frozenset(
    {"suppress", "raises", "assertRaises", "assertRaisesRegex", "CancelScope",
     "move_on_after", "move_on_at"}
)  # fmt: skip


def constants(tree: ast.Module) -> dict[str, bool]:
    """Module variables that are bound once, to True or False."""
    bound = Counter(
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    )
    return {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
        and bound[target.id] == 1
        and isinstance(node.value.value, bool)
    }


def truth(test: ast.expr, known: Mapping[str, bool]) -> bool | None:
    """The constant value of a condition; None if the condition is not constant."""
    if isinstance(test, ast.Constant):
        return bool(test.value)
    if isinstance(test, ast.Name):
        return known.get(test.id)
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = truth(test.operand, known)
        return None if inner is None else not inner
    return None


def ends(node: ast.stmt, in_function: bool, known: Mapping[str, bool]) -> bool:
    """Whether the code after a statement in the same block can never run."""
    if isinstance(node, LEAVES):
        return True
    if isinstance(node, ast.If) and in_function:
        always = truth(node.test, known)
        taken = node.body if always else node.orelse
        return always is not None and any(isinstance(s, LEAVES) for s in taken)
    return False


def annotated(body: Iterable[ast.stmt]) -> list[str]:
    """The names that a class body annotates: the fields of a dataclass."""
    return [
        node.target.id
        for node in body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    ]


def places(targets: list[ast.expr]) -> list[int]:
    """The position of each target in an unpacked value.

    Positions after `*rest` are negative: they count from the end.
    """
    starred = [n for n, one in enumerate(targets) if isinstance(one, ast.Starred)]
    first = starred[0] if starred else len(targets)
    return [n if n <= first else n - len(targets) for n in range(len(targets))]


def resolved_module(node: ast.ImportFrom, package: str) -> str:
    """The module that a `from` imports from, with relative dots resolved."""
    if not node.level:
        return node.module or ""
    parts = package.split(".") if package else []
    base = parts[: len(parts) - node.level + 1]
    return ".".join([*base, *([node.module] if node.module else [])])


def defaults(args: ast.arguments) -> list[ast.expr]:
    return [*args.defaults, *(d for d in args.kw_defaults if d is not None)]


def parameters(
    args: ast.arguments, *, of_method: bool
) -> Iterator[tuple[ast.arg, str, ast.expr | None]]:
    """Each parameter, how it is bound, and its default."""
    given = default_of(args)
    every = [*args.posonlyargs, *args.args, *args.kwonlyargs]
    for number, one in enumerate(every):
        how = "self" if number == 0 and of_method else "parameter"
        yield one, how, given.get(one.arg)
    for many, how in ((args.vararg, "rest"), (args.kwarg, "keywords")):
        if many is not None:
            yield many, how, None


def skippable(node: ast.AST) -> Sequence[ast.AST]:
    """The nodes directly below an expression that it may leave unevaluated."""
    if type(node) not in SKIPPING:  # a `match` is slow for each node of a file
        return []
    match node:
        case ast.BoolOp(values=[_, *rest]) | ast.Compare(comparators=[_, *rest]):
            return rest
        case ast.IfExp(body=body, orelse=orelse):
            return [body, orelse]
        case ast.comprehension(ifs=ifs):
            return ifs
        case ast.DictComp(key=key, value=value, generators=[_, *rest]):
            return [key, value, *rest]
        case (
            ast.ListComp(elt=made, generators=[_, *rest])
            | ast.SetComp(elt=made, generators=[_, *rest])
            | ast.GeneratorExp(elt=made, generators=[_, *rest])
        ):
            return [made, *rest]
    return []


def swallows(made: ast.expr) -> bool:
    """Whether a context manager swallows exceptions of its block: `suppress(...)`."""
    if not isinstance(made, ast.Call):
        return False
    func = made.func
    name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    return name in SWALLOWS


def default_of(args: ast.arguments) -> dict[str, ast.expr]:
    """Parameter -> its default."""
    positional = [*args.posonlyargs, *args.args]
    found = dict(
        zip(
            [a.arg for a in positional[len(positional) - len(args.defaults) :]],
            args.defaults,
            strict=True,
        )
    )
    for one, given in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        if given is not None:
            found[one.arg] = given
    return found


def closes(node: ast.AST) -> bool:
    """Whether an expression is `contextlib.closing(x)`, which calls `x.close()`."""
    return (
        isinstance(node, ast.Call)
        and len(node.args) == 1
        and ast.unparse(node.func) in ("closing", "contextlib.closing")
    )


def named_tuple(node: ast.stmt) -> list[ast.stmt]:
    """The class that `Point = namedtuple("Point", "x y")` makes; empty for others."""
    value = getattr(node, "value", None)
    if not isinstance(node, ast.Assign) or not isinstance(value, ast.Call):
        return []
    called = ast.unparse(value.func).rpartition(".")[2]
    if called != "namedtuple" or len(value.args) < 2:
        return []
    try:
        names = ast.literal_eval(value.args[1])
    except ValueError:
        return []
    if isinstance(names, str):
        names = names.replace(",", " ").split()
    target = ast.unparse(node.targets[0])
    if not all(str(one).isidentifier() for one in (*names, target)):
        return []
    text = "".join(f"    {one}: '_'\n" for one in names)
    made = ast.parse(f"class {target}:\n{text or '    pass'}")
    for part in ast.walk(made):
        ast.copy_location(part, node)
    return made.body
