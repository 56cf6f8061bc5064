"""Which Python functions are models of functions in C.

If a class has a function in C as an attribute, the function does not become a method.
A model in Python would become one.  So `tracking.classes` makes it a static method.
"""

from collections.abc import Mapping
from types import BuiltinFunctionType, FunctionType
from typing import Any

MODELS_OF_C: set[Any] = set()


def note_models_of_c(original: Mapping[str, Any], replaced: Mapping[str, Any]) -> None:
    """Note which new values of a module's names are models of functions in C."""
    MODELS_OF_C.update(
        model
        for name, model in replaced.items()
        if type(model) is FunctionType
        and type(original.get(name)) is BuiltinFunctionType
    )
