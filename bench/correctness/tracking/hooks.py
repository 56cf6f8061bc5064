"""The hooks that rewritten code calls at each access to something that may be shared.

If a hook gets a value, it returns this value.  If a hook replaces an operation, it
returns the result of the operation.  So the expression means the same as without hooks.
The rewriter inserts calls of hooks, with the names in HOOKS.
"""

from typing import Any

from bench.correctness.engine.frames import (
    clean_exception,
    frame_behind,
    frame_of_caller,
)
from bench.correctness.instrument.rewriter import UNWRITTEN
from bench.correctness.tracking.attribute_dicts import read_dict, write_dict
from bench.correctness.tracking.attributes import read_attribute, write_attribute
from bench.correctness.tracking.calls import (
    EXPLORED,
    call,
    call_super,
    decorate,
)
from bench.correctness.tracking.classes import define_class
from bench.correctness.tracking.containers import (
    delete_item,
    get_item,
    read_container,
    read_deeply,
    read_item,
    show,
    tested_returns,
    unpack,
    write_item,
    write_slice,
)
from bench.correctness.tracking.iteration import (
    awaited,
    awaiting_item,
    awaiting_iteration,
    iter_returns,
    iterate,
    iterate_async,
    iterate_later,
    loop_iteration,
    yield_value,
)
from bench.correctness.tracking.managers import manage
from bench.correctness.tracking.operators import (
    change_in_place,
    compare,
    look_in,
    operate,
)
from bench.correctness.tracking.patterns import pattern_readers, pattern_value
from bench.correctness.tracking.read_results import read_yielded
from bench.correctness.tracking.recursion import scaled
from bench.correctness.tracking.registered_classes import (
    making_class,
    making_type,
    read_kind,
)
from bench.correctness.tracking.rereads import special_returns
from bench.correctness.tracking.starred_calls import Callee, unpack_later
from bench.correctness.tracking.variables import (
    import_from,
    own_names,
    read_variable,
    write_variable,
)
from bench.correctness.tracking.yielding_from import yield_from

# Names that rewritten code finds among its built-in names or its global names.
HOOKS: dict[str, Any] = {
    **EXPLORED,
    "_x_read_attribute": read_attribute,
    "_x_read_kind": read_kind,
    "_x_write_attribute": write_attribute,
    "_x_read_dict": read_dict,
    "_x_write_dict": write_dict,
    "_x_read_variable": read_variable,
    "_x_write_variable": write_variable,
    "_x_read_item": read_item,
    "_x_get_item": get_item,
    "_x_write_item": write_item,
    "_x_delete_item": delete_item,
    "_x_read_container": read_container,
    "_x_read_deeply": read_deeply,
    "_x_unpack": unpack,
    "_x_show": show,
    "_x_write_slice": write_slice,
    "_x_change_in_place": change_in_place,
    "_x_operate": operate,
    "_x_compare": compare,
    "_x_look_in": look_in,
    "_x_iterate": iterate,
    "_x_iterate_async": iterate_async,
    "_x_iterate_later": iterate_later,
    "_x_awaited": awaited,
    "_x_yield_value": yield_value,
    "_x_read_yielded": read_yielded,
    "_x_yield_from": yield_from,
    "_x_loop_iteration": loop_iteration,
    "_x_awaiting_iteration": awaiting_iteration,
    "_x_awaiting_item": awaiting_item,
    "_x_call": call,
    "_x_call_super": call_super,
    "_x_callee": Callee,
    "_x_unpack_later": unpack_later,
    "_x_manage": manage,
    "_x_frame": frame_of_caller,
    "_x_scaled": scaled,
    "_x_frame_behind": frame_behind,
    "_x_clean_exception": clean_exception,
    "_x_pattern_readers": pattern_readers,
    "_x_pattern_value": pattern_value,
    "_x_define_class": define_class,
    "_x_making_class": making_class,
    "_x_making_type": making_type,
    "_x_decorate": decorate,
    "_x_import_from": import_from,
    "_x_own_names": own_names,
    "_x_special_returns": special_returns,
    "_x_tested_returns": tested_returns,
    "_x_iter_returns": iter_returns,
    "_x_slice": slice,
    UNWRITTEN: True,
}
