"""What transformed code calls at each access to something that may be shared.

The functions return what they are given, so that the expression means what it meant.
"""

from typing import Any

from bench.correctness.tracking.accesses import bind, name_read, read, write
from bench.correctness.tracking.calls import EXPLORED, call
from bench.correctness.tracking.containers import at, augment, get_item, look, put, use
from bench.correctness.tracking.iteration import (
    delegate,
    iterate,
    iterate_async,
    turn,
    yielding,
)
from bench.correctness.tracking.patterns import match

HOOKS: dict[str, Any] = {
    **EXPLORED,
    "_x_read": read,
    "_x_write": write,
    "_x_name": name_read,
    "_x_bind": bind,
    "_x_at": at,
    "_x_get": get_item,
    "_x_put": put,
    "_x_use": use,
    "_x_look": look,
    "_x_iter": iterate,
    "_x_iter_async": iterate_async,
    "_x_call": call,
    "_x_turn": turn,
    "_x_match": match,
    "_x_yield": yielding,
    "_x_delegate": delegate,
    "_x_augment": augment,
}
