"""What transformed code calls at each access to something that may be shared.

The functions return what they are given, so that the expression means what it meant.
"""

from typing import Any

from bench.correctness.tracking.accesses import (
    read,
    read_variable,
    write,
    write_variable,
)
from bench.correctness.tracking.calls import EXPLORED, call
from bench.correctness.tracking.containers import (
    augment,
    get_item,
    read_deep,
    read_item,
    read_whole,
    write_item,
)
from bench.correctness.tracking.iteration import (
    delegate,
    iterate,
    iterate_async,
    loop_iteration,
    yielding,
)
from bench.correctness.tracking.patterns import match

HOOKS: dict[str, Any] = {
    **EXPLORED,
    "_x_read": read,
    "_x_write": write,
    "_x_name": read_variable,
    "_x_bind": write_variable,
    "_x_at": read_item,
    "_x_get": get_item,
    "_x_put": write_item,
    "_x_use": read_whole,
    "_x_look": read_deep,
    "_x_iter": iterate,
    "_x_iter_async": iterate_async,
    "_x_call": call,
    "_x_turn": loop_iteration,
    "_x_match": match,
    "_x_yield": yielding,
    "_x_delegate": delegate,
    "_x_augment": augment,
}
