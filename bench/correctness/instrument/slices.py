"""Slices in the key of a subscript: a call makes a slice object that a hook can get."""

import ast

from bench.correctness.instrument.rewriter import Rewriter


class Slices(ast.NodeTransformer):
    """Replaces each slice in a key by a call that makes a slice object."""

    def __init__(self, rewriter: Rewriter) -> None:
        self.rewriter = rewriter

    def visit_Slice(self, node: ast.Slice) -> ast.expr:
        none = ast.copy_location(ast.Constant(None), node)
        bounds = [bound or none for bound in (node.lower, node.upper, node.step)]
        return self.rewriter.hook("slice", node, *bounds)

    def visit_Subscript(self, node: ast.Subscript) -> ast.Subscript:
        return node  # slices in this subscript are keys of another container

    def visit_Call(self, node: ast.Call) -> ast.Call:
        return node


def is_fixed(key: ast.expr) -> bool:
    """Whether a key is a slice, and no other worker can run while Python makes it."""
    if not isinstance(key, ast.Slice):
        return False
    bounds = [one for one in (key.lower, key.upper, key.step) if one is not None]
    return all(map(is_plain, bounds))


def is_plain(node: ast.expr) -> bool:
    """Whether an expression is a constant, a variable of the function, or `-1`."""
    inner = node.operand if isinstance(node, ast.UnaryOp) else node
    return isinstance(inner, ast.Constant | ast.Name)
