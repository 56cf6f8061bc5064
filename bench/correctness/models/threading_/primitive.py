"""The base of all models of `threading`'s objects: a name, a hash, a clock."""

from collections.abc import Hashable
from typing import Any, ClassVar

from bench.correctness.engine.kernel import kernel, publish
from bench.correctness.engine.refusals import refuse


class Primitive:
    """An object of the library with a name that is the same in every schedule.

    A program may subclass most primitives, or set attributes on them.  Attributes that
    CPython's classes do not have are private or begin with `_x_`, so that they do not
    collide with the program's.
    """

    __slots__ = ("__weakref__", "_x_hash", "_x_name", "hb_clock")
    _x_kind: ClassVar[str] = ""  # the beginning of its name; "": the class's name
    _x_within: ClassVar[str] = "_thread.lock"  # the class that pickle's error names
    _x_in_python: ClassVar[bool] = False  # CPython's class is written in Python

    def __init__(self) -> None:
        self._x_name: Hashable = kernel.child_name(self._x_kind or type(self).__name__)
        self._x_hash = kernel.child_hash()  # an address differs from run to run
        kernel.register_primitive(self._x_name, self)
        self.hb_clock = 0  # the epochs that happened before its next operation

    def _x_publish(self) -> None:
        """Make the current worker's past precede the next operation on this object."""
        self.hb_clock |= publish()

    def __hash__(self) -> int:
        return self._x_hash

    def __eq__(self, other: object) -> bool:
        return self is other

    def __reduce_ex__(self, _protocol: Any) -> Any:
        raise TypeError(f"cannot pickle '{self._x_within}' object")

    def _x_refuse_copy(self) -> Any:
        refuse(f"copy.copy() of a {type(self).__name__}")()

    __copy__: Any = _x_refuse_copy
