"""The model of `weakref`: finalizers of a run are not called after the run."""

import weakref
from collections.abc import Callable
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.models.substitution import module
from bench.correctness.tracking.calls import call_callback
from bench.correctness.tracking.weak_references import references_to


# For a type checker `finalize` is generic, but at run time it takes no type arguments.
class Finalize(weakref.finalize):  # type: ignore[type-arg]
    """`weakref.finalize`, which is not called when the explorer's process exits."""

    __slots__ = ("_x_run",)

    def __init__(
        self, obj: Any, func: Callable[..., Any], /, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(obj, func, *args, **kwargs)
        self.atexit = False
        self._x_run = kernel.start

    def __call__(self, died: Any = None) -> Any:
        """Call the function, except if the object is freed because its run is over."""
        over = kernel.stop is not None or kernel.start is not self._x_run
        if died is not None and over:
            return self.detach()
        called = self._registry.pop(self, None)  # type: ignore[attr-defined]
        if called is None or self._shutdown:  # type: ignore[attr-defined]
            return None
        return call_callback(called.func, *called.args, **(called.kwargs or {}))


Finalize.__name__ = Finalize.__qualname__ = "finalize"


def getweakrefcount(thing: Any, /) -> int:
    """`weakref.getweakrefcount`, without the explorer's own references."""
    return len(references_to(thing))


def getweakrefs(thing: Any, /) -> list[Any]:
    """`weakref.getweakrefs`, without the explorer's own references."""
    return references_to(thing)


WEAKREF = module(
    "weakref",
    weakref,
    finalize=Finalize,
    getweakrefcount=getweakrefcount,
    getweakrefs=getweakrefs,
)
