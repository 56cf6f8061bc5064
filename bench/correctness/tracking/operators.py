"""The hooks of operators: an operator accesses both of its operands at one time.

Python first evaluates the operands.  Other workers may run during this evaluation.
Then Python reads the contents of both operands in one step.
"""

import operator
from collections import OrderedDict, deque
from collections.abc import Callable
from functools import partial
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.races import CLASS
from bench.correctness.tracking.accesses import access, read_class
from bench.correctness.tracking.base_slots import class_attribute
from bench.correctness.tracking.called_in_c import watched
from bench.correctness.tracking.containers import (
    accesses_to_depth,
    accesses_to_items,
    read_container,
    read_deeply,
)
from bench.correctness.tracking.deep_reads import SCALARS, report
from bench.correctness.tracking.one_step import note_special
from bench.correctness.tracking.python_within import python_among
from bench.correctness.tracking.read_results import WHOLE, note_reading
from bench.correctness.tracking.repeated_reports import after_each_item, asks_python
from bench.correctness.tracking.set_order import SETS, in_order
from bench.correctness.tracking.special_objects import class_reads
from bench.correctness.tracking.type_traits import (
    CONTAINER,
    CONTENTS,
    MORTAL,
    ORDINARY,
    TRACKED,
    ObjectAccess,
)

Operation = Callable[[Any, Any], Any]


def is_in(value: Any, container: Any) -> bool:
    return value in container


def is_not_in(value: Any, container: Any) -> bool:
    return value not in container


# By the names of the nodes in `ast`.
BINARY: dict[str, Operation] = {
    "Add": operator.add, "Sub": operator.sub, "Mult": operator.mul,
    "MatMult": operator.matmul, "Div": operator.truediv, "Mod": operator.mod,
    "Pow": operator.pow, "LShift": operator.lshift, "RShift": operator.rshift,
    "BitOr": operator.or_, "BitXor": operator.xor, "BitAnd": operator.and_,
    "FloorDiv": operator.floordiv,
}  # fmt: skip
COMPARING: dict[str, Operation] = {
    "Eq": operator.eq, "NotEq": operator.ne, "Lt": operator.lt, "LtE": operator.le,
    "Gt": operator.gt, "GtE": operator.ge, "In": is_in, "NotIn": is_not_in,
}  # fmt: skip
IN_PLACE: dict[str, Operation] = {
    "Add": operator.iadd, "Sub": operator.isub, "Mult": operator.imul,
    "MatMult": operator.imatmul, "Div": operator.itruediv, "Mod": operator.imod,
    "Pow": operator.ipow, "LShift": operator.ilshift, "RShift": operator.irshift,
    "BitOr": operator.ior, "BitXor": operator.ixor, "BitAnd": operator.iand,
    "FloorDiv": operator.ifloordiv,
}  # fmt: skip


def operate(kind: str, left: Any, right: Any, site: int) -> Any:
    """Do a binary operation; report the reads of both operands."""
    if not kernel.alone:
        if type(left) in SCALARS:
            if type(right) not in SCALARS:
                (read_deeply if kind == "Mod" else read_container)(right, site)
        elif type(right) in SCALARS:
            read_container(left, site)
        else:
            report_both(partial(operands, left, right, False, kind == "Mod"), site)
        if site in kernel.points:
            name = BINARY[kind].__name__.strip("_")
            note_special(left, site, f"__{name}__")
            note_special(right, site, f"__r{name}__")
        if site in kernel.points and python_within(left, right, shown=kind == "Mod"):
            found = partial(operands, left, right, False, kind == "Mod")
            again = partial(report_both, found, site)
            return watched(again, BINARY[kind], (left, right), {})
    return BINARY[kind](left, right)


def compare(kind: str, left: Any, right: Any, site: int) -> Any:
    """Compare two values; report the reads of both, and of their contents."""
    if not kernel.alone:
        if kind in ("In", "NotIn"):
            note_reading((right,), WHOLE)
        if type(left) in SCALARS:
            if type(right) not in SCALARS:
                read_deeply(right, site)
        elif type(right) in SCALARS:
            read_deeply(left, site)
        else:
            report_both(partial(operands, left, right, True, True), site)
        if site in kernel.points:
            if kind in ("In", "NotIn"):
                note_special(right, site, "__contains__")
            else:
                name = f"__{COMPARING[kind].__name__}__"
                note_special(left, site, name, "__eq__")
                note_special(right, site, name, "__eq__")
        if site in kernel.points and python_within(left, right, shown=False):
            found = partial(operands, left, right, True, True)
            again = partial(report_both, found, site)
            if kind in ("In", "NotIn"):
                is_found = watched(again, operator.contains, (right, left), {})
                return is_found is (kind == "In")
            return watched(again, COMPARING[kind], (left, right), {})
    return COMPARING[kind](left, right)


def look_in(value: Any, site: int) -> Any:
    """Report the deep read of `value` for `x in value`.

    This is the hook if `x` is a new object or a constant, so that no read of `x` needs
    a report.
    """
    if not kernel.alone and type(value) not in SCALARS:
        note_reading((value,), WHOLE)
        read_deeply(value, site)
        if site in kernel.points:
            note_special(value, site, "__contains__")
    return value


def python_within(left: Any, right: Any, *, shown: bool) -> bool:
    """Whether an operator in C may run Python code that does not report its return.

    In a task, the answer is yes only if threads run beside its loop.  Without threads,
    no other worker can run in this Python code.
    """
    in_turn = kernel.current.in_loop and not kernel.mixed
    return not in_turn and python_among((left, right), shown=shown)


def report_both(found: Callable[[], list[ObjectAccess]], site: int) -> None:
    accesses = found()
    if len(accesses) == 1 and accesses[0][1] is None and site not in kernel.points:
        thing, _, write = accesses[0]
        access(thing, None, write, site, True)
    else:
        report(accesses, site, found)


def operands(
    left: Any, right: Any, deep_left: bool, deep_right: bool
) -> list[ObjectAccess]:
    """List the reads of two operands; a deep read includes the containers within."""
    return read_of(left, deep_left) + read_of(right, deep_right)


def read_of(value: Any, deep: bool) -> list[ObjectAccess]:
    found = accesses_to_depth(value) if deep else accesses_to_items(value)
    if (
        CLASS in kernel.written_names
        and not deep
        and TRACKED[type(value)] in (ORDINARY, MORTAL)
    ):
        found += class_reads(value)
    return found


# Methods of augmented assignments that add the items of an iterator one by one.
BY_ITEMS = {list.__iadd__, deque.__iadd__, dict.__ior__, OrderedDict.__ior__}


def goes_through(kind: str, container: type) -> bool:
    """Whether an augmented assignment to a container calls a method in `BY_ITEMS`."""
    if kind not in ("Add", "BitOr") or CONTENTS[container] != CONTAINER:
        return False
    return class_attribute(container, f"__{IN_PLACE[kind].__name__}__") in BY_ITEMS


def change_in_place(kind: str, value: Any, operand: Any, site: int) -> Any:
    """Do the operation of an augmented assignment, and return its result.

    If the value is a container, report its change; if not, report its read.  Also
    report the read of the operand.  The program then assigns the result.
    """
    if not kernel.alone:
        if type(value) in SCALARS:  # a scalar does not change in place
            if type(operand) not in SCALARS:
                read_container(operand, site)
        elif type(operand) in SCALARS:
            if CONTENTS[type(value)] == CONTAINER:
                access(value, None, True, site, True)
            elif CLASS in kernel.written_names:
                read_class(value, site)
        else:
            report_both(partial(changed, value, operand), site)
        if site in kernel.points:
            name = IN_PLACE[kind].__name__
            note_special(value, site, f"__{name}__", f"__{name[1:]}__")
    if type(operand) in SETS and isinstance(value, list | deque):
        operand = in_order(operand)
    if not kernel.alone and goes_through(kind, type(value)) and asks_python(operand):
        again = partial(report_both, partial(changed, value, operand), site)
        return IN_PLACE[kind](value, after_each_item(operand, again))
    if (
        site in kernel.points
        and not kernel.alone
        and type(operand) not in SCALARS
        and python_within(value, operand, shown=False)
    ):
        again = partial(report_both, partial(changed, value, operand), site)
        return watched(again, IN_PLACE[kind], (value, operand), {})
    return IN_PLACE[kind](value, operand)


def changed(value: Any, operand: Any) -> list[ObjectAccess]:
    """List the change of a container in place, and the read of the operand.

    `|=` of a dict with a list of pairs also reads the pairs.
    """
    is_container = CONTENTS[type(value)] == CONTAINER
    first = [(value, None, True)] if is_container else read_of(value, deep=False)
    pairs = is_container and issubclass(type(value), dict)
    return first + read_of(operand, pairs)
