"""Rewrite a module so that a hook is called before each access to a shared object.

The rewritten code has the same meaning.  The order of operands and the line numbers do
not change.  Private names are spelled as the compiler spells them.  Accesses have hooks
only inside functions, because a module's own statements run before other workers start.
A generator expression is also a function.
"""

import ast
from typing import Any

from bench.correctness.instrument.expression_rewriter import Expressions
from bench.correctness.instrument.private_names import PrivateNames
from bench.correctness.instrument.relocation import StorableCode
from bench.correctness.instrument.rewriter import (
    PREFIX,
    last_name,
    postpones_annotations,
)
from bench.correctness.instrument.scopes import ScopeBindings, bound_name
from bench.correctness.instrument.special_methods import SpecialMethods
from bench.correctness.instrument.statement_rewriter import Statements


class HookInserter(Expressions, Statements, SpecialMethods):
    """Inserts the hooks, function by function."""

    def visit_function(self, node: Any) -> Any:
        if not isinstance(node, ast.Lambda):
            node.decorator_list = self.decorators(node)
        if type_params := getattr(node, "type_params", None):
            node.type_params = [self.visit(item) for item in type_params]
        node.args.defaults = [self.visit(item) for item in node.args.defaults]
        node.args.kw_defaults = [
            item and self.visit(item) for item in node.args.kw_defaults
        ]
        if not isinstance(node, ast.Lambda):
            for argument in ast.walk(node.args):
                if isinstance(argument, ast.arg):
                    argument.annotation = self.annotated(argument.annotation)
            node.returns = self.annotated(node.returns)
        self.functions.append(node)
        around = self.comprehensions, self.class_body, self.class_temporaries
        self.comprehensions, self.class_body, self.class_temporaries = 0, None, []
        if isinstance(node, ast.Lambda):
            node.body = self.visit(node.body)
        else:
            node.body = self.visit_body(node.body)
            if self.class_temporaries:
                node.body.append(never_bound(self.class_temporaries, node))
        if node in self.special:
            self.end_special(node)
        self.comprehensions, self.class_body, self.class_temporaries = around
        self.functions.pop()
        return node

    def visit_body(self, body: list[ast.stmt]) -> list[ast.stmt]:
        rewritten: list[ast.stmt] = []
        for statement in body:
            result = self.visit(statement)
            rewritten.extend(result if isinstance(result, list) else [result])
        return rewritten

    visit_Lambda = visit_function

    def visit_definition(self, node: Any) -> Any:
        variable = self.shared_variable(bound_name(node)) if self.inside else None
        self.visit_function(node)
        self.report_definition(node, variable)
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = visit_definition

    def decorators(self, node: Any) -> list[ast.expr]:
        """The decorators of a definition, inside hooks.

        The hooks report the accesses of decorators that are not rewritten, such as
        functions in C.
        """
        visited = [self.visit(one) for one in node.decorator_list]
        if not self.inside:
            return visited
        return [
            self.hook(
                "decorate", one, one, self.site(one, "decorates with", last_name(one))
            )
            for one in visited
        ]

    def visit_ClassDef(self, node: ast.ClassDef) -> Any:
        """Rewrite a class.

        Its body gets hooks only if the class is in a function, because then a worker
        may run the body.
        """
        variable = self.shared_variable(bound_name(node)) if self.inside else None
        node.decorator_list = self.decorators(node)
        node.bases = [self.visit(base) for base in node.bases]
        node.keywords = [self.visit(keyword) for keyword in node.keywords]
        around, known = self.class_body, len(self.class_temporaries)
        if self.inside:
            self.class_body = ScopeBindings(node.body)
        self.note_special(node.body)
        node.body = self.visit_body(node.body)
        self.class_body = around
        if self.inside:
            site = self.site(node, "makes", node.name)
            node.body.append(statement_of(self.hook("making_class", node, site)))
            self.declare(node, self.class_temporaries[known:])
        # The hook is the outermost decorator, so the other ones get an unchanged class.
        hook = ast.copy_location(ast.Name("_x_define_class", ast.Load()), node)
        node.decorator_list.insert(0, hook)
        self.report_definition(node, variable)
        return node

    def declare(self, node: ast.ClassDef, temporaries: list[str]) -> None:
        """Declare temporaries as nonlocal and hooks as global in a class body.

        Without the declarations, temporaries would become members of the class, and
        hooks would be looked up in the namespace of the class.  A metaclass may provide
        a namespace that creates missing names.
        """
        names = {
            part.id
            for statement in node.body
            for part in ast.walk(statement)
            if isinstance(part, ast.Name) and part.id.startswith(PREFIX)
        }
        hooks = sorted(one for one in names if not one[len(PREFIX) :].isdigit())
        declarations: list[ast.stmt] = [ast.Global(hooks)]
        if temporaries:
            declarations.append(ast.Nonlocal(temporaries))
        first = 0 if ast.get_docstring(node, clean=False) is None else 1
        node.body[first:first] = [ast.copy_location(one, node) for one in declarations]

    def visit_comprehension_expression(self, node: Any) -> Any:
        self.comprehensions += 1
        self.generic_visit(node)
        if self.inside:
            captured = {
                name.id
                for function in ast.walk(node)
                if isinstance(function, ast.Lambda)
                for name in ast.walk(function.body)
                if isinstance(name, ast.Name)
            }
            node.generators = [
                clause
                for one in node.generators
                for clause in self.split_clause(one, captured)
            ]
        self.comprehensions -= 1
        return node

    def split_clause(
        self, node: ast.comprehension, captured: set[str]
    ) -> list[ast.comprehension]:
        """Rewrite `for x, y in pairs` as `for item in pairs for x, y in (item,)`.

        In the second clause, a hook can report that unpacking reads the item.  If a
        lambda within the comprehension captures a variable, another clause binds this
        variable with a hook.
        """
        target, later = node.target, []
        for name in ast.walk(target):
            if (
                isinstance(name, ast.Name)
                and isinstance(name.ctx, ast.Store)
                and name.id in captured
                and self.shared_variable(name.id)
            ):
                variable, name.id = name.id, self.temporary()
                value = ast.copy_location(ast.Name(name.id, ast.Load()), name)
                stored = ast.copy_location(ast.Name(variable, ast.Store()), name)
                later.append(one_item(stored, self.binding(variable, value, name)))
        clauses = [node]
        if isinstance(target, ast.Tuple | ast.List):
            item = self.temporary()
            value = ast.copy_location(ast.Name(item, ast.Load()), target)
            node.target = ast.copy_location(ast.Name(item, ast.Store()), target)
            clauses.append(one_item(target, self.unpacked(value, [target])))
        clauses += later
        clauses[-1].ifs, node.ifs = node.ifs, clauses[-1].ifs
        return clauses

    visit_ListComp = visit_SetComp = visit_comprehension_expression
    visit_DictComp = visit_comprehension_expression

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> Any:
        is_consumed = node in self.consumed
        # A generator expression of a module is a function that workers may run later.
        is_function = not (self.inside or is_consumed)
        if is_function:
            self.functions.append(node)
        self.visit_comprehension_expression(node)
        if self.inside and not is_consumed:  # the generator may be shared
            site = self.site(node, "yields")
            node.elt = self.hook("yield_value", node.elt, node.elt, site)
            first = node.generators[0]
            if isinstance(first.iter, ast.Call) and not first.is_async:
                # This hook is called when the generator is made.  Another worker may
                # iterate over the generator later.
                hook = ast.Name(f"{PREFIX}iterate_later", ast.Load())
                first.iter.func = ast.copy_location(hook, first.iter)
        if is_function:
            self.functions.pop()
        return node

    def visit_comprehension(self, node: ast.comprehension) -> Any:
        self.generic_visit(node)
        if self.inside:
            hook = "iterate_async" if node.is_async else "iterate"
            node.iter = self.iterated(node.iter, hook)
            node.ifs = [self.read(test) for test in node.ifs]
        return node

    # A class name in a pattern gets no hook here: `match_rewriter` reports its reads.

    def visit_MatchValue(self, node: ast.MatchValue) -> Any:
        if isinstance(node.value, ast.Attribute):  # not a number or a text
            node.value = self.visit(node.value)
        return node

    def visit_MatchClass(self, node: ast.MatchClass) -> Any:
        node.patterns = [self.visit(one) for one in node.patterns]
        node.kwd_patterns = [self.visit(one) for one in node.kwd_patterns]
        return node

    def visit_MatchMapping(self, node: ast.MatchMapping) -> Any:
        node.keys = [
            self.visit(key) if isinstance(key, ast.Attribute) else key
            for key in node.keys
        ]
        node.patterns = [self.visit(one) for one in node.patterns]
        return node


def statement_of(value: ast.expr) -> ast.stmt:
    return ast.copy_location(ast.Expr(value), value)


def never_bound(names: list[str], node: ast.AST) -> ast.stmt:
    """Make an assignment that never runs; it makes names local to the function."""
    none = ast.Constant(None)
    targets: list[ast.expr] = [ast.Name(name, ast.Store()) for name in names]
    made = ast.If(ast.Constant(0), [ast.Assign(targets, none)], [])
    return ast.copy_location(made, node)


def one_item(target: ast.expr, value: ast.expr) -> ast.comprehension:
    """Make a clause that binds a target to one value."""
    items = ast.copy_location(ast.Tuple([value], ast.Load()), target)
    return ast.comprehension(target, items, [], is_async=0)


def rewrite(
    tree: ast.AST,
    file: str,
    mode: str = "exec",
    flags: int = 0,
    *,
    generated: bool = False,
) -> StorableCode:
    """Insert hooks into a tree, and compile it into code that can be stored.

    The tree itself is changed.  `mode` and `flags` are those of the built-in function
    `compile`.  `generated`: the tree is text that `dataclasses` has generated.  There
    each method is a function within another function.  So special methods are sought in
    the bodies of functions, too, not only in the bodies of classes.
    """
    PrivateNames(annotates_texts=postpones_annotations(tree)).visit(tree)
    inserter = HookInserter(tree, file)
    if generated:
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                inserter.note_special(node.body)
    changed: Any = ast.fix_missing_locations(inserter.visit(tree))
    code = compile(changed, file, mode, flags, dont_inherit=True)
    return StorableCode(file, code, tuple(inserter.sites))
