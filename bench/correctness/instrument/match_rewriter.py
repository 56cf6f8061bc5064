"""Rewrite `match`: report the reads of patterns, and the variables that they bind.

Each pattern has a hook that reports its reads, because other workers may change the
subject at these times:

- between two cases or alternatives,
- while a guard runs,
- before a pattern within another pattern is tried.
"""

import ast
from typing import Any

from bench.correctness.instrument.binding_rewriter import Bindings
from bench.correctness.instrument.rewriter import last_name

# What a pattern reads: the contents of the subject, or all that `==` reads.
CONTENTS, COMPARED = "[]", "=="
# A pattern such as `{a.B: x}` first reads the contents.  After Python has evaluated
# `a.B`, the pattern reads the contents again.  KEYS stands for this second read.
KEYS = "{}"
# What Python reads to find the class of a pattern.  For `case a.B():` it reads the
# variable `a`, and then an "attribute of a", namely `B`.
VARIABLE, ATTRIBUTE_OF = "variable", "attribute of "
READERS = "r"  # the readers of a match are named r0, r1, and so on


class Captures(ast.NodeTransformer):
    """Lets a pattern bind temporaries in place of shared variables."""

    def __init__(self, bindings: Bindings) -> None:
        self.bindings = bindings
        # The temporary of each variable, in the order of binding.  All alternatives of
        # a pattern bind the same variables.
        self.temporaries: dict[str, str] = {}

    def replaced(self, name: str | None) -> str | None:
        if name is None or self.bindings.shared_variable(name) is None:
            return name
        if name not in self.temporaries:
            self.temporaries[name] = self.bindings.temporary()
        return self.temporaries[name]

    def visit_named(self, node: Any) -> Any:
        self.generic_visit(node)
        node.name = self.replaced(node.name)
        return node

    visit_MatchAs = visit_MatchStar = visit_named

    def visit_MatchMapping(self, node: ast.MatchMapping) -> Any:
        self.generic_visit(node)
        node.rest = self.replaced(node.rest)
        return node


class Matches(Bindings):
    """Inserts the hooks of `match`."""

    def visit_match_case(self, node: ast.match_case) -> Any:
        self.generic_visit(node)
        if not self.inside:
            return node
        if node.guard is not None:
            node.guard = self.read(node.guard)
        captures = Captures(self)
        node.pattern = captures.visit(node.pattern)
        if not captures.temporaries:
            return node
        place = node.pattern
        if node.guard is None:
            statements: list[ast.stmt] = []
            for name, temporary in captures.temporaries.items():
                statements += self.bind_name(name, temporary, place)
            node.body[:0] = statements
            return node
        bound: list[ast.expr] = []
        for name, temporary in captures.temporaries.items():
            value = ast.copy_location(ast.Name(temporary, ast.Load()), place)
            bound.append(self.store(name, self.binding(name, value, place)))
            none = ast.copy_location(ast.Constant(None), place)
            bound.append(self.store(temporary, none))
        all_bound = ast.copy_location(ast.Tuple(bound, ast.Load()), place)
        # The tuple `all_bound` has items, so it is true, and `and` evaluates the guard.
        node.guard = ast.copy_location(
            ast.BoolOp(ast.And(), [all_bound, node.guard]), node.guard
        )
        return node

    def visit_Match(self, node: ast.Match) -> Any:
        self.generic_visit(node)
        if not self.inside:
            return node
        name = self.temporary()
        readings = Readings(self, name)
        for case in node.cases:
            case.pattern = readings.visit(case.pattern)
        if not readings.read:
            return node
        parts = [ast.Constant(what) for _, what, _ in readings.read]
        subject = last_name(node.subject)
        sites = [
            self.site(place, "reads", subject if key is None else key)
            for place, _, key in readings.read
        ]
        hook = self.hook("pattern_readers", node, *parts, *sites)
        target = ast.copy_location(ast.Name(name, ast.Store()), node)
        return [ast.copy_location(ast.Assign([target], hook), node), node]


class Readings(ast.NodeTransformer):
    """Wraps each pattern in another pattern, which first reports the pattern's reads.

    For example, `[x]` becomes the class pattern `readers.r0([x])`.  The instance test
    of the class `readers.r0` reports the reads, and succeeds for any object.  Then
    Python matches `[x]`, the pattern in parentheses.  With most classes, it would match
    this pattern with an attribute of the subject.  But `readers.r0` is derived from
    `int`.  For such a class, Python matches the pattern with the subject itself:
    `case int(x)` binds `x` to the subject.
    """

    def __init__(self, rewriter: Bindings, name: str) -> None:
        self.rewriter = rewriter
        self.name = name  # the name of the variable that holds the readers
        # For each pattern: the pattern, what it reads, and the name of what is read.
        # If the name is None, the subject is read.  A pattern reads one of these:
        # - the attributes that it names, and a number of positional attributes,
        # - the contents of the subject,
        # - all that `==` reads,
        # - a variable or an attribute that holds a class.
        self.read: list[tuple[ast.pattern, str, str | None]] = []

    def reported(
        self, pattern: ast.pattern, what: str, key: str | None = None
    ) -> ast.pattern:
        readers = ast.Name(self.name, ast.Load())
        reader = ast.Attribute(readers, f"{READERS}{len(self.read)}", ast.Load())
        self.read.append((pattern, what, key))
        made = ast.MatchClass(reader, [pattern], [], [])
        return ast.copy_location(made, pattern)

    def visit_MatchSequence(self, node: ast.MatchSequence) -> Any:
        self.generic_visit(node)
        return self.reported(node, CONTENTS)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> Any:
        self.generic_visit(node)
        named = [key for key in node.keys if isinstance(key, ast.Attribute)]
        if named:
            last = named[-1]
            node.keys[node.keys.index(last)] = self.told(last)
            return self.reported(self.reported(node, KEYS), CONTENTS)
        return self.reported(node, CONTENTS)

    def visit_MatchClass(self, node: ast.MatchClass) -> Any:
        self.generic_visit(node)
        found: ast.pattern = node
        if node.patterns or node.kwd_attrs:
            names = " ".join([str(len(node.patterns)), *node.kwd_attrs])
            found = self.reported(node, names)
        return self.class_found(node.cls, found)

    def class_found(self, named: ast.expr, pattern: ast.pattern) -> ast.pattern:
        """The pattern, wrapped in readers that report the look-up of its class.

        For `a.B(...)` the look-up is a read of the variable `a`, and a read of its
        attribute `B`.  The grammar allows no call in place of the name `a.B`, so no
        hook can be called there.  Instead, the readers look up `a` in the frame.
        """
        if isinstance(named, ast.Attribute):
            owner = f"{ATTRIBUTE_OF}{ast.unparse(named.value)}"
            pattern = self.reported(pattern, owner, named.attr)
            return self.class_found(named.value, pattern)
        assert isinstance(named, ast.Name)
        variable = self.rewriter.shared_variable(named.id, reading=True)
        if variable is None and self.rewriter.may_be_rebound(named.id):
            variable = named.id
        if variable is None:
            return pattern
        return self.reported(pattern, VARIABLE, variable)

    def visit_MatchValue(self, node: ast.MatchValue) -> Any:
        if not isinstance(node.value, ast.Attribute):
            return node
        node.value = self.told(node.value)
        return self.reported(node, COMPARED)

    def told(self, value: ast.expr) -> ast.expr:
        """The value of a pattern, inside a hook that reports the read."""
        site = self.rewriter.site(value, "reads", last_name(value))
        hook = self.rewriter.hook("pattern_value", value, value, site)
        return ast.copy_location(ast.Attribute(hook, "value", ast.Load()), value)
