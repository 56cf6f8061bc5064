"""Save the state that a call may change while no other worker runs."""

import types
from typing import Any

from bench.correctness.tracking.arguments import Arguments
from bench.correctness.tracking.attribute_dicts import note_dict
from bench.correctness.tracking.module_state import (
    PROCESS_STATE,
    save_before_write,
    save_process_state,
)
from bench.correctness.tracking.registered_classes import REGISTER, save_registered
from bench.correctness.tracking.registered_in_c import (
    UNDOING,
    save_registering,
)
from bench.correctness.tracking.standard_state import (
    IN_C,
    NO_NAMES,
    use_function,
    use_module,
)
from bench.correctness.tracking.type_traits import ORDINARY, TRACKED

WRITING_FUNCTIONS = {setattr, delattr}


def save_state(function: Any, args: Arguments) -> None:
    """Save the state of a module or of the process that a function will change."""
    if type(function) is types.MethodType:
        if function.__func__ is REGISTER:
            save_registered(function.__self__)
        elif type(function.__func__) is types.FunctionType:
            save_standard(function.__func__)
    elif function in IN_C:
        use_module(IN_C[function], NO_NAMES, None)
    elif function in UNDOING:
        save_registering(function, args)
    elif function in PROCESS_STATE:
        what, write = PROCESS_STATE[function]
        if write:
            save_process_state(what)
    elif function is vars and args:
        note_dict(args[0])
    elif function in WRITING_FUNCTIONS:
        if len(args) > 1 and TRACKED[type(args[0])] != ORDINARY:
            save_before_write(*args[:2])
    elif function is REGISTER and args:
        save_registered(args[0])
    elif type(function) is types.FunctionType:
        save_standard(function)


def save_standard(function: types.FunctionType) -> None:
    """Save the state of a function's module, if the function is not rewritten."""
    if "_explored_" not in function.__globals__:
        use_function(function, None)
