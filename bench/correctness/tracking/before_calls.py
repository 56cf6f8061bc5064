"""Before a call, report what it accesses, depending on the called function's type."""

import contextvars
import marshal
import operator
import os
import pickle
import types
import weakref
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable
from functools import partial
from itertools import starmap
from typing import Any

from bench.correctness.engine.frames import is_ours
from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.races import BASES
from bench.correctness.tracking.accesses import access, access_attribute, read_class
from bench.correctness.tracking.arguments import (
    PLAIN_METHODS,
    WITHOUT_KEYS,
    Arguments,
    containers_in_closure,
    report_arguments,
    report_method,
)
from bench.correctness.tracking.attributes import ATTRIBUTE_FUNCTIONS
from bench.correctness.tracking.base_slots import is_rewritten, module_of
from bench.correctness.tracking.caches import look_up
from bench.correctness.tracking.callbacks import ENCODER
from bench.correctness.tracking.context_variables import (
    access_context,
    access_variable_in_context,
    current_context,
)
from bench.correctness.tracking.deep_reads import SCALARS, report, report_all_attributes
from bench.correctness.tracking.factories import item_to_make
from bench.correctness.tracking.library_writes import report_set_attributes
from bench.correctness.tracking.module_state import (
    PROCESS_STATE,
    access_process_state,
)
from bench.correctness.tracking.one_step import (
    CALL_METHODS,
    note_asked,
    note_in_c,
    note_making,
    note_one_step,
)
from bench.correctness.tracking.read_results import WHOLE, note_reading
from bench.correctness.tracking.registered_classes import (
    METHODS_OF_CLASSES,
    REGISTER,
    report_lineage,
    report_registration,
    save_registered,
)
from bench.correctness.tracking.registered_in_c import UNDOING, save_registering
from bench.correctness.tracking.saved_before import save_state
from bench.correctness.tracking.special_objects import CODE, call_reads, lineage_read
from bench.correctness.tracking.standard_state import (
    IN_C,
    NO_NAMES,
    use_class,
    use_function,
    use_module,
)
from bench.correctness.tracking.type_cache import TypeCache
from bench.correctness.tracking.type_traits import (
    BUILTIN_FUNCTIONS,
    CACHE,
    CONTENTS,
    FINALIZER,
    METHOD,
    MODEL,
    MORTAL,
    ORDINARY,
    OWNERS,
    PLAIN_OWNER,
    PROGRAM,
    READING_FUNCTIONS,
    SPECIAL,
    STATEFUL_OWNER,
    TRACKED,
)
from bench.correctness.tracking.weak_references import WEAK, life_read, note_finalizer

SERIALIZING_FUNCTIONS = {pickle.dumps, pickle.dump, marshal.dumps, marshal.dump}
BUILT_IN_CONTAINERS = {list, dict, set, deque}  # they have no method `dump`
# Classes that read containers within containers, as `dict` reads pairs in a list.
DEEPLY_READING_CLASSES = (str, starmap, dict, OrderedDict, defaultdict)
READING_NOTHING = (isinstance, issubclass, id, callable)


def before_function(function: Any, site: int, args: Arguments) -> None:
    if CODE in kernel.written_names:
        report(call_reads(function), site)
    names = function.__globals__
    if "_explored_" in names:  # the function is rewritten, like most functions
        return
    if is_ours(str(names.get("__name__"))):
        if args and not SCALARS.issuperset(map(type, args)):
            report_arguments(site, args, reading=False)
    elif function is os.getenv:
        report_method(os.environ, "get", site, args)
    elif function in PROCESS_STATE:
        access_process_state(*PROCESS_STATE[function], site)
    elif function is REGISTER and args:
        save_registered(args[0])
        report_registration(site)
    elif not is_rewritten(function):
        use_function(function, site)
        report_set_attributes(function, args, site)
        changed = containers_in_closure(function) if function.__closure__ else ()
        states = function.__module__ == "inspect"  # such as getcoroutinestate
        note_reading(args, WHOLE)  # items that the function takes from generators
        report_arguments(
            site, args, reading=False, deep=True, changed=changed, states=states
        )
        note_one_step(function, site, (*args, *changed))


KNOWN_OWNERS = OWNERS.known
# A cache of methods of the explorer that report their own accesses.  An example is
# `start` of the model of `Thread`, called on an object of a subclass of the program.
OWN_FUNCTIONS: set[types.FunctionType] = set()
MAX_FUNCTIONS = 500  # a full cache is cleared: each program adds methods of its own


def before_method(bound: Any, site: int, args: Arguments) -> None:
    function = bound.__func__
    is_function = type(function) is types.FunctionType
    if not is_function and type(function) is CACHE:
        look_up(function, site, (bound.__self__, *args))
        return
    owner = bound.__self__
    try:
        kind = KNOWN_OWNERS[type(owner)]
    except KeyError:
        kind = OWNERS[type(owner)]
    if kind == MODEL:
        return  # a model reports its own accesses
    if kind == PLAIN_OWNER and is_function and function in OWN_FUNCTIONS:
        if CODE in kernel.written_names:
            report(call_reads(function), site)
        return
    if function is REGISTER:
        save_registered(owner)
        report_registration(site)
        return
    if kind == FINALIZER:
        report([(owner, None, bound.__name__ != "peek")], site)
        return
    if not is_function:  # as in `types.MethodType(dict.update, names)`
        BEFORE[type(function)](function, site, (owner, *args))
        return
    if CODE in kernel.written_names:
        report(call_reads(function), site)
    names = function.__globals__
    explored = "_explored_" in names
    if kind == PLAIN_OWNER and not explored and is_ours(str(names.get("__name__"))):
        if len(OWN_FUNCTIONS) >= MAX_FUNCTIONS:
            OWN_FUNCTIONS.clear()
        OWN_FUNCTIONS.add(function)
    elif kind == STATEFUL_OWNER or not (explored or is_rewritten(function)):
        report_method(
            owner, bound.__name__, site, args, only_reads_args=False, deep=True
        )
        if not explored:
            report_set_attributes(function, (owner, *args), site)
            use_function(function, site)
            note_one_step(function, site, (owner, *args))


def before_partial(function: Any, site: int, args: Arguments) -> None:
    access(function.keywords, None, False, site, True)
    given = (*function.args, *args, *function.keywords.values())
    BEFORE[type(function.func)](function.func, site, given)


def before_unbound(function: Any, site: int, args: Arguments) -> None:
    if function in ATTRIBUTE_FUNCTIONS:
        if len(args) > 1:
            access_attribute(args[0], args[1], ATTRIBUTE_FUNCTIONS[function], site)
    elif args:
        report_method(args[0], function.__name__, site, args[1:])


def before_class(cls: Any, site: int, args: Arguments) -> None:
    note_finalizer(cls, args)
    if BASES in kernel.written_names:
        report(lineage_read(cls), site)
    module = module_of(cls)
    if module not in PROGRAM and not is_ours(module):
        if module != "builtins":
            use_class(module, site)
        nested = any(cls is one for one in DEEPLY_READING_CLASSES)
        report_arguments(site, args, reading=True, nested=nested)
        note_making(cls, site, args)
        note_asked(cls, site, args)


def before_builtin(function: Any, site: int, args: Arguments) -> None:
    owner = function.__self__
    kind = type(owner)
    if kind in BUILT_IN_CONTAINERS:  # as in most calls
        name = function.__name__
        if kind in WITHOUT_KEYS and name in PLAIN_METHODS and WEAK not in kernel.points:
            access(owner, None, not PLAIN_METHODS[name], site, True)
            if args and not SCALARS.issuperset(map(type, args)):
                report_arguments(site, args, reading=True)
        else:
            report_method(owner, name, site, args)
    elif type(owner) is contextvars.ContextVar:
        access_variable_in_context(owner, function.__name__, site)
    elif type(owner) is contextvars.Context:
        access_context(owner, function.__name__, args, site)
        if args and CONTENTS[type(args[0])] == METHOD:  # `run` calls this method
            before_run_in_context(args[0], site, args[1:])
    elif function is operator.call and args:
        BEFORE[type(args[0])](args[0], site, args[1:])
    elif type(owner) is types.CoroutineType:
        access(owner, None, True, site, True)
    elif issubclass(type(owner), type) and function.__name__ in METHODS_OF_CLASSES:
        report_lineage(owner, function.__name__, site)
    elif type(function) is types.MethodWrapperType or (
        owner is not None and not issubclass(type(owner), types.ModuleType)
    ):
        # If the call makes a missing item of a defaultdict, nothing is reported here:
        # `calls.call` runs `get_item` in place of `function`, and `get_item` reports.
        if item_to_make(function, args) is None:
            name = note_in_c(kind, function.__name__)  # `dump` is a pickler's method
            report_method(owner, name, site, args, deep=name == "dump")
    elif function in READING_NOTHING:
        return
    elif function is contextvars.copy_context:
        if (context := current_context()) is not None:
            access(context, None, False, site, True)
    elif function in PROCESS_STATE:
        access_process_state(*PROCESS_STATE[function], site)
    elif function in UNDOING:
        save_registering(function, args)
    elif function in ATTRIBUTE_FUNCTIONS:
        if len(args) > 1:
            save_state(function, args)
            access_attribute(args[0], args[1], ATTRIBUTE_FUNCTIONS[function], site)
    elif function is dir and args:
        if TRACKED[type(args[0])] in (ORDINARY, MORTAL, SPECIAL):
            report_all_attributes(args[0], False, site)
    elif function in SERIALIZING_FUNCTIONS:
        report_arguments(site, args, reading=True, deep=True)
    elif function is vars and args:
        access_attribute(args[0], "__dict__", False, site)
    else:
        if function in IN_C:
            use_module(IN_C[function], NO_NAMES, site)
        # Most functions in C that get a container may compare or copy its items, too.
        reads = function in READING_FUNCTIONS
        report_arguments(site, args, reading=reads, nested=True)
        note_asked(function, site, args)


def before_run_in_context(function: Any, site: int, args: Arguments) -> None:
    if type(getattr(function, "__self__", None)) is not contextvars.ContextVar:
        BEFORE[type(function)](function, site, args)


def before_encoder(function: Any, site: int, args: Arguments) -> None:
    """Report that `json` reads containers, and those within them, as one operation."""
    report_arguments(site, args, reading=True, nested=True)


def before_weak_reference(function: Any, site: int, args: Arguments) -> None:
    report(life_read(function), site)


def before_finalizer(function: Any, site: int, args: Arguments) -> None:
    report([(function, None, True)], site)


def before_object(function: Any, site: int, args: Arguments) -> None:
    """Report a read of the class of an object that is called.

    A `__call__` of the program reports its own accesses.  The accesses of a `__call__`
    in C or in the library, for example of a mock, are reported here.
    """
    read_class(function, site)
    if (method := CALL_METHODS[type(function)]) is not None:
        BEFORE[types.MethodType](types.MethodType(method, function), site, args)


BEFORE_BY_TYPE: dict[type, Callable[[Any, int, Arguments], None]] = {
    types.FunctionType: before_function,
    types.MethodType: before_method,
    **dict.fromkeys(BUILTIN_FUNCTIONS, before_builtin),
    types.MethodWrapperType: before_builtin,
    types.MethodDescriptorType: before_unbound,
    types.WrapperDescriptorType: before_unbound,
    CACHE: look_up,
    ENCODER: before_encoder,
}


def choose_before(kind: type) -> Callable[[Any, int, Arguments], None]:
    if issubclass(kind, type):
        return before_class
    if issubclass(kind, partial):
        return before_partial
    if issubclass(kind, weakref.ref):
        return before_weak_reference
    if issubclass(kind, weakref.finalize):
        return before_finalizer
    return BEFORE_BY_TYPE.get(kind, before_object)


# By the type of a function: the reporting function to call before each call of it.
BEFORE = TypeCache(choose_before)
