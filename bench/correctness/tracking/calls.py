"""The hook of calls: what functions that are not rewritten read and write.

A rewritten function reports its accesses itself.
"""

import contextvars
import inspect
import itertools
import os
import sys
import types
import weakref
from collections.abc import Callable, Iterator
from functools import partial, reduce
from typing import Any

from bench.correctness.engine.frames import is_ours
from bench.correctness.engine.kernel import kernel
from bench.correctness.instrument.sites import CALLBACK_SITE
from bench.correctness.tracking.accesses import (
    access,
    access_attribute,
    access_process_state,
)
from bench.correctness.tracking.arguments import (
    Arguments,
    containers_in_closure,
    report_arguments,
    report_method,
)
from bench.correctness.tracking.base_slots import is_rewritten, module_of, namespace_of
from bench.correctness.tracking.context_variables import (
    access_context,
    access_variable_in_context,
    current_context,
)
from bench.correctness.tracking.deep_reads import report
from bench.correctness.tracking.module_state import (
    PROCESS_STATE,
    is_foreign,
    save_attribute,
    save_process_state,
)
from bench.correctness.tracking.set_order import through_sets
from bench.correctness.tracking.type_cache import TypeCache
from bench.correctness.tracking.type_traits import (
    BUILTIN_FUNCTIONS,
    CACHE,
    CONTAINER,
    CONTENTS,
    OWN,
    PROGRAM,
    STATE,
)
from bench.correctness.tracking.weak_references import life_read

READING_FUNCTIONS = {
    len, sum, min, max, sorted, any, all, repr, print, iter, format, "".join,
}  # fmt: skip
ATTRIBUTE_FUNCTIONS = {  # whether they write the attribute that they are given
    getattr: False, hasattr: False, setattr: True, delattr: True,
    object.__setattr__: True, object.__getattribute__: False,
    object.__delattr__: True, type.__setattr__: True,
}  # fmt: skip
WRITING_FUNCTIONS = {setattr, delattr}
DEEPLY_READING_CLASSES = (str, itertools.starmap)  # they read containers in containers
READING_NOTHING = (isinstance, issubclass, id, callable)
MAKING_METHODS = {"__new__", "__init__", "__init_subclass__", "__set_name__"}
MAPPING = (map, filter, itertools.starmap, itertools.takewhile, itertools.dropwhile)
# Types of functions that may call back, and of the arguments that they then run.
CALLING_TYPES = {*BUILTIN_FUNCTIONS, types.MethodDescriptorType, type}
CALLBACK_TYPES = {types.FunctionType, types.MethodType, types.GeneratorType}
CHANGING_TYPES = {*BUILTIN_FUNCTIONS, types.FunctionType}  # see `save_state`
EXPLORED = {"_explored_": True}  # in the namespace of each rewritten module


def call(function: Any, site: int, /, *args: Any, **kwargs: Any) -> Any:
    """Call a function; if it is not rewritten, report what it reads and writes.

    A built-in function may call functions of the program, in which other workers may
    run.  After each such call it reads or writes again, which is reported again.
    """
    kind = type(function)
    if kernel.alone:
        if kind in CHANGING_TYPES:
            save_state(function, args)
        if kind in CALLING_TYPES and (args or kind is not type):
            function, args = through_sets(function, args)
        return function(*args, **kwargs)
    given = (*args, *kwargs.values()) if kwargs else args
    BEFORE[kind](function, site, given)
    if kind not in CALLING_TYPES:  # most calls: without names they take less time
        return function(*args, **kwargs) if kwargs else function(*args)
    transition = kernel.transition
    if not CALLBACK_TYPES.isdisjoint(map(type, given)):
        args, kwargs = with_reports(function, site, args, kwargs)
    done, in_order = through_sets(function, args)
    result = done(*in_order, **kwargs) if kwargs else done(*in_order)
    if kernel.transition is not transition and not kernel.alone:
        BEFORE[kind](function, site, given)
    return result


def name_module(cls: Any, caller: types.FrameType) -> None:
    """Let a class belong to the module whose code has called its metaclass.

    It is given the module of the innermost frame, which is this one.
    """
    if issubclass(type(cls), type) and module_of(cls) == __name__:
        type.__setattr__(cls, "__module__", caller.f_globals.get("__name__"))


def save_state(function: Any, args: Arguments) -> None:
    """Note what a function, in Python or C, will change of a module or the process."""
    if function in PROCESS_STATE:
        what, write = PROCESS_STATE[function]
        if write:
            save_process_state(what)
    elif function in WRITING_FUNCTIONS and args and is_foreign(args[0]):
        save_attribute(*args[:2])


def call_super(method: Any, site: int, /, *args: Any, **kwargs: Any) -> Any:
    """Call a method of a base class, found by `super()`.

    One that makes the object writes to nothing that others know.
    """
    if kernel.alone or method.__name__ in MAKING_METHODS:
        return method(*args, **kwargs)
    return call(method, site, *args, **kwargs)


def with_reports(
    function: Any, site: int, args: Arguments, kwargs: dict[str, Any]
) -> tuple[Arguments, dict[str, Any]]:
    """The arguments of a function that calls back, with its accesses reported.

    They are reported before each call of a callback, or after each item of a generator.
    """
    given = (*args, *kwargs.values())

    def report_again() -> None:
        if not kernel.alone:
            BEFORE[type(function)](function, site, given)

    def before_each_call(callback: Any) -> Any:
        def reported(*values: Any) -> Any:
            report_again()
            return callback(*values)

        return reported

    def after_each_item(items: Any) -> Iterator[Any]:
        for item in items:
            yield item
            report_again()

    def after_each_call(callback: Any) -> Any:
        def reported(*values: Any, **named: Any) -> Any:
            try:
                return callback(*values, **named)
            finally:
                report_again()

        return reported

    if type(getattr(function, "__self__", None)) is contextvars.Context:
        args = (after_each_call(args[0]), *args[1:])
    elif type(kwargs.get("key")) in CALLBACK_TYPES:
        kwargs = {**kwargs, "key": before_each_call(kwargs["key"])}
    elif args and (function is reduce or function in MAPPING):
        if args[0] is not None:  # as in `filter(None, items)`
            args = (before_each_call(args[0]), *args[1:])
    elif CONTENTS[type(getattr(function, "__self__", None))] == CONTAINER:
        args = tuple(
            after_each_item(one) if type(one) is types.GeneratorType else one
            for one in args
        )
    return args, kwargs


def frame_of_caller(function: Any, /, *args: Any, **kwargs: Any) -> Any:
    """Call a function that looks at the frames of its callers.

    For `sys._getframe` the explorer's own frames between them do not count.
    """
    if function is inspect.currentframe:
        return sys._getframe(1)
    if function is not sys._getframe:
        return function(*args, **kwargs)
    frame: Any = sys._getframe(1)
    for _ in range(args[0] if args else 0):
        frame = frame.f_back
        while frame is not None and is_ours(frame.f_globals.get("__name__") or ""):
            frame = frame.f_back
        if frame is None:
            raise ValueError("call stack is not deep enough")
    return frame


def call_callback(function: Any, /, *args: Any, **kwargs: Any) -> Any:
    """Call a callback that the program gave to a thread, a pool or a loop."""
    return call(function, CALLBACK_SITE, *args, **kwargs)


# --- What is reported before a call, by the type of the function ----------------------


def before_function(function: Any, site: int, args: Arguments) -> None:
    names = function.__globals__
    if "_explored_" in names:  # as `is_rewritten` finds first, for most
        return
    if is_ours(str(names.get("__name__"))):
        if args:
            report_arguments(site, args, reading=False)
    elif function is os.getenv:
        report_method(os.environ, "get", site, args)
    elif function in PROCESS_STATE:
        access_process_state(*PROCESS_STATE[function], site)
    elif not is_rewritten(function):
        changed = containers_in_closure(function) if function.__closure__ else ()
        report_arguments(site, args, reading=False, deep=True, changed=changed)


def before_method(bound: Any, site: int, args: Arguments) -> None:
    function = bound.__func__
    if type(function) is CACHE:
        before_cached(function, site, args)
        return
    owner = bound.__self__
    if type(function) is not types.FunctionType or STATE[type(owner)] == OWN:
        return  # the program's own, or unknown; a model's, which reports what it does
    names = function.__globals__
    if "_explored_" not in names and not (
        is_ours(str(names.get("__name__"))) or is_rewritten(function)
    ):
        report_method(
            owner, bound.__name__, site, args, only_reads_args=False, deep=True
        )


def before_cached(function: Any, site: int, args: Arguments) -> None:
    access(function.__wrapped__, None, True, site, True)


def before_partial(function: Any, site: int, args: Arguments) -> None:
    inner = function.func
    BEFORE[type(inner)](inner, site, (*function.args, *args))


def before_unbound(function: Any, site: int, args: Arguments) -> None:
    if function in ATTRIBUTE_FUNCTIONS:
        access_attribute(args[0], args[1], ATTRIBUTE_FUNCTIONS[function], site)
    elif args:
        report_method(args[0], function.__name__, site, args[1:])


def before_class(cls: Any, site: int, args: Arguments) -> None:
    module = module_of(cls)
    if module not in PROGRAM and not is_ours(module):
        nested = any(cls is one for one in DEEPLY_READING_CLASSES)
        report_arguments(site, args, reading=True, nested=nested)


def before_builtin(function: Any, site: int, args: Arguments) -> None:
    owner = function.__self__
    if type(owner) is contextvars.ContextVar:
        access_variable_in_context(owner, function.__name__, site)
    elif type(owner) is contextvars.Context:
        access_context(owner, function.__name__, args, site)
    elif owner is not None and not issubclass(type(owner), types.ModuleType):
        report_method(owner, function.__name__, site, args)
    elif function in READING_NOTHING:
        return
    elif function is contextvars.copy_context:
        if (context := current_context()) is not None:
            access(context, None, False, site, True)
    elif function in PROCESS_STATE:
        access_process_state(*PROCESS_STATE[function], site)
    elif function in ATTRIBUTE_FUNCTIONS:
        if len(args) > 1:
            save_state(function, args)
            access_attribute(args[0], args[1], ATTRIBUTE_FUNCTIONS[function], site)
    elif function is vars and args:
        kernel.register_namespace(namespace_of(args[0]), args[0])
    else:
        reading = function in READING_FUNCTIONS
        report_arguments(site, args, reading=reading, nested=reading)


def before_weak_reference(function: Any, site: int, args: Arguments) -> None:
    report(life_read(function), site)


def before_object(function: Any, site: int, args: Arguments) -> None:
    """Report nothing: its `__call__` is the program's own, or unknown."""


BEFORE_BY_TYPE: dict[type, Callable[[Any, int, Arguments], None]] = {
    types.FunctionType: before_function,
    types.MethodType: before_method,
    **dict.fromkeys(BUILTIN_FUNCTIONS, before_builtin),
    types.MethodWrapperType: before_builtin,
    types.MethodDescriptorType: before_unbound,
    types.WrapperDescriptorType: before_unbound,
    CACHE: before_cached,
}


def choose_before(kind: type) -> Callable[[Any, int, Arguments], None]:
    if issubclass(kind, type):
        return before_class
    if issubclass(kind, partial):
        return before_partial
    if issubclass(kind, weakref.ref):
        return before_weak_reference
    return BEFORE_BY_TYPE.get(kind, before_object)


# By the type of a function: what to do before a call of it, with site and arguments.
BEFORE = TypeCache(choose_before)
