"""Names that a `case` binds: `case Ask(n, reply)` binds `reply` to a field of `Ask`."""

import ast
from collections.abc import Iterator

MATCHED = "matched"  # the subject of `match`, or an object of the pattern's class
FIELD = "field"  # a field; `part` of the binding is the field's position in the class
Capture = tuple[str, str, ast.AST | None, tuple[int, ...]]  # name, how, value, part


def captured(
    pattern: ast.pattern, value: ast.expr | None, part: tuple[int, ...] = ()
) -> Iterator[Capture]:
    """The names that a pattern binds, each with an expression for its value."""
    match pattern:
        case ast.MatchAs(pattern=inner, name=name):
            if name is not None:
                made = value if inner is None else made_by(inner) or value
                own = part if made is value else ()
                yield name, MATCHED if made else "unknown", made or pattern, own
            if inner is not None:
                yield from captured(inner, value, part)
        case ast.MatchClass(cls=cls, patterns=places, kwd_attrs=names):
            made = _object(cls)
            for number, inner in enumerate(places):
                for name, how, found, own in captured(inner, made, (number,)):
                    how = FIELD if found is made and own else how
                    yield name, how, found, own
            for attribute, inner in zip(names, pattern.kwd_patterns, strict=True):
                field = ast.Attribute(made, attribute, ast.Load())
                yield from captured(inner, ast.copy_location(field, cls))
        case ast.MatchSequence(patterns=items):
            open_end = [n for n, i in enumerate(items) if isinstance(i, ast.MatchStar)]
            for number, inner in enumerate(items):
                behind = bool(open_end) and number > open_end[0]
                at = number - len(items) if behind else number
                yield from captured(inner, value, (*part, at))
        case ast.MatchMapping(keys=keys, patterns=items, rest=rest):
            for key, inner in zip(keys, items, strict=True):
                held = None
                if value is not None and not part:
                    item = ast.Subscript(value, key, ast.Load())
                    held = ast.copy_location(item, key)
                yield from captured(inner, held)
            if rest is not None:
                yield rest, "unknown", pattern, ()
        case ast.MatchStar(name=str(name)):
            yield name, "unknown", pattern, ()
        case ast.MatchOr(patterns=items):
            for inner in items:
                yield from captured(inner, value, part)


def made_by(pattern: ast.pattern) -> ast.expr | None:
    """An expression for an object that fits a class pattern; else None."""
    return _object(pattern.cls) if isinstance(pattern, ast.MatchClass) else None


def _object(cls: ast.expr) -> ast.Call:
    return ast.copy_location(ast.Call(cls, [], []), cls)
