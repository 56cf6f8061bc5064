"""Models of builtins and modules that a program may use only within limits.

The explorer does not control every module, and does not transform what `eval` and
`exec` run.  A use that could hide a race raises CannotRunError.
"""

import sys
import types
from collections.abc import Callable
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.instrument.sites import CALLBACK_SITE
from bench.correctness.models.substitution import refuse
from bench.correctness.tracking.accesses import access
from bench.correctness.tracking.type_traits import SHARED, STATE


class UncontrolledClass(type):
    """The metaclass of the attributes of an uncontrolled module.

    Naming such an attribute is allowed; calling it or one of its methods is refused.
    """

    def __call__(cls, *_: Any, **__: Any) -> Any:
        refuse(f"{cls.__module__}.{cls.__name__}")()

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        refuse(f"{cls.__module__}.{cls.__name__}.{name}")()


class UncontrolledModule(types.ModuleType):
    """A module that cannot be controlled: importing it is allowed, using it is not."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        # An exception class: the program may name it in an `except` clause.
        found = UncontrolledClass(name, (Exception,), {"__module__": self.__name__})
        setattr(self, name, found)
        return found


def globals_of_caller() -> Any:
    """The model of `globals()`: accesses to the dict are accesses to the variables."""
    names = sys._getframe(1).f_globals
    module = sys.modules.get(names["__name__"])
    if module is not None and vars(module) is names:
        kernel.register_namespace(names, module)
    return names


def may_be_shared(names: dict[str, Any]) -> bool:
    """Whether another worker uses this namespace, or may use an object in it."""
    owner = kernel.claim_namespace(names)
    access(names, None, True, CALLBACK_SITE, True)
    return owner is not kernel.current or any(
        STATE[type(value)] == SHARED and type(value) is not types.FunctionType
        for name, value in names.items()
        if name != "__builtins__"
    )


def restricted(run: Callable[..., Any]) -> Callable[..., Any]:
    """The model of `eval` or `exec`: accesses in what it runs are not tracked.

    So beside other workers its namespaces must not be shared.
    """

    def run_restricted(
        source: Any, globals_: Any = None, locals_: Any = None, /
    ) -> Any:
        given = [names for names in (globals_, locals_) if names is not None]
        if not kernel.alone and (not given or any(map(may_be_shared, given))):
            refuse(f"{run.__name__}() of shared names")()
        if globals_ is None:
            caller = sys._getframe(1)
            globals_, locals_ = caller.f_globals, caller.f_locals
        return run(source, globals_, locals_)

    return run_restricted
