"""The model of `threading.local`: each thread has its own attributes."""

from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.instrument.sites import CALLBACK_SITE
from bench.correctness.models.threading_.thread import THREAD_IDENTITY
from bench.correctness.tracking.accesses import access


class Local:
    """`threading.local`; a task has the attributes of its loop's thread."""

    _x_per_thread = True

    def __new__(cls, *args: Any, **kwargs: Any) -> "Local":
        if (args or kwargs) and cls.__init__ is object.__init__:
            raise TypeError("Initialization arguments are not supported")
        made = super().__new__(cls)
        object.__setattr__(made, "_values", {kernel.thread().number: {}})
        object.__setattr__(made, "_made_with", (args, kwargs))
        return made

    def _own(self) -> dict[str, Any]:
        kernel.discover(THREAD_IDENTITY)
        values: dict[int, dict[str, Any]] = object.__getattribute__(self, "_values")
        number = kernel.thread().number
        if number not in values:
            values[number] = {}
            args, kwargs = object.__getattribute__(self, "_made_with")
            type(self).__init__(self, *args, **kwargs)
        return values[number]

    def __getattribute__(self, name: str) -> Any:
        if name in ("_own", "__class__"):
            return object.__getattribute__(self, name)
        own = object.__getattribute__(self, "_own")()
        if name == "__dict__":
            return own
        record(own, name, False)
        if name in own and not is_data_descriptor(type(self), name):
            return own[name]
        return object.__getattribute__(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "__dict__":
            raise AttributeError(
                "'_thread._local' object attribute '__dict__' is read-only"
            )
        if is_data_descriptor(type(self), name):  # a property, or a slot: shared
            object.__setattr__(self, name, value)
            return
        own = self._own()
        record(own, name, True)
        own[name] = value

    def __delattr__(self, name: str) -> None:
        if is_data_descriptor(type(self), name):
            object.__delattr__(self, name)
            return
        own = self._own()
        record(own, name, True)
        try:
            del own[name]
        except KeyError:
            raise AttributeError(name) from None

    def __reduce_ex__(self, _protocol: Any) -> Any:
        raise TypeError("cannot pickle '_thread._local' object")


def is_data_descriptor(kind: type, name: str) -> bool:
    """Whether a class has a descriptor of this name that handles assignments."""
    for owner in kind.__mro__:
        if name in owner.__dict__:
            return name != "__dict__" and hasattr(type(owner.__dict__[name]), "__set__")
    return False


def record(own: dict[str, Any], name: str, write: bool) -> None:
    """Record an access: the tasks of one thread share its attributes, and may race."""
    if not kernel.alone:
        access(own, name, write, CALLBACK_SITE, False)


# Messages show CPython's name.  The hooks track no attributes of objects whose class is
# in the module `_thread`.  A `Local` needs no hooks: `record` reports the accesses.
Local.__module__, Local.__name__, Local.__qualname__ = (
    "_thread",
    "_thread._local",
    "_local",
)
