"""Rewrite `match`: what its patterns read of the subject, and the variables they bind.

Each case looks at the subject anew: other workers may change it between two cases, or
while a guard runs.
"""

import ast
from typing import Any

from bench.correctness.instrument.binding_rewriter import Bindings
from bench.correctness.instrument.rewriter import last_name


class Captures(ast.NodeTransformer):
    """Replaces the shared variables that a pattern binds by temporaries."""

    def __init__(self, bindings: Bindings) -> None:
        self.bindings = bindings
        # By variable, in the order of binding.  Alternatives bind the same variables.
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
        # A tuple with items is true, so that `and` continues with the guard itself.
        node.guard = ast.copy_location(
            ast.BoolOp(ast.And(), [all_bound, node.guard]), node.guard
        )
        return node

    def visit_Match(self, node: ast.Match) -> Any:
        self.generic_visit(node)
        if not self.inside:
            return node
        subject = node.subject
        node.subject = self.matched("match_pattern", subject, subject, node.cases)
        if not any(looks_inside(case.pattern) for case in node.cases[1:]):
            return node
        name = self.temporary()
        node.subject = self.store(name, node.subject)
        ends_here = is_irrefutable(node.cases[-1])
        cases: list[ast.match_case] = []
        for case in node.cases:
            place = case.pattern
            if cases and looks_inside(place):
                same = ast.copy_location(ast.Name(name, ast.Load()), place)
                # The hook returns False, so that the next case is tried.
                hook = self.matched("match_next_pattern", same, subject, [case])
                nothing = ast.copy_location(ast.Pass(), place)
                cases.append(ast.match_case(wildcard(place), hook, [nothing]))
            case.body.insert(0, self.let_go(name, place))
            cases.append(case)
        if not ends_here:
            place = node.cases[-1].pattern
            end = self.let_go(name, place)
            cases.append(ast.match_case(wildcard(place), None, [end]))
        node.cases = cases
        return node

    def matched(
        self, hook: str, value: ast.expr, subject: ast.expr, cases: list[ast.match_case]
    ) -> ast.expr:
        """Make a call of the hook that reports what the patterns of cases read."""
        names = sorted(
            {
                name
                for case in cases
                for part in ast.walk(case.pattern)
                if isinstance(part, ast.MatchClass)
                for name in part.kwd_attrs
            }
        )
        site = self.site(value, "reads", last_name(subject))
        attributes = ast.copy_location(ast.Constant(" ".join(names)), value)
        return self.hook(hook, value, value, attributes, site)

    def let_go(self, name: str, place: Any) -> ast.stmt:
        """Make the end of a temporary, which would keep the subject alive."""
        end = ast.Delete([ast.copy_location(ast.Name(name, ast.Del()), place)])
        return ast.copy_location(end, place)


def wildcard(place: ast.pattern) -> ast.pattern:
    return ast.copy_location(ast.MatchAs(), place)


def looks_inside(pattern: ast.pattern) -> bool:
    """Whether a pattern reads what is in the subject, and not only which it is."""
    if isinstance(pattern, ast.MatchAs):
        return pattern.pattern is not None and looks_inside(pattern.pattern)
    if isinstance(pattern, ast.MatchOr):
        return any(map(looks_inside, pattern.patterns))
    if isinstance(pattern, ast.MatchValue):
        return not isinstance(pattern.value, ast.Constant)
    return not isinstance(pattern, ast.MatchSingleton)


def is_irrefutable(case: ast.match_case) -> bool:
    """Whether no case may follow this one."""
    return case.guard is None and matches_all(case.pattern)


def matches_all(pattern: ast.pattern) -> bool:
    if isinstance(pattern, ast.MatchAs):
        return pattern.pattern is None or matches_all(pattern.pattern)
    return isinstance(pattern, ast.MatchOr) and matches_all(pattern.patterns[-1])
