"""Report accesses to the kernel: to attributes, to variables, to containers.

At most sites the kernel only checks for races.  At a scheduling point it first lets
other workers run.
"""

import types
import weakref
from collections.abc import Callable
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
from bench.correctness.engine.races import CLASS, NAMES
from bench.correctness.instrument.sites import SITES
from bench.correctness.tracking.base_slots import (
    bases,
    members,
    module_of,
    namespace_of,
)
from bench.correctness.tracking.deep_reads import (
    report,
    report_all_attributes,
    wrapped_accesses,
)
from bench.correctness.tracking.module_state import (
    is_foreign,
    save_attribute,
    save_process_state,
)
from bench.correctness.tracking.type_traits import (
    HIDES_WRITES,
    MORTAL,
    ORDINARY,
    PROGRAM,
    PROXIES,
    SPECIAL,
    TRACKED,
    WITHOUT_ATTRIBUTES,
    WRAPPED,
)
from bench.correctness.tracking.weak_references import (
    WEAK,
    behind_proxy,
    dropped_by_attribute,
    life_read,
)


def access(
    obj: object,
    key: object,
    write: bool,
    site: int,
    whole: bool,
    again: Callable[[], tuple[Any, bool]] | None = None,
) -> None:
    """Report one access to the kernel.

    With `whole` the object is a container, and `key` one of its items, or None for all.
    Otherwise `key` is an attribute or variable.  `again` finds the key of an item anew,
    and whether it is written, after other workers have run: they may have moved it.
    """
    if write:
        note_change()
    if (
        whole
        and kernel.plain
        and type(obj) in WITHOUT_ATTRIBUTES
        and kernel.current.in_loop
        and id(obj) not in kernel.namespaces
    ):  # a short way for most containers: the lists and dicts of tasks
        record_access(kernel.names.get(id(obj)) or name_of(obj), key, write)
        return
    if whole and WRAPPED[type(obj)]:
        report(wrapped_accesses(obj, write), site)
        return
    if whole and id(obj) in kernel.namespaces:
        obj, whole = kernel.namespaces[id(obj)], key is None
        if type(obj) is types.ModuleType:
            for variable_name in [key] if key is not None else variables(obj):
                access(obj, variable_name, write, site, False)
            return
        if write:
            kernel.note_written(None)
        if whole and TRACKED[type(obj)] in (ORDINARY, MORTAL):
            report_all_attributes(obj, write, site)
            return
    elif write and key is None and HIDES_WRITES[type(obj)]:
        kernel.note_written(None)
    place: Any = id(obj) if whole else (id(obj), key)
    item = key if whole else None
    name: Any = None
    if issubclass(type(obj), types.ModuleType):
        place = name = (module_path(obj), key)
    worker = kernel.current
    if kernel.recording and (worker.in_loop or site not in kernel.points):
        info = SITES[site]
        kernel.annotate(info.verb if info.is_users else "", (obj, key), place)
    if worker.in_loop and not (kernel.mixed and kernel.split_before(site)):
        if not kernel.plain:
            check_races(place, write, site, obj, item)  # before the record orders it
        record_access(name or name_of(obj), key, write)
        if kernel.mixed:
            publish()
    elif site in kernel.points:
        kernel.pause(None, (SITES[site].verb, (obj, key)))
        if again is not None:
            item, write = again()
            key = item
            if write:
                note_change()
        check_races(place, write, site, obj, item)
        record_access(name or name_of(obj), key, write)
        publish()
    else:
        check_races(place, write, site, obj, item)


def variables(module: types.ModuleType) -> list[str]:
    """The names of a module's variables, without functions, classes and modules."""
    kinds = types.FunctionType, type, types.ModuleType
    return [
        name
        for name, value in list(namespace_of(module).items())
        if not name.startswith("_") and not issubclass(type(value), kinds)
    ]


def module_path(module: Any) -> str:
    """What a module is known by: its file, or else its name."""
    names = namespace_of(module)
    return str(names.get("__file__") or names.get("__name__"))


def access_process_state(what: str, write: bool, site: int) -> None:
    """Report an access to something that the process has only one of."""
    if write:
        save_process_state(what)
        note_change()
    operation(("process", what), None, write, site, (SITES[site].verb, what))


def spend_spin_budget(site: int) -> None:
    """Count a read that nothing races with, because there are no writes."""
    if not kernel.current.in_loop or kernel.mixed:
        kernel.spend_spin_budget(site)


def access_attribute(obj: Any, key: str, write: bool, site: int) -> None:
    """Report that an attribute of any object is about to be read, set or deleted.

    Nothing races with a read of an attribute that no worker writes: it is skipped.
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
    """Report an access to an attribute that some worker writes."""
    if tracked == SPECIAL:
        if not issubclass(type(obj), type):
            if key == "__dict__":
                kernel.register_namespace(namespace_of(obj), obj)
            if key.startswith("__"):
                return
            if issubclass(type(obj), weakref.finalize):
                if key == "alive":
                    report(life_read(obj), site)
                return
            if type(obj) in PROXIES:
                report(life_read(obj), site)
                referent = behind_proxy(obj)
                if referent is not None:
                    access_attribute(referent, key, write, site)
                return
            if issubclass(type(obj), types.ModuleType):  # with its variables
                if key in kernel.written_names or kernel.tracks_all_names:
                    access(obj, key, write, site, False)
                else:
                    spend_spin_budget(site)
                return
        elif write:
            kernel.discover("class")
            kernel.discover(("class", key))
        elif kernel.class_points and ("class", key) in kernel.points:
            report_class_lookup(bases(obj)[1:], key, site)
    elif key == "__dict__":
        kernel.register_namespace(namespace_of(obj), obj)
        return
    elif kernel.class_points and not write and ("class", key) in kernel.points:
        report_class_lookup(bases(type(obj)), key, site)
    names = namespace_of(obj) if kernel.tracks_name_sets else None
    if tracked == MORTAL:
        obj, tracked = kernel.stand_in(obj), ORDINARY
    if tracked == ORDINARY:
        also = []
        if names is not None and (
            key not in names or (write and SITES[site].verb != "writes")
        ):
            also.append((obj, NAMES, write))
        if CLASS in kernel.written_names and key != CLASS:
            also.append((obj, CLASS, False))
        if also:
            report([(obj, key, write), *also], site)
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
    """Report that an attribute is looked up in one class after the other."""
    for owner in classes:
        if module_of(owner) in PROGRAM:
            access(owner, key, False, site, False)
        if key in members(owner):
            break


def read_attribute(obj: Any, site: int) -> Any:
    """Report that an attribute is about to be read; return its object."""
    if not kernel.alone and (tracked := TRACKED[type(obj)]):
        key = SITES[site].key
        if key in kernel.written_names or tracked == SPECIAL or kernel.tracks_all_names:
            track_attribute(obj, key, False, site, tracked)
        elif not (worker := kernel.current).in_loop or kernel.mixed:
            worker.spin_budget -= 1  # as in spend_spin_budget: most reads are such
            if not worker.spin_budget:
                kernel.end_spin_budget(site)
    return obj


def read_class(obj: Any, site: int) -> Any:
    """Report that the class of an object is looked at; return the object."""
    if CLASS in kernel.written_names and not kernel.alone:
        access_attribute(obj, CLASS, False, site)
    return obj


def write_attribute(obj: Any, site: int) -> Any:
    """Report that an attribute is about to be set or deleted; return its object."""
    if tracked := TRACKED[type(obj)]:
        key = SITES[site].key
        if tracked == SPECIAL and is_foreign(obj):
            save_attribute(obj, key)
        if not kernel.alone:
            if WEAK in kernel.points:
                report(dropped_by_attribute(obj, key), site)
            note_change()
            if key not in kernel.written_names:
                kernel.note_written(key)
            track_attribute(obj, key, True, site, tracked)
    return obj


def read_variable(site: int) -> None:
    """Report that a shared variable is about to be read."""
    if not kernel.alone:
        access_variable(site, False)


def write_variable(value: Any, site: int) -> Any:
    """Report that a shared variable is about to be bound; return the value."""
    if not kernel.alone:
        access_variable(site, True)
    return value


def access_variable(site: int, write: bool) -> None:
    """Report an access to the shared variable that a site names."""
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
