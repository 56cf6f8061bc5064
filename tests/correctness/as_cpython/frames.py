"""Rules of frames and of the depth of calls that CPython keeps, each a function.

The tests run each as it is and under the explorer, and compare what it returns.
"""

import dataclasses
import inspect
import io
import logging
import sys
import threading
import traceback
import warnings
from concurrent.futures import ThreadPoolExecutor

SHARED = {"n": 0}


def _in_two_threads(function):
    """What two threads see; they share something, so that hooks may interrupt them."""

    def work():
        SHARED["n"] += 1
        return function()

    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(work) for _ in range(2)]
        return [job.result() for job in jobs]


def _outer(function):
    return function()


def _by_key(function):
    """Called by a function in C, in the middle."""
    return sorted([1], key=lambda _: SHARED.update(r=function()) or 1) and SHARED["r"]


def the_caller_of_a_frame():
    def caller():
        return inspect.currentframe().f_back.f_code.co_name

    def two_out():
        return sys._getframe().f_back.f_back.f_code.co_name

    return _outer(caller), _outer(two_out), _in_two_threads(lambda: _outer(caller))


def the_caller_through_a_function_in_c():
    def caller():
        frame = inspect.currentframe()
        return frame.f_back.f_code.co_name, frame.f_back.f_back.f_code.co_name

    return _by_key(caller)


def a_chain_of_callers():
    def names():
        frame, found = sys._getframe(), []
        while frame is not None and len(found) < 4:
            found.append(frame.f_code.co_name)
            frame = frame.f_back
        return found

    return _outer(lambda: _outer(names))


def the_stack_of_inspect():
    def names():
        return [(one.function, one.lineno) for one in inspect.stack()[:3]]

    def by_frame():
        found = inspect.getouterframes(inspect.currentframe())
        return [one.function for one in found[:3]]

    return _outer(names), _outer(by_frame), _in_two_threads(lambda: _outer(names))


def the_stack_of_traceback():
    def names():
        return [one.name for one in traceback.extract_stack()[-3:]]

    def limited():
        return [one.name for one in traceback.extract_stack(limit=2)]

    def printed():
        file = io.StringIO()
        traceback.print_stack(limit=2, file=file)
        return file.getvalue(), traceback.format_stack(limit=1)

    def walked():
        frames = [*traceback.walk_stack(sys._getframe())]
        return [(frame.f_code.co_name, line) for frame, line in frames[:3]]

    return _outer(names), _outer(limited), _outer(printed), _outer(walked)


def _fail(error):
    raise error


def _length(trace):
    count = 0
    while trace is not None:
        count, trace = count + 1, trace.tb_next
    return count


def the_frames_of_an_exception():
    try:
        _outer(lambda: _fail(ValueError("a")))
    except ValueError as error:
        names = [one.name for one in traceback.extract_tb(error.__traceback__)]
        return names, _length(error.__traceback__), traceback.format_exc()


def the_frames_of_exc_info():
    try:
        _outer(lambda: _fail(KeyError(1)))
    except KeyError:
        found = traceback.format_exception(*sys.exc_info())
        shown = io.StringIO()
        traceback.print_exc(file=shown)
        return found, shown.getvalue()


def the_frames_of_a_cause():
    def chained():
        try:
            _outer(lambda: _fail(ValueError("a")))
        except ValueError as error:
            raise TypeError("b") from error

    try:
        _outer(chained)
    except TypeError as error:
        made = traceback.TracebackException.from_exception(error)
        parts = {"exc_value": error, "exc_traceback": error.__traceback__}
        named = traceback.TracebackException(TypeError, **parts)
        same = [*named.format()] == [*made.format()]
        return "".join(made.format()), same, _length(error.__cause__.__traceback__)


def the_frames_of_a_group():
    def both():
        try:
            _fail(ValueError("a"))
        except ValueError as error:
            raise ExceptionGroup("g", [error]) from None

    try:
        _outer(both)
    except ExceptionGroup as group:
        return traceback.format_exc(), _length(group.exceptions[0].__traceback__)


def an_exception_that_is_frozen():
    @dataclasses.dataclass(frozen=True)
    class FaultError(Exception):
        number: int

    try:
        _outer(lambda: _fail(FaultError(1)))
    except FaultError as error:
        return _length(error.__traceback__), len(traceback.format_exc().splitlines())


class _Kept(logging.Handler):
    def __init__(self):
        super().__init__()
        self.kept = []

    def emit(self, record):
        self.kept.append((record.funcName, record.lineno, self.format(record)))


def what_a_logger_says_of_its_caller():
    log = logging.Logger("frames")
    log.addHandler(kept := _Kept())

    def says():
        log.warning("a")

    def of_its_caller():
        log.warning("b", stacklevel=2)

    def with_exception():
        try:
            _outer(lambda: _fail(ValueError("a")))
        except ValueError:
            log.exception("c")

    for function in (says, of_its_caller, with_exception):
        _outer(function)
    return kept.kept


def where_a_warning_says_it_is():
    def warned(function):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            function()
        return [(one.lineno, one.category.__name__, str(one.message)) for one in caught]

    def here():
        warnings.warn("a")  # noqa: B028

    def of_its_caller():
        warnings.warn("b", DeprecationWarning, 2)

    def far():
        _outer(lambda: warnings.warn("c", stacklevel=3))

    return [warned(one) for one in (here, of_its_caller, far)]


# --- The depth of calls ---------------------------------------------------------------


def _down(depth):
    return _down(depth - 1) if depth else 0


def _is_too_deep(depth):
    try:
        _down(depth)
    except RecursionError:
        return True
    return False


def _with_limit(limit, function):
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(limit)
    try:
        return function()
    finally:
        sys.setrecursionlimit(before)


def a_higher_limit_lets_calls_go_deeper():
    return _with_limit(9_000, lambda: [_is_too_deep(n) for n in (500, 4_000, 8_000)])


def a_lower_limit_ends_them_sooner():
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(
            _with_limit, 300, lambda: [_is_too_deep(n) for n in (100, 1_000)]
        ).result()


def the_limit_is_what_was_set():
    return _with_limit(2_345, sys.getrecursionlimit), _in_two_threads(
        lambda: _with_limit(3_000, lambda: _is_too_deep(2_000))
    )


def a_limit_that_is_none():
    found = []
    for limit in (0, -1, "a"):
        try:
            sys.setrecursionlimit(limit)
        except (ValueError, TypeError) as error:
            found.append(type(error).__name__)
    return found


# --- What ends a thread ---------------------------------------------------------------


def _hooked(function):
    ends, before = [], threading.excepthook
    threading.excepthook = lambda args: ends.append(args.exc_type.__name__)
    try:
        thread = threading.Thread(target=function)
        thread.start()
        thread.join()
    finally:
        threading.excepthook = before
    return ends


def a_hook_is_told_of_an_exit():
    return _hooked(lambda: sys.exit(3)), _hooked(lambda: _fail(SystemExit))


def a_hook_is_told_of_an_error():
    return _hooked(lambda: _fail(ValueError)), _hooked(lambda: None)


def a_print_without_a_screen():
    before, sys.stdout = sys.stdout, None
    try:
        return print("a"), print("b", file=None)  # noqa: T201
    finally:
        sys.stdout = before
