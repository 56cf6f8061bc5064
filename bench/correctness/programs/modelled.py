"""Choose what a program gets in place of a module: a model, or a refusal.

Some modules of the standard library wait, read a clock, or have state that workers
share.  A model replaces such a module.  Other modules, such as `socket`, cannot be
controlled.  In their place, a program gets only their constants and exceptions.  So a
package can import such a module, but any other use of the module is refused.
"""

import importlib.util
import os
import sys
import types
from functools import cache
from importlib import import_module

from bench.correctness.models.asyncio_ import module as aio
from bench.correctness.models.stdlib import collections_ as collections_models
from bench.correctness.models.stdlib import dataclasses_ as dataclasses_models
from bench.correctness.models.stdlib import datetime_ as datetime_models
from bench.correctness.models.stdlib import drawing, frames_, operator_
from bench.correctness.models.stdlib import functools_ as functools_models
from bench.correctness.models.stdlib import weakref_ as weakref_models
from bench.correctness.models.stdlib.contexts import LATE
from bench.correctness.models.stdlib.greenlet_ import GreenletModule
from bench.correctness.models.stdlib.refused import MODULES, REFUSED_NAMES
from bench.correctness.models.stdlib.system import MODELLED_MODULES, system_model
from bench.correctness.models.substitution import (
    MISSING,
    ModelModule,
    UncontrolledModule,
    module,
    refusals,
    without_actions,
)
from bench.correctness.models.threading_ import executor as executor_models
from bench.correctness.models.threading_ import module as threading_models
from bench.correctness.models.threading_ import queue_ as queue_models

MODELS: dict[str, types.ModuleType] = {
    "threading": threading_models.THREADING,
    "time": threading_models.TIME,
    "queue": queue_models.QUEUE,
    "_queue": queue_models.QUEUE,
    "asyncio": aio.ASYNCIO,
    "concurrent": executor_models.CONCURRENT,
    "concurrent.futures": executor_models.FUTURES,
    "concurrent.futures.thread": executor_models.FUTURES,
    "_thread": threading_models.LOW,
    "functools": functools_models.FUNCTOOLS,
    "dataclasses": dataclasses_models.DATACLASSES,
    "collections": collections_models.COLLECTIONS,
    "copy": collections_models.COPY,
    "operator": operator_.OPERATOR,
    "datetime": datetime_models.DATETIME,
    "random": drawing.RANDOM,
    "secrets": drawing.SECRETS,
    "uuid": drawing.UUID,
    "weakref": weakref_models.WEAKREF,
    "inspect": frames_.INSPECT,
    "traceback": frames_.TRACEBACK,
}
# Standard modules of which only constants, exceptions and these names are allowed.
PARTLY_CONTROLLED: dict[str, tuple[str, ...]] = {
    "socket": (
        "inet_aton", "inet_ntoa", "inet_pton", "inet_ntop", "htons", "htonl", "ntohs",
        "ntohl", "getdefaulttimeout", "gethostname",
    ),
    "_socket": (),
    "select": (),
    "selectors": ("SelectorKey", "BaseSelector"),
    "signal": ("getsignal", "strsignal", "valid_signals", "default_int_handler"),
    "ssl": (  # contexts, and connections in memory: they need no socket
        "SSLContext", "SSLObject", "MemoryBIO", "create_default_context",
        "_create_unverified_context", "_create_default_https_context",
        "_create_stdlib_context", "get_default_verify_paths", "cert_time_to_seconds",
        "DER_cert_to_PEM_cert", "PEM_cert_to_DER_cert", "RAND_status",
    ),
    "resource": ("getpagesize", "getrlimit"),
    "getpass": ("getuser",),
    "code": (),
    "cmd": (),
    "faulthandler": ("is_enabled",),
    "subprocess": ("CompletedProcess", "list2cmdline"),
    "multiprocessing": ("cpu_count", "current_process", "parent_process"),
}  # fmt: skip
REFUSED_PACKAGES = {  # other event loops, and packages that switch between workers
    "trio", "gevent", "eventlet", "curio", "uvloop", "greenlet", "winloop",
}  # fmt: skip
# Python modules of the standard library that are loaded again for the program.  In this
# way, they also import models and refusals in place of the real modules.
UNDER_MODELS = {
    "asynchat", "asyncore", "ftplib", "http.client", "http.server", "imaplib",
    "nntplib", "pkgutil", "poplib", "runpy", "sched", "smtpd", "smtplib",
    "socketserver", "telnetlib", "urllib.request", "wsgiref.simple_server",
    "urllib.robotparser", "xmlrpc.client", "xmlrpc.server", "importlib.metadata",
    "pydoc", "csv", "graphlib", "heapq", "json", "json.encoder", "statistics", "string",
}  # fmt: skip

# The modules in UNDER_MODELS that are not rewritten.  The others call functions of the
# program, or iterate over its containers.  They are rewritten, because other workers
# can run between two of their steps.
PLAIN = UNDER_MODELS - {
    "csv",
    "graphlib",
    "heapq",
    "json",
    "json.encoder",
    "sched",
    "statistics",
    "string",
}


def is_replaced(name: str) -> bool:
    """Whether a program gets a replacement for the module with this full name."""
    top = name.partition(".")[0]
    known = (
        MODELS,
        PARTLY_CONTROLLED,
        REFUSED_PACKAGES,
        MODULES,
        REFUSED_NAMES,
        MODELLED_MODULES,
    )
    return name in MODELS or name in LATE or any(top in group for group in known)


@cache
def replacement(name: str, *, beside_threads: bool) -> types.ModuleType:
    """Return what a program gets for the name of a module that `is_replaced`.

    `beside_threads`: if true, the model of asyncio is the one for event loops that run
    beside threads.  Raises ModuleNotFoundError if this Python has no such module.
    """
    if name in LATE:
        return LATE[name]()
    if name in MODELS:
        beside = beside_threads and name == "asyncio"
        model = aio.BESIDE_THREADS if beside else MODELS[name]
        if name in ("asyncio", "concurrent.futures"):
            add_submodules(model, name)
        return model
    top = name.partition(".")[0]
    if name == "os.path":
        return import_module(os.path.__name__)
    found = system_model(name)
    if found is not None:
        return found
    if top in REFUSED_PACKAGES or (top in MODULES and top not in PARTLY_CONTROLLED):
        if importlib.util.find_spec(name) is None:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return GreenletModule() if name == "greenlet" else UncontrolledModule(name)
    original = import_module(name)
    if top in PARTLY_CONTROLLED:
        return without_actions(original, PARTLY_CONTROLLED.get(name, ()))
    parent_name, _, last = name.rpartition(".")
    parent = replacement(parent_name, beside_threads=beside_threads)
    if not isinstance(known := vars(parent).get(last), ModelModule):
        known = vars(parent)[last] = submodule(original, original, parent)
    return known


def add_submodules(model: types.ModuleType, name: str) -> None:
    """Add models of all loaded submodules to the model of a package."""
    for full, original in [*sys.modules.items()]:
        parent, _, last = full.rpartition(".")
        if full in MODELS and parent == name:
            vars(model)[last] = MODELS[full]
        elif parent == name:
            known = vars(model).get(last)
            base = known if isinstance(known, types.ModuleType) else original
            vars(model)[last] = submodule(original, base, model)


def submodule(
    original: types.ModuleType,
    base: types.ModuleType,
    parent: types.ModuleType,
) -> types.ModuleType:
    """Return a model of a submodule.

    Names that the model of the package replaces are replaced in the same way.  All
    other names come from `base`.
    """
    stock_parent = sys.modules[parent.__name__]
    replaced = {
        id(value): vars(parent)[name]
        for name, value in vars(stock_parent).items()
        if callable(value) and vars(parent).get(name, MISSING) not in (value, MISSING)
    }
    internal = INTERNAL_LOOPS.get(original.__name__, ())
    return module(
        original.__name__,
        base,
        **{
            **refusals(original, *internal),
            **{
                name: replaced[id(value)]
                for name, value in vars(original).items()
                if id(value) in replaced
            },
        },
    )


# Classes of submodules that are refused, because they would make real event loops,
# connections or processes.
INTERNAL_LOOPS: dict[str, tuple[str, ...]] = {
    "asyncio.base_events": ("Server",),
    "asyncio.selector_events": ("BaseSelectorEventLoop",),
    "asyncio.proactor_events": ("BaseProactorEventLoop",),
    "asyncio.base_subprocess": ("BaseSubprocessTransport",),
    "concurrent.futures.process": ("ProcessPoolExecutor",),
}


def is_standard(name: str) -> bool:
    """Whether a module is in the standard library."""
    return name.partition(".")[0] in sys.stdlib_module_names
