"""Tell the kernel of accesses: to attributes, to variables, to containers as one.

At most sites the kernel only checks for races; at a marked one another may go first.
"""

import gc
import itertools
import types
from typing import Any

from bench.correctness.engine.kernel import (
    check_races,
    kernel,
    name_of,
    note_change,
    operation,
    publish,
    record_access,
)
from bench.correctness.engine.races import NAMES
from bench.correctness.instrument.sites import SITES
from bench.correctness.tracking.deep_reads import report, report_all_attributes
from bench.correctness.tracking.type_traits import (
    BARE,
    HIDES_WRITES,
    INNER,
    ORDINARY,
    PROGRAM,
    SPECIAL,
    TRACKED,
)

TEE: type = type(itertools.tee(())[0])


def access(obj: object, key: object, write: bool, site: int, whole: bool) -> None:
    """Tell the kernel of one access; `whole` for containers, checked as one."""
    if write:
        note_change()
    if (
        whole
        and kernel.plain
        and type(obj) in BARE
        and kernel.current.in_loop
        and id(obj) not in kernel.namespaces
    ):  # most are such: tasks' lists and dicts
        record_access(kernel.names.get(id(obj)) or name_of(obj), key, write)
        return
    if whole and (inner := INNER[type(obj)]):
        held: Any = getattr(obj, inner)
        maps = held if type(held) is list and inner == "maps" else [held]
        report([(one, None, write and one is maps[0]) for one in maps], site)
        return
    if whole and id(obj) in kernel.namespaces:
        obj, whole = kernel.namespaces[id(obj)], key is None
        if type(obj) is types.ModuleType:
            for variable_name in [key] if key is not None else variables(obj):
                access(obj, variable_name, write, site, False)
            return
        if write:
            kernel.note_written(None)
        if whole and TRACKED[type(obj)] == ORDINARY:
            report_all_attributes(obj, write, site)
            return
    elif write and key is None and HIDES_WRITES[type(obj)]:
        kernel.note_written(None)
    place: Any = id(obj) if whole else (id(obj), key)
    name: Any = None
    if isinstance(obj, types.ModuleType):
        place = name = (getattr(obj, "__file__", obj.__name__), key)
    worker = kernel.current
    if kernel.recording and (worker.in_loop or site not in kernel.points):
        info = SITES[site]
        kernel.annotate(info.verb if info.is_users else "", (obj, key), place)
    if worker.in_loop and not (kernel.mixed and kernel.split_before(site)):
        if not kernel.plain:
            check_races(place, write, site, obj)  # first: to touch is to come after
        record_access(name or name_of(obj), key, write)
        if kernel.mixed:
            publish()
    elif site in kernel.points:
        kernel.pause(None, (SITES[site].verb, (obj, key)))
        check_races(place, write, site, obj)
        record_access(name or name_of(obj), key, write)
        publish()
    else:
        check_races(place, write, site, obj)


def variables(module: types.ModuleType) -> list[str]:
    """The names of a module's variables, but functions, classes and modules."""
    kinds = types.FunctionType, type, types.ModuleType
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and not isinstance(value, kinds)
    ]


def spend_spin_budget(site: int) -> None:
    """Count an operation that nothing races with: a read of what is never written."""
    if not kernel.current.in_loop or kernel.mixed:
        kernel.spend_spin_budget(site)


def attribute(obj: Any, key: str, write: bool, site: int) -> None:
    """An attribute of any object is about to be read, set or deleted.

    Nobody can race with the reading of what nobody writes: it is passed over.
    """
    tracked = TRACKED[type(obj)]
    if not tracked:
        return
    if write:
        note_change()
        if key not in kernel.written_names:
            kernel.note_written(key)
    elif (
        tracked != SPECIAL
        and key not in kernel.written_names
        and not kernel.tracks_all_names
    ):
        spend_spin_budget(site)
        return
    track_attribute(obj, key, write, site, tracked)


def track_attribute(obj: Any, key: str, write: bool, site: int, tracked: int) -> None:
    """Tell of an attribute that is written, by this or by others."""
    if tracked == SPECIAL:
        if not isinstance(obj, type):
            if key == "__dict__":
                kernel.register_namespace(obj.__dict__, obj)
            if key.startswith("__") or getattr(obj, "__spec__", None) is not None:
                return
            if type(obj) is types.ModuleType:  # its attributes are its variables
                access(obj, key, write, site, False)
                return
        elif write:
            kernel.discover("class")
            kernel.discover(("class", key))
        elif kernel.class_points and ("class", key) in kernel.points:
            report_class_lookup(obj.__mro__[1:], key, site)
    elif key == "__dict__":
        kernel.register_namespace(obj.__dict__, obj)
        return
    elif kernel.class_points and not write and ("class", key) in kernel.points:
        report_class_lookup(type(obj).__mro__, key, site)
    if kernel.tracks_name_sets and tracked == ORDINARY:
        known = key in getattr(obj, "__dict__", ())
        if not known or (write and SITES[site].verb != "writes"):
            report([(obj, key, write), (obj, NAMES, write)], site)
            return
    if site in kernel.points or kernel.recording:
        access(obj, key, write, site, False)
    elif not kernel.current.in_loop:
        check_races((id(obj), key), write, site, obj)
    elif kernel.plain and tracked == ORDINARY:
        record_access(kernel.names.get(id(obj)) or name_of(obj), key, write)
    else:
        access(obj, key, write, site, False)


def report_class_lookup(classes: tuple[type, ...], key: str, site: int) -> None:
    """An attribute is looked for in one class after the other."""
    for owner in classes:
        if owner.__module__ in PROGRAM:
            access(owner, key, False, site, False)
        if key in owner.__dict__:
            break


def shared_iterator(iterator: Any) -> Any:
    """An iterator whose turn it is; a generator's own `yield` knows only its frame.

    An async generator is known by its frame: who keeps it keeps its end from coming.
    The iterators of a tee are known by the one that they take from.
    """
    if type(iterator) is TEE:
        return shared_iterator(first_held(first_held(iterator)))
    if type(iterator) is types.AsyncGeneratorType:
        return kernel.frame_of(iterator)
    if (frame := getattr(iterator, "gi_frame", None)) is not None:
        kernel.register_generator(frame, iterator)
    return iterator


def first_held(thing: Any) -> Any:
    """The first object that it holds, beside its type."""
    return next(one for one in gc.get_referents(thing) if not isinstance(one, type))


def read(obj: Any, site: int) -> Any:
    """Before an attribute is read."""
    if not kernel.alone and (tracked := TRACKED[type(obj)]):
        key = SITES[site].key
        if key in kernel.written_names or tracked == SPECIAL or kernel.tracks_all_names:
            track_attribute(obj, key, False, site, tracked)
        elif not kernel.current.in_loop or kernel.mixed:
            kernel.spend_spin_budget(site)  # nothing races with such a read
    return obj


def write(obj: Any, site: int) -> Any:
    """Before an attribute is set or deleted."""
    if not kernel.alone and (tracked := TRACKED[type(obj)]):
        key = SITES[site].key
        note_change()
        if key not in kernel.written_names:
            kernel.note_written(key)
        track_attribute(obj, key, True, site, tracked)
    return obj


def read_variable(site: int) -> None:
    """Before a shared variable is read."""
    if not kernel.alone:
        variable(site, False)


def write_variable(value: Any, site: int) -> Any:
    """Before a shared variable is bound."""
    if not kernel.alone:
        variable(site, True)
    return value


def variable(site: int, write: bool) -> None:
    info = SITES[site]
    if write:
        note_change()
        kernel.note_written(info.key)
    place = (info.file, info.key)
    operation(place, None, write, site, (info.verb, info.key))
    if (
        kernel.recording
        and kernel.current.in_loop
        and not kernel.mixed
        and info.is_users
    ):
        kernel.annotate(info.verb, info.key, place)
        check_races(place, write, site)
