"""The model of `globals()`, and a test for namespaces that may be shared."""

import sys
import types
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.instrument.sites import CALLBACK_SITE
from bench.correctness.tracking.accesses import access
from bench.correctness.tracking.type_traits import SHARED, STATE


def globals_of_caller() -> Any:
    """The model of `globals()`: it returns the namespace of the calling module.

    From now on, an access to this dict counts as an access to a variable of the module.
    """
    names = sys._getframe(1).f_globals
    module = sys.modules.get(names.get("__name__", ""))
    if module is not None and vars(module) is names:
        kernel.register_namespace(names, module)
    return names


def may_be_shared(names: dict[str, Any]) -> bool:
    """Whether other workers may use this namespace, or an object in it.

    The answer is yes if another worker has run code in the namespace, or if an object
    in it is neither immutable nor a model.  The call also notes that the current worker
    runs code in the namespace.
    """
    owner = kernel.claim_namespace(names)
    access(names, None, True, CALLBACK_SITE, True)
    return owner is not kernel.current or any(
        STATE[type(value)] == SHARED and type(value) is not types.FunctionType
        for name, value in names.items()
        if name != "__builtins__"
    )
