"""Functions in C that call an argument: which argument, and whether it runs Python."""

import bisect
import itertools
import json.encoder
import operator
import sys
import types
from functools import partial, reduce
from typing import Any

from bench.correctness.engine.frames import is_ours
from bench.correctness.engine.kernel import kernel
from bench.correctness.tracking.base_slots import class_attribute
from bench.correctness.tracking.type_cache import TypeCache
from bench.correctness.tracking.type_traits import CACHE

ENCODER: Any = vars(json.encoder)["c_make_encoder"]  # None if `json` is all in Python
# For each function: the position and the name of the argument that it calls.
CALLED_AT: dict[Any, tuple[int, str]] = {
    map: (0, ""),
    filter: (0, ""),
    reduce: (0, ""),
    itertools.starmap: (0, ""),
    itertools.takewhile: (0, ""),
    itertools.dropwhile: (0, ""),
    itertools.filterfalse: (0, ""),
    itertools.accumulate: (1, "func"),
    itertools.groupby: (1, "key"),
    ENCODER: (1, "default"),
    iter: (0, ""),  # only if there is a second argument, which marks the end
    enumerate: (0, "iterable"),  # only if the argument is an iterator in Python
}
# What these functions call if the argument in CALLED_AT is None, or is not given.
IN_PLACE_OF_NONE: dict[Any, Any] = {
    filter: bool,
    itertools.filterfalse: bool,
    itertools.accumulate: operator.add,
}
# These functions call a callback for each item, and test whether its result is true.
TESTING = {filter, itertools.filterfalse, itertools.takewhile, itertools.dropwhile}
TRUTH_TESTS = (bool, operator.truth, operator.not_)
# These functions compare what the callback returns, or read all that it contains.
COMPARING_RESULTS = {iter, itertools.groupby, ENCODER}
TAKES_KEY_FUNCTION = {sorted, min, max, bisect.bisect_left, bisect.bisect_right}
INSERTING = {bisect.insort_left, bisect.insort_right}
TAKES_KEY_FUNCTION |= INSERTING
# This position means that no positional argument is the callback.
NO_POSITION = sys.maxsize
BY_KEY, NEVER = (NO_POSITION, "key"), (NO_POSITION, "")


def place_of_callback(function: Any) -> tuple[int, str]:
    """Return the position and the name of the argument that a function in C calls."""
    if function in CALLED_AT:
        return CALLED_AT[function]
    owner = getattr(function, "__self__", None)  # the list of `sort`
    by_key = function in TAKES_KEY_FUNCTION or issubclass(type(owner), list)
    return BY_KEY if by_key else NEVER


def runs_python(callback: Any) -> bool:
    """Whether a call of this object runs Python code; other workers may run in it."""
    kind = type(callback)
    if kind is types.MethodType and callback.__self__ is kernel:  # the model of `id`
        return False
    if kind in (types.FunctionType, types.MethodType, CACHE):
        return True
    if issubclass(kind, type):
        return MADE_IN_PYTHON[callback]
    if issubclass(kind, partial):
        return runs_python(callback.func)
    return CALLED_IN_PYTHON[kind]


def is_python(method: Any) -> bool:
    """Whether a member of a class is Python code, and not a model of C code."""
    if type(method) is staticmethod:  # a class stores its `__new__` in this form
        method = method.__func__
    return type(method) is types.FunctionType and not is_ours(str(method.__module__))


NEXT_IN_PYTHON = TypeCache(lambda kind: is_python(class_attribute(kind, "__next__")))
CALLED_IN_PYTHON = TypeCache(lambda kind: is_python(class_attribute(kind, "__call__")))
# Whether a call of a class runs Python code of the class or of its metaclass.
MADE_IN_PYTHON = TypeCache(
    lambda kind: (
        CALLED_IN_PYTHON[type(kind)]
        or class_attribute(kind, "_x_in_python") is True  # a model of a Python class
        or is_python(class_attribute(kind, "__new__"))
        or is_python(class_attribute(kind, "__init__"))
    )
)
