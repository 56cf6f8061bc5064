"""Rewrite expressions: names, attributes, items, calls, and the operands of operators.

The order of the operands does not change, and each operand is evaluated only once.
"""

import ast
from typing import Any

from bench.correctness.instrument.call_verbs import called_name, verb_of_call
from bench.correctness.instrument.rewriter import (
    PREFIX,
    UNWRITTEN,
    Rewriter,
    is_new,
    is_super,
    last_name,
)
from bench.correctness.instrument.slices import Slices, is_fixed

# Functions that are called directly, not by the hook `call`.  Some of them read no
# shared state in the call.  Others need a caller's frame that belongs to the program.
UNHOOKED = {
    "super", "locals", "globals", "dir", "vars", "eval", "exec", "compile",
    "isinstance", "issubclass", "range", "type", "id", "callable", "int", "float",
    "print", "Exception",
}  # fmt: skip
ATTRIBUTE_HOOKS: dict[type, tuple[str, str]] = {  # the hook, and the verb of the site
    ast.Load: ("read_attribute", "reads"),
    ast.Store: ("write_attribute", "writes"),
    ast.Del: ("write_attribute", "deletes"),
}
# Functions that read the class of their first argument, if they have this many of them.
LOOKING_AT_CLASSES = {"isinstance": 2, "issubclass": 2, "type": 1, "callable": 1}
CONVERTING = {"int", "float"}
MAKING_TYPE = 3  # arguments of `type` when it makes a class
LOOKING_AT_LOCALS = {"dir", "vars"}  # without arguments, they read local variables
# Names of functions that read the frame of their caller.
LOOKING_AT_FRAMES = {"_getframe", "currentframe", "_getframemodulename"}
# Functions of the recursion limit.  A hook replaces these functions by models, which
# scale the limit, because Python also counts the calls of hooks.
RECURSION = {"setrecursionlimit", "getrecursionlimit"}
# Attributes that lead from one frame to another.  They must skip the frames of hooks.
PAST_HOOKS = {"f_back": "frame_behind", "__traceback__": "clean_exception"}
CONSUMING = {  # functions that use up a generator before they return
    "sum", "any", "all", "min", "max", "list", "tuple", "set", "dict", "sorted",
}  # fmt: skip
TESTING = {"any", "all"}  # functions that test the truth of each item
READING = {"sum", "min", "max", "sorted", "dict"}  # they read what the items contain


class Expressions(Rewriter):
    """Inserts the hooks of expressions."""

    def visit_Name(self, node: ast.Name) -> Any:
        if node.id in RECURSION and isinstance(node.ctx, ast.Load):
            return self.hook("scaled", node, node)
        if not self.inside or not isinstance(node.ctx, ast.Load):
            return node
        variable = self.shared_variable(node.id, reading=True)
        if variable is not None:
            return self.reported_read(node, variable)
        if not self.may_be_rebound(node.id):
            return node
        # Here the name is a global variable that only code of other modules may bind
        # again, which is rare.  So the flag UNWRITTEN is tested first.  It is true as
        # long as the search has found no such binding.  Then no hook is called.
        test = ast.copy_location(ast.Name(UNWRITTEN, ast.Load()), node)
        same = ast.copy_location(ast.Name(node.id, ast.Load()), node)
        read = self.reported_read(same, node.id)
        return ast.copy_location(ast.IfExp(test, node, read), node)

    def reported_read(self, node: ast.Name, variable: str) -> ast.expr:
        """The value of a variable; a hook reports that the variable is read."""
        # The hook returns None, so that `or` continues with the variable itself.
        site = self.site(node, "reads", variable)
        hook = self.variable_hook("read_variable", node, site, variable)
        return ast.copy_location(ast.BoolOp(ast.Or(), [hook, node]), node)

    def visit_Attribute(self, node: ast.Attribute) -> Any:
        self.generic_visit(node)
        if node.attr == "modules" and isinstance(node.ctx, ast.Load):
            node.value = self.hook("module_owner", node, node.value)
        if node.attr in PAST_HOOKS and isinstance(node.ctx, ast.Load):
            node.value = self.hook(PAST_HOOKS[node.attr], node, node.value)
        if not self.inside or is_super(node.value):
            return node
        hook, verb = ATTRIBUTE_HOOKS[type(node.ctx)]
        if node.attr == "__dict__" and verb != "deletes":
            hook = "read_dict" if verb == "reads" else "write_dict"
        node.value = self.hook(hook, node, node.value, self.site(node, verb, node.attr))
        is_limit = node.attr in RECURSION and isinstance(node.ctx, ast.Load)
        return self.hook("scaled", node, node) if is_limit else node

    def visit_Subscript(self, node: ast.Subscript) -> Any:
        self.generic_visit(node)
        if not self.inside:
            return node
        is_read = isinstance(node.ctx, ast.Load)
        change = "delete_item" if isinstance(node.ctx, ast.Del) else "write_item"
        site = self.site(node, "reads" if is_read else "writes", "[]")
        key = node.slice
        if isinstance(key, ast.Constant | ast.Name):
            same_key = (
                ast.copy_location(ast.Name(key.id, ast.Load()), key)
                if isinstance(key, ast.Name)
                else ast.copy_location(ast.Constant(key.value), key)
            )
            hook = "read_item" if is_read else change
            node.value = self.hook(hook, node, node.value, same_key, site)
        elif is_fixed(key):
            if is_read:
                node.value = self.hook("read_container", node, node.value, site)
            else:
                none = ast.copy_location(ast.Constant(None), node)
                node.value = self.hook(change, node, node.value, none, site)
        elif is_read:
            key = Slices(self).visit(key)
            return self.hook("get_item", node, node.value, key, site)
        elif not self.comprehensions:
            key = Slices(self).visit(key)
            name = self.temporary()
            stored = ast.copy_location(
                ast.NamedExpr(ast.Name(name, ast.Store()), key), key
            )
            node.value = self.hook(change, node, node.value, stored, site)
            node.slice = ast.copy_location(ast.Name(name, ast.Load()), key)
        return node

    def visit_Call(self, node: ast.Call) -> Any:
        function = node.func
        if isinstance(function, ast.Name) and function.id in CONSUMING:
            self.consumed += node.args
        if not self.inside:
            return self.generic_visit(node)
        if (
            isinstance(function, ast.Name)
            and function.id in UNHOOKED
            and not (function.id in LOOKING_AT_LOCALS and node.args)
        ):
            self.generic_visit(node)
            if function.id == "locals" or function.id in LOOKING_AT_LOCALS:
                return self.hook("own_names", node, node)
            count = LOOKING_AT_CLASSES.get(function.id)
            if len(node.args) == count and not starred(node.args[:1]):
                site = self.site(node, "reads", "__class__")
                node.args[0] = self.hook("read_kind", node, node.args[0], site)
            elif function.id == "type" and len(node.args) == MAKING_TYPE:
                site = self.site(node, "makes", "")
                node.args[-1] = self.hook("making_type", node, node.args[-1], site)
            elif function.id in CONVERTING and not starred(node.args[:1]):
                node.args[:1] = [self.read(one) for one in node.args[:1]]
            return node
        self.generic_visit(node)
        for one in node.args:
            if isinstance(one, ast.GeneratorExp) and isinstance(function, ast.Name):
                if function.id in TESTING:
                    one.elt = self.read(one.elt)
                elif function.id in READING and not isinstance(one.elt, ast.Constant):
                    site = self.site(one.elt, "yields")
                    one.elt = self.hook("read_yielded", one.elt, one.elt, site)
        if called_name(function) in LOOKING_AT_FRAMES:
            node.args = [node.func, *node.args]
            node.func = ast.copy_location(ast.Name(PREFIX + "frame", ast.Load()), node)
            return node
        for keyword in node.keywords:
            if keyword.arg is None:
                keyword.value = self.read(keyword.value)
        site = self.site(node, "calls", last_name(function), verb_of_call(function))
        above = is_super(getattr(function, "value", None))
        name = PREFIX + ("call_super" if above else "call")
        caller = ast.copy_location(ast.Name(name, ast.Load()), node)
        if starred(node.args) or any(one.arg is None for one in node.keywords):
            node.func = self.hook("callee", node, caller, node.func, site)
            unpack_late(node)
        else:
            node.func, node.args = caller, [node.func, site, *node.args]
        return node

    def visit_Dict(self, node: ast.Dict) -> Any:
        self.generic_visit(node)
        if self.inside:
            node.values = [
                value if key else self.read(value)
                for key, value in zip(node.keys, node.values, strict=True)
            ]
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> Any:
        for value in node.values:
            if isinstance(value, ast.FormattedValue):
                value.value = self.visit(value.value)
                if value.format_spec is not None:  # as in f"{x:{width}}"
                    value.format_spec = self.visit(value.format_spec)
                if self.inside:
                    value.value = self.read(value.value, "show")
        return node

    def visit_Yield(self, node: ast.Yield) -> Any:
        self.generic_visit(node)
        if self.inside and not isinstance(self.functions[-1], ast.Lambda):
            value = node.value or ast.copy_location(ast.Constant(None), node)
            node.value = self.hook(
                "yield_value", node, value, self.site(node, "yields")
            )
        return node

    def visit_Await(self, node: ast.Await) -> Any:
        is_new = isinstance(node.value, ast.Call)  # no other worker has this coroutine
        self.generic_visit(node)
        if self.inside and not is_new:
            site = self.site(node, "awaits", last_name(node.value))
            node.value = self.hook("awaited", node, node.value, site)
        return node

    def visit_YieldFrom(self, node: ast.YieldFrom) -> Any:
        self.generic_visit(node)
        if self.inside:
            site = self.site(node, "iterates over", last_name(node.value))
            node.value = self.hook("yield_from", node, node.value, site)
        return node

    def visit_Compare(self, node: ast.Compare) -> Any:
        self.generic_visit(node)
        if not self.inside or all(
            isinstance(op, ast.Is | ast.IsNot) for op in node.ops
        ):
            return node
        if len(node.ops) == 1:
            return self.operation("compare", node, node.ops[0], *operands(node))
        node.left = self.read(node.left, "read_deeply")
        node.comparators = [
            self.read(value, "read_deeply") for value in node.comparators
        ]
        return node

    def visit_BinOp(self, node: ast.BinOp) -> Any:
        self.generic_visit(node)
        if self.inside:
            return self.operation("operate", node, node.op, node.left, node.right)
        return node

    def operation(
        self, hook: str, node: Any, kind: ast.AST, left: ast.expr, right: ast.expr
    ) -> ast.expr:
        """The operation on two operands, with a hook that reports the reads of both.

        Python first evaluates both operands, and then reads their contents.  So the
        read of the left operand must not be reported before the right operand has been
        evaluated.
        """
        # `%` may format its right operand and all of its contents.
        is_format = isinstance(kind, ast.Mod)
        reads_left = "read_deeply" if hook == "compare" else "read_container"
        reads_right = "read_deeply" if is_format else reads_left
        if isinstance(kind, ast.In | ast.NotIn):
            reads_right = "look_in"
        if is_new(left):
            self.replace_operands(node, left, self.read(right, reads_right))
        elif isinstance(right, ast.Constant):
            self.replace_operands(node, self.read(left, reads_left), right)
        else:
            name = ast.copy_location(ast.Constant(type(kind).__name__), node)
            site = self.site(node, "reads", last_name(left) or last_name(right))
            return self.hook(hook, node, name, left, right, site)
        return node  # type: ignore[no-any-return]

    def replace_operands(self, node: Any, left: ast.expr, right: ast.expr) -> None:
        node.left = left
        if isinstance(node, ast.Compare):
            node.comparators = [right]
        else:
            node.right = right

    def visit_BoolOp(self, node: ast.BoolOp) -> Any:
        self.generic_visit(node)
        if self.inside:
            node.values[:-1] = [self.read(value) for value in node.values[:-1]]
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> Any:
        self.generic_visit(node)
        if self.inside:
            node.operand = self.read(node.operand)
        return node

    def visit_Starred(self, node: ast.Starred) -> Any:
        self.generic_visit(node)
        if self.inside and isinstance(node.ctx, ast.Load):
            node.value = self.read(node.value, "unpack")
        return node

    def visit_NamedExpr(self, node: ast.NamedExpr) -> Any:
        self.generic_visit(node)
        if self.inside:
            node.value = self.bound(node.value, [node.target])
        return node

    visit_IfExp = Rewriter.visit_test


def operands(node: ast.Compare) -> tuple[ast.expr, ast.expr]:
    """The two operands of a comparison that has only one operator."""
    return node.left, node.comparators[0]


def starred(arguments: list[ast.expr]) -> bool:
    """Whether an argument, such as `*values`, passes several values."""
    return any(isinstance(one, ast.Starred) for one in arguments)


def unpack_late(node: ast.Call) -> None:
    """Let the items of `*values` be read after the keyword arguments, as in Python.

    Python does so if `*values` is the only positional argument.
    """
    first = node.args[0] if len(node.args) == 1 else None
    if node.keywords and isinstance(first, ast.Starred):
        reading = getattr(first.value, "func", None)
        if isinstance(reading, ast.Name) and reading.id == f"{PREFIX}unpack":
            reading.id = f"{PREFIX}unpack_later"
