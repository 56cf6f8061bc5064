"""Random programs that bind one name, and which binding each use of the name saw.

Every value that a program binds to `x` is the number of its binding, or an exception
that carries this number.  The programs call the functions of a `Run`, which choose by
chance whether a branch is taken, a loop goes on, an exception is raised.
"""

import ast
import contextlib
import random
import sys
from collections.abc import Iterator

from bench.shape.resolution.binding import scopes_of
from bench.shape.resolution.facts import expressions, live
from bench.shape.resolution.scopes import Binding, Scope, descendants, start

MOST_CHOICES = 60  # in one run
DEEPEST = 4


class Enough(BaseException):
    """The run has made all its choices."""


class BoomError(Exception):
    """What a program raises and catches."""


class Nothing:
    """Added to a value, it gives the value."""

    def __radd__(self, value: object) -> object:
        return value


class Run:
    """One run of a program."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.left = MOST_CHOICES
        self.seen: set[tuple[int, int]] = set()  # a use, and the binding that it saw

    def c(self) -> bool:
        """Choose."""
        self.left -= 1
        if self.left < 0:
            raise Enough
        return self.chance.random() < 0.5

    def r(self) -> None:
        """Raise, or not."""
        if self.c() and self.c():
            raise BoomError

    def u(self, use: int, value: object) -> bool:
        """Note what a use saw."""
        number = getattr(value, "number", value)
        assert isinstance(number, int)
        self.seen.add((use, number))
        return self.c()

    def b(self, number: int) -> int:
        """Return the value of a binding; it may raise in place of it."""
        if self.chance.random() < 0.05:
            raise BoomError
        return number

    def i(self, number: int) -> Iterator[int]:
        """The values of a loop."""
        while self.c():
            yield number

    @contextlib.contextmanager
    def suppress(self, number: int) -> Iterator[int]:
        """A block that swallows what is raised in it."""
        with contextlib.suppress(BoomError):
            yield number

    @contextlib.contextmanager
    def w(self, number: int) -> Iterator[int]:
        """A block that swallows nothing."""
        yield number

    def e(self, number: int) -> tuple[type[Exception], ...]:
        """What a handler catches: the exception gets the number of the handler."""
        sys.exc_info()[1].number = number  # type: ignore[union-attr]
        return (BoomError, NameError)

    def d(self, number: int):
        """Decorate: the number in place of the function or class."""
        return lambda _: number


class Writer:
    """Writes a random program."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.bindings = self.uses = 0
        self.lines: list[str] = []
        self.outer = ""  # how a function inside declares `x`

    def binding(self) -> int:
        self.bindings += 10
        return self.bindings

    def use(self) -> str:
        self.uses += 1
        return f"u({self.uses}, x)"

    def text(self) -> str:
        """A function that binds and uses `x`, or a module that does."""
        in_function = self.chance.random() < 0.7
        depth = 1 if in_function else 0
        self.outer = "nonlocal" if in_function else "global"
        if in_function:
            self.lines.append("def main():")
        self.add(depth, f"x = {self.binding()}")
        self.block(depth, 0, in_loop=False)
        self.add(depth, self.use())
        if in_function:
            self.lines.append("main()")
        return "\n".join(self.lines) + "\n"

    def add(self, depth: int, line: str) -> None:
        self.lines.append("    " * depth + line)

    def block(self, depth: int, nested: int, *, in_loop: bool) -> None:
        for _ in range(self.chance.randint(1, 4)):
            self.statement(depth, nested, in_loop=in_loop)
        leave = self.chance.random()
        if in_loop and leave < 0.2:
            self.add(depth, self.chance.choice(["break", "continue"]))
        elif nested and leave < 0.25:
            self.add(depth, "raise BoomError")

    def statement(self, depth: int, nested: int, *, in_loop: bool) -> None:
        kinds = ["bind"] * 5 + ["use"] * 4 + ["raise", "del", "leave", "called"]
        if nested < DEEPEST:
            kinds += ["if", "while", "for", "try", "with", "match"] * 2
        getattr(self, f"{self.chance.choice(kinds)}_")(depth, nested, in_loop)

    def bind_(self, depth: int, nested: int, in_loop: bool) -> None:
        one = self.binding()
        form = self.chance.choice(
            [
                "x = b({0})", "x = b({0})", "x = {0}", "x: int = b({0})", "x: int",
                "(x := b({0}))", "c() and (x := b({0}))", "x, _ = b({0}), 0",
                "(x := b({0})) if c() else r()", "[(x := b({0})) for _ in i(0)]",
                "@d({0})|def x(): pass", "@d({0})|class x: pass", "x += Nothing()",
                "c() or r() or (x := b({0}))", "1 < c() < (x := b({0}))",
            ]
        )  # fmt: skip
        for line in form.format(one).split("|"):
            self.add(depth, line)

    def use_(self, depth: int, nested: int, in_loop: bool) -> None:
        form = self.chance.choice(
            ["{}", "{}", "c() and {}", "_ = {}", "[{} and (x := b({})) for _ in i(0)]"]
        )
        self.add(depth, form.format(self.use(), self.binding()))

    def called_(self, depth: int, nested: int, in_loop: bool) -> None:
        self.add(depth, "def g():")
        self.add(depth + 1, f"{self.outer} x")
        self.add(depth + 1, f"x = b({self.binding()})")
        self.add(depth, self.chance.choice(["g()", "c() and g()", "g()"]))

    def raise_(self, depth: int, nested: int, in_loop: bool) -> None:
        self.add(depth, "r()")

    def del_(self, depth: int, nested: int, in_loop: bool) -> None:
        self.add(depth, "if c(): del x")

    def leave_(self, depth: int, nested: int, in_loop: bool) -> None:
        if in_loop:
            self.add(depth, f"if c(): {self.chance.choice(['break', 'continue'])}")

    def if_(self, depth: int, nested: int, in_loop: bool) -> None:
        walrus = f"c() and (x := b({self.binding()}))"
        tests = ["c()", "c()", "c()", self.use(), walrus, "True", "False"]
        self.add(depth, f"if {self.chance.choice(tests)}:")
        self.block(depth + 1, nested + 1, in_loop=in_loop)
        if self.chance.random() < 0.3:
            self.add(depth, f"elif {self.chance.choice(tests[:5])}:")
            self.block(depth + 1, nested + 1, in_loop=in_loop)
        if self.chance.random() < 0.6:
            self.add(depth, "else:")
            self.block(depth + 1, nested + 1, in_loop=in_loop)

    def while_(self, depth: int, nested: int, in_loop: bool) -> None:
        walrus = f"(x := b({self.binding()})) and c()"
        twice = f"{self.use()} != (x := b({self.binding()})) and c()"
        tests = ["c()", "c()", self.use(), walrus, twice, f"c() and {self.use()}"]
        self.loop(f"while {self.chance.choice(tests)}:", depth, nested, in_loop)

    def for_(self, depth: int, nested: int, in_loop: bool) -> None:
        target = self.chance.choice(["_", "_", "x"])
        values = self.chance.choice(["i({0})", "i({0})", "i({0} * bool({1}) or {0})"])
        values = values.format(self.binding(), self.use())
        self.loop(f"for {target} in {values}:", depth, nested, in_loop)

    def loop(self, head: str, depth: int, nested: int, in_loop: bool) -> None:
        self.add(depth, head)
        self.block(depth + 1, nested + 1, in_loop=True)
        if self.chance.random() < 0.3:
            self.add(depth, "else:")
            self.block(depth + 1, nested + 1, in_loop=in_loop)

    def with_(self, depth: int, nested: int, in_loop: bool) -> None:
        name = self.chance.choice(["", "", " as x"])
        kind = self.chance.choice(["w", "suppress"])
        self.add(depth, f"with {kind}({self.binding()}){name}:")
        self.block(depth + 1, nested + 1, in_loop=in_loop)

    def try_(self, depth: int, nested: int, in_loop: bool) -> None:
        self.add(depth, "try:")
        self.block(depth + 1, nested + 1, in_loop=in_loop)
        is_caught = self.chance.random() < 0.8
        if is_caught:
            name = self.chance.choice(["", " as x"])
            self.add(depth, f"except e({self.binding()}){name}:")
            self.block(depth + 1, nested + 1, in_loop=in_loop)
            if self.chance.random() < 0.4:
                self.add(depth, "else:")
                self.block(depth + 1, nested + 1, in_loop=in_loop)
        if not is_caught or self.chance.random() < 0.4:
            self.add(depth, "finally:")
            self.block(depth + 1, nested + 1, in_loop=in_loop)

    def match_(self, depth: int, nested: int, in_loop: bool) -> None:
        one = self.binding()
        self.add(depth, f"match ({one}, {one + 1}, c()):")
        for case in (
            f"(x, _, True) if {self.use()}", "(_, x, True)", "_",
        ):  # fmt: skip
            if self.chance.random() < 0.7:
                self.add(depth + 1, f"case {case}:")
                self.block(depth + 2, nested + 1, in_loop=in_loop)
        self.add(depth + 1, "case (_, _, 7):")
        self.add(depth + 2, "pass")


def program(seed: int) -> str:
    """A random program that can be compiled."""
    for tried in range(seed * 1000, seed * 1000 + 1000):
        text = Writer(tried).text()
        try:
            compile(text, "<program>", "exec")
        except SyntaxError:
            continue
        return text
    raise AssertionError("no program can be compiled")


def seen(text: str, runs: int) -> set[tuple[int, int]]:
    """Each use, with each binding that it saw in one of the runs."""
    code, found = compile(text, "<program>", "exec"), set()
    for seed in range(runs):
        run = Run(seed)
        given = {
            name: getattr(run, name)
            for name in ("b", "c", "d", "e", "i", "r", "suppress", "u", "w")
        }
        with contextlib.suppress(Enough, BoomError, NameError):
            exec(code, {**given, "BoomError": BoomError, "Nothing": Nothing})
        found |= run.seen
    return found


def answered(text: str) -> dict[int, set[int]]:
    """Each use, with the numbers of the bindings that `Scope.reaching` names."""
    top = scopes_of(ast.parse(text), "program", "")
    return {
        use: {number for one in found if (number := number_of(one)) is not None}
        for scope in descendants(top)
        for use, found in uses(scope)
    }


def uses(scope: Scope) -> Iterator[tuple[int, list[Binding]]]:
    """Each use in a scope, with its bindings."""
    for statement, path in live(scope):
        for part in expressions(statement):
            if isinstance(part, ast.Call) and getattr(part.func, "id", "") == "u":
                number, name = part.args
                if "x" in scope.bindings:
                    yield number.value, scope.reaching("x", start(name), path)


def number_of(binding: Binding) -> int | None:
    """The number of a binding, from the expression of its value."""
    node = binding.node
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        node = node.decorator_list[0]
    if isinstance(node, ast.ExceptHandler):
        node = node.type
    if isinstance(node, ast.Tuple):  # the subject of a `match`
        return node.elts[binding.part[0]].value
    return (
        next((n.value for n in ast.walk(node) if isinstance(n, ast.Constant)), None)
        if node
        else None
    )
