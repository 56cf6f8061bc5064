"""Models of `exec`, `eval` and `compile`: functions in executed code have hooks.

The statements of the executed code are like the statements of a module: they have no
hooks.  So while other workers can run, the execution of code is refused if other
workers may use the namespaces in which it runs.  Code that uses no name of these
namespaces, such as `1 + 1`, is never refused.
"""

import __future__

import ast
import copy
import dis
import functools
import sys
import types
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.refusals import refuse
from bench.correctness.instrument.compiler import rewrite
from bench.correctness.instrument.relocation import RewrittenCode
from bench.correctness.programs.builtin_models import may_be_shared

FUTURE_FLAGS = functools.reduce(
    int.__or__,
    (getattr(__future__, name).compiler_flag for name in __future__.all_feature_names),
)
TREE_ONLY = ast.PyCF_ONLY_AST
# `known` of DynamicCode has at most so many sources.  If a source is in `known`, it is
# not rewritten again, so its sites stay the same.
SOURCES_KEPT = 10_000


# Built-in functions that use only their arguments.
PURE = {
    "abs", "bool", "bytes", "chr", "complex", "dict", "divmod", "float", "frozenset",
    "hex", "int", "len", "list", "max", "min", "oct", "ord", "pow", "range", "repr",
    "reversed", "round", "set", "sorted", "str", "sum", "tuple",
}  # fmt: skip
BINDING = ("STORE_", "DELETE_", "IMPORT_")  # beginnings of names of opcodes


def names_used(source: Any, mode: str) -> set[str]:
    """Return the names that code uses; {"?"} if they are not clear.

    `source` is the code or its source.  The names are not clear if the code binds a
    name or contains a function, or if the source cannot be compiled.
    """
    if not isinstance(source, types.CodeType):
        try:
            source = source.lstrip(" \t") if isinstance(source, str) else source
            source = compile(source, "<string>", mode, 0, True)
        except (SyntaxError, TypeError, ValueError):
            return {"?"}
    nested = any(isinstance(one, types.CodeType) for one in source.co_consts)
    if nested or source.co_freevars:
        return {"?"}
    binds = any(one.opname.startswith(BINDING) for one in dis.get_instructions(source))
    return {"?"} if binds else {*source.co_names}


def shares_names(
    source: Any, mode: str, given: list[Any], caller: types.FrameType
) -> bool:
    """Whether code may use a variable of a namespace that other workers may use.

    `given` are the namespaces that the program passes.  If it passes none, the code
    runs in the namespaces of the caller.
    """
    if given and not any(map(may_be_shared, given)):
        return False
    names = names_used(source, mode)
    if given or not names:
        return bool(names)
    own = {*caller.f_globals, *caller.f_locals, *kernel.written_names}
    return not names <= PURE or not own.isdisjoint(names)


class DynamicCode:
    """Models of the built-in functions that run code which is in no file."""

    def __init__(self) -> None:
        # Rewritten code has no reference to its sites, so they are stored here.  They
        # stay here when `known` is cleared.
        self.kept: list[RewrittenCode] = []
        self.known: dict[tuple[Any, ...], types.CodeType] = {}

    def rewritten(self, source: Any, file: str, mode: str, flags: int) -> Any:
        """Return the code of a source with hooks; raise SyntaxError like `compile`."""
        is_tree = isinstance(source, ast.AST)
        text = ast.dump(source, include_attributes=True) if is_tree else source
        key = text, file, mode, flags
        if not isinstance(text, str | bytes):  # here compile() raises the right error
            return compile(source, file, mode, flags, True)
        if key not in self.known:
            if len(self.known) >= SOURCES_KEPT:
                self.known.clear()
            tree: Any = compile(source, file, mode, flags | TREE_ONLY, True)
            made = rewrite(copy.deepcopy(tree), file, mode, flags).link()
            self.kept.append(made)
            self.known[key] = made.code
        return self.known[key]

    def compile_(
        self,
        source: Any,
        filename: Any,
        mode: str,
        flags: int = 0,
        dont_inherit: bool = False,
        optimize: int = -1,
        **options: Any,
    ) -> Any:
        """The model of `compile`."""
        caller = sys._getframe(1)
        if not dont_inherit:
            flags |= caller.f_code.co_flags & FUTURE_FLAGS
        plain = flags & ~FUTURE_FLAGS or mode not in ("exec", "eval", "single")
        if plain or "_explored_" not in caller.f_builtins:
            return compile(
                source, filename, mode, flags, True, optimize=optimize, **options
            )
        return self.rewritten(source, str(filename), mode, flags)

    def exec_(
        self, source: Any, globals_: Any = None, locals_: Any = None, /, **options: Any
    ) -> None:
        """The model of `exec`."""
        self.run(exec, source, globals_, locals_, options)

    def eval_(self, source: Any, globals_: Any = None, locals_: Any = None, /) -> Any:
        """The model of `eval`."""
        return self.run(eval, source, globals_, locals_, {})

    def run(
        self,
        how: Any,
        source: Any,
        globals_: Any,
        locals_: Any,
        options: dict[str, Any],
    ) -> Any:
        caller = sys._getframe(2)
        given = [names for names in (globals_, locals_) if names is not None]
        if not kernel.alone and shares_names(source, how.__name__, given, caller):
            refuse(f"{how.__name__}() of shared names")()
        if globals_ is None:
            globals_ = caller.f_globals
            locals_ = caller.f_locals if locals_ is None else locals_
        if isinstance(globals_, dict):
            globals_.setdefault("__builtins__", caller.f_builtins)
        if not isinstance(source, types.CodeType) and (
            "_explored_" in caller.f_builtins
        ):
            if how is eval and isinstance(source, str):
                source = source.lstrip(" \t")
            flags = caller.f_code.co_flags & FUTURE_FLAGS
            source = self.rewritten(source, "<string>", how.__name__, flags)
        return how(source, globals_, locals_, **options)
