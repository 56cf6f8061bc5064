"""The hook of calls: it reports what functions that are not rewritten access.

A rewritten function reports its own accesses.
"""

import itertools
import types
from functools import partial
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.operations import ANY_POINT
from bench.correctness.instrument.sites import CALLBACK_SITE
from bench.correctness.tracking.accesses import access
from bench.correctness.tracking.arguments import Arguments
from bench.correctness.tracking.base_slots import is_rewritten, module_of
from bench.correctness.tracking.before_calls import BEFORE
from bench.correctness.tracking.behind import reads_contents
from bench.correctness.tracking.callbacks import (
    CALLED_AT,
    COMPARING_RESULTS,
    ENCODER,
    IN_PLACE_OF_NONE,
    NEXT_IN_PYTHON,
    TESTING,
    TRUTH_TESTS,
    place_of_callback,
    runs_python,
)
from bench.correctness.tracking.called_in_c import watched
from bench.correctness.tracking.containers import get_item, read_truth
from bench.correctness.tracking.deep_reads import report
from bench.correctness.tracking.factories import item_to_make, may_make_items
from bench.correctness.tracking.getters import (
    getter_in_c,
    is_getter,
    runs_special,
)
from bench.correctness.tracking.iterators import LAZY, CallbackOfIterator
from bench.correctness.tracking.python_within import may_call_python
from bench.correctness.tracking.read_results import (
    NOTHING,
    TRUTH,
    WHOLE,
    Results,
    Uninterrupted,
    note_readers,
    note_reading,
)
from bench.correctness.tracking.repeated_reports import (
    ReportedItems,
    accesses_attributes,
    call_with_getter,
    is_uninterrupted,
    with_reports,
)
from bench.correctness.tracking.rereads import IN_CONTAINERS, drop_read, note_read
from bench.correctness.tracking.saved_before import save_state
from bench.correctness.tracking.set_order import SETS, through_sets
from bench.correctness.tracking.standard_state import use_class
from bench.correctness.tracking.type_traits import (
    BUILTIN_FUNCTIONS,
    PROGRAM,
)
from bench.correctness.tracking.weak_references import note_finalizer

MAKING_METHODS = {"__new__", "__init__", "__init_subclass__", "__set_name__"}
# CALLING_TYPES: functions of these types may call an argument, or take items from an
# argument one by one.  CALLBACK_TYPES: the types of such an argument.
CALLING_TYPES = {*BUILTIN_FUNCTIONS, types.MethodDescriptorType, type, ENCODER}
CALLBACK_TYPES = {
    types.FunctionType, types.MethodType, types.GeneratorType, *LAZY, itertools.chain,
    itertools.compress, itertools.cycle, itertools.pairwise, itertools.zip_longest,
    type(iter(int, 1)),
}  # fmt: skip
REPLACED_TYPES = {*CALLBACK_TYPES, *SETS}  # types of arguments that are replaced
CHANGING_TYPES = {
    *BUILTIN_FUNCTIONS,
    types.FunctionType,
    types.MethodType,
}  # see `save_state`
KNOWN_BEFORE = BEFORE.known
EXPLORED = {"_explored_": True}  # in the namespace of each rewritten module


def call(function: Any, site: int, /, *args: Any, **kwargs: Any) -> Any:
    """Call a function; if it is not rewritten, report what it reads and writes.

    A built-in function may call functions of the program, in which other workers may
    run.  After each such call the built-in function reads or writes again, so its
    accesses are reported again.
    """
    kind = type(function)
    if kernel.alone:
        if kind in CHANGING_TYPES:
            save_state(function, args)
        elif issubclass(kind, type):
            note_finalizer(function, args)
            if module_of(function) not in PROGRAM:
                use_class(module_of(function), None)
        if kind in CALLING_TYPES and (args or kind is not type):
            if function in CALLED_AT:  # workers may later use the returned iterator
                args, kwargs = with_callback(function, site, args, kwargs)
            function, args = through_sets(function, args)
        return function(*args, **kwargs)
    given = args
    if kwargs:
        if kind in CALLING_TYPES and is_getter(kwargs.get("key")):
            return call_with_getter(function, site, args, kwargs)
        given = (*args, *kwargs.values())
    try:
        before = KNOWN_BEFORE[kind]
    except KeyError:
        before = BEFORE[kind]
    if site in kernel.points:
        kernel.as_one_operation(site, before, function, site, given)
    else:
        before(function, site, given)
    if kind not in CALLING_TYPES:  # true of most calls; without `**` they are faster
        try:
            return function(*args, **kwargs) if kwargs else function(*args)
        except BaseException:
            # Without `del`, `result` of a future would leave a reference cycle: from
            # the exception to this frame, to the future, and back to the exception.
            del function, args, kwargs, given
            raise
    if (item := item_to_make(function, args)) is not None:
        return get_item(*item, site)
    transition = kernel.transition
    if given:
        unchanged = (
            REPLACED_TYPES.isdisjoint(map(type, given))
            and function not in CALLED_AT
            and "key" not in kwargs
        )
    else:
        unchanged = type(getattr(function, "__self__", None)) is not set
    if kernel.lets_die and IN_CONTAINERS in kernel.points and site in kernel.points:
        # With `lets_die`, a run must keep no objects alive.  But a read that is stored
        # by `note_read` keeps its objects alive.  The read of a call does no harm: the
        # call needs the objects too, and `drop_read` removes the read when the call
        # ends.  So with `lets_die`, this hook stores a read, and no other hook does.
        note_read(site, partial(before, function, site, given))
        unchanged, noted = False, True
    else:
        noted = False
    if site in kernel.points and may_call_python(function, given):
        unchanged = False
        within = partial(kernel.as_one_operation, site, before, function, site, given)
    else:
        within = None
    if unchanged:  # true of most calls
        result = function(*args, **kwargs) if kwargs else function(*args)
    else:
        if function in CALLED_AT or "key" in kwargs:
            args, kwargs = with_callback(function, site, args, kwargs)
        elif not CALLBACK_TYPES.isdisjoint(map(type, given)):
            args = with_reports(function, site, args, given)
        done, in_order = through_sets(function, args)
        try:
            if within is not None:
                result = watched(within, done, in_order, kwargs)
            else:
                result = done(*in_order, **kwargs) if kwargs else done(*in_order)
        finally:
            if noted:
                drop_read(site)
    if kernel.transition is not transition and not kernel.alone:
        kernel.as_one_operation(site, before, function, site, given)
    return result


def decorate(function: Any, site: int) -> Any:
    """Return a decorator; its call is reported, unless it is rewritten or a class."""
    if is_rewritten(function) or issubclass(type(function), type):
        return function
    return lambda made: call(function, site, made)


def call_super(method: Any, site: int, /, *args: Any, **kwargs: Any) -> Any:
    """Call a method of a base class, found by `super()`.

    A method that makes an object is not reported, because other workers do not know the
    object yet.
    """
    if kernel.alone or method.__name__ in MAKING_METHODS:
        return method(*args, **kwargs)
    return call(method, site, *args, **kwargs)


def with_callback(
    function: Any, site: int, args: Arguments, kwargs: dict[str, Any]
) -> tuple[Arguments, dict[str, Any]]:
    """Wrap the argument that a function calls for each item; return all arguments.

    If this callback runs Python code, other workers may run during its calls.  So after
    each call, the wrapper reports what the function reads for the next item.
    """
    place, name = place_of_callback(function)
    is_named = place >= len(args)
    if function is iter and len(args) == 1:
        return args, kwargs
    callback = kwargs.get(name) if is_named else args[place]
    if callback is None:
        callback = IN_PLACE_OF_NONE.get(function)
    sources = args if is_named else (*args[:place], *args[place + 1 :])
    if any(callback is one for one in TRUTH_TESTS):
        note_reading(sources, TRUTH)
    elif reads_contents(callback) or function is itertools.starmap:
        note_reading(sources, WHOLE)
    elif is_named and callback is None:  # as in `max(rows, key=None)`
        note_readers(function, args)
    tests = function in TESTING
    compares = is_named or function in COMPARING_RESULTS
    results = Results(TRUTH if tests else WHOLE if compares else NOTHING, site)
    if type(callback) is types.FunctionType and is_uninterrupted(callback):
        callback = Uninterrupted(callback, results, tests)
    elif function is enumerate:
        if not NEXT_IN_PYTHON[type(callback)]:
            return args, kwargs
        callback = ReportedItems(callback, site)
    elif (
        function is not itertools.starmap  # its items are tuples of arguments
        and (getter := getter_in_c(callback, sources)) is not None
    ):
        callback = getter
    elif (
        runs_python(callback)
        or may_make_items(callback)
        or (function in LAZY and runs_special(callback, sources))
    ):
        before = partial(BEFORE[type(function)], function, site)
        given = (*args, *kwargs.values())
        callback = Reported(callback, results, before, given, tests)
    elif accesses_attributes(callback):
        callback = Uninterrupted(partial(call, callback, site), results, tests)
    else:
        return args, kwargs
    if is_named:
        return args, {**kwargs, name: callback}
    return (*args[:place], callback, *args[place + 1 :]), kwargs


class Reported(CallbackOfIterator):
    """A callback of a function in C; after each call, the reads are reported again."""

    __slots__ = ("before", "callback", "given", "results", "tests")

    def __init__(
        self,
        callback: Any,
        results: Results,
        before: Any,
        given: Arguments,
        tests: bool,
    ) -> None:
        super().__init__()
        self.callback, self.results = callback, results
        self.before, self.given, self.tests = before, given, tests

    def __call__(self, *values: Any) -> Any:
        if kernel.alone:
            return self.callback(*values)
        site = self.results.site
        result = call(self.callback, site, *values)
        if not kernel.alone:
            if self.tests:
                result = read_truth(result, site)
                self.report_again()
            elif self.results.reads:
                # C code reads the result and then takes the next item.  No other worker
                # can run between the two, so both are reported as one operation.
                kernel.as_one_operation(ANY_POINT, self.report_all, result)
            else:
                self.report_again()
        return result

    def report_all(self, result: Any) -> None:
        self.results.report(result)
        self.report_again()

    def report_again(self) -> None:
        """Report what the function in C does before the next call.

        This worker is about to use the iterator again.  Another worker may use the
        iterator before that.
        """
        self.before(self.given)
        places = self.place.places()
        if len(places) == 1:
            access(self.place, None, True, self.results.site, True)
        else:
            report([(one, None, True) for one in places], self.results.site)


def call_callback(function: Any, /, *args: Any, **kwargs: Any) -> Any:
    """Call a callback that the program gave to a thread, a pool or a loop."""
    return call(function, CALLBACK_SITE, *args, **kwargs)
