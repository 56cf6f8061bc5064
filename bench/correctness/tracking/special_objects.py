"""What an access to an attribute of a module, function, class or generator means.

Attributes of a module are variables.  Attributes of a class are also looked up in its
bases.  Some attributes of a generator change whenever the generator runs.
"""

import gc
import sys
import types
import weakref
from collections.abc import Hashable
from functools import lru_cache
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.namespaces import behind
from bench.correctness.engine.races import BASES, CLASS, NAMES
from bench.correctness.instrument.sites import SITES
from bench.correctness.tracking.base_slots import (
    NO_NAMES,
    bases,
    members,
    module_of,
    module_path,
    namespace_of,
)
from bench.correctness.tracking.iterators import shared_iterator
from bench.correctness.tracking.type_traits import (
    CACHE,
    MORTAL,
    PROGRAM,
    SUSPENDED,
    TRACKED,
    ObjectAccess,
)
from bench.correctness.tracking.weak_references import life_read

# Attributes of a generator or a coroutine that change when it runs.
STATE_OF_FRAMES = {
    "gi_frame", "gi_running", "gi_suspended", "gi_yieldfrom", "cr_frame", "cr_running",
    "cr_suspended", "cr_await", "ag_frame", "ag_running", "ag_suspended", "ag_await",
}  # fmt: skip
CODE = "__code__"  # an attribute of a function, which a call reads
PARTS_OF_CALLS = {CODE, "__defaults__", "__kwdefaults__"}
NAMES_OF_CLASSES = ("__name__", "__qualname__")
NAMES_OF_FUNCTIONS = (
    *NAMES_OF_CLASSES,
    "__doc__",
    "__module__",
    "__annotations__",
    CODE,
)
# Attributes of a class that do not affect what its instances do.
PLAIN_NAMES = {
    "__name__", "__qualname__", "__doc__", "__module__", "__annotations__",
    "__match_args__", "__slots__", "__type_params__",
}  # fmt: skip
# Attributes whose values follow from the bases.
LINEAGE = {"__bases__", "__mro__", "__base__"}
# A point id: code outside of a module binds variables of this module.
REBOUND = "modules are written"
# A point id: the program sets the `__dict__` of objects, so two may share a dict.
ONE_DICT = "objects share attributes"
# A point id: the program reads states of coroutines.  In runs with this point, each
# task reports that it runs its coroutine.
COROUTINES = "coroutines are looked at"


def accesses_to_special(obj: Any, key: str, write: bool) -> list[ObjectAccess]:
    """List the accesses to record in place of an access to a special attribute.

    The object is not a class.  For example, it is a module, a function, a generator or
    a finalizer.  The list is empty if the attribute is no shared state, or if it is not
    known yet that workers write attributes of this name.
    """
    kind = type(obj)
    if kind in SUSPENDED:
        if key not in STATE_OF_FRAMES:
            return []
        if kind is types.CoroutineType:
            kernel.discover(COROUTINES)
        return [(shared_iterator(obj), None, False)]
    if kind is types.MethodType:  # a method has the attributes of its function
        function = obj.__func__
        if type(function) not in (types.FunctionType, CACHE):
            return []
        return accesses_to_special(function, key, write)
    if kind is types.CellType:
        return accesses_to_cell(obj, write) if key == "cell_contents" else []
    if issubclass(kind, weakref.finalize):
        return life_read(obj) if key == "alive" else []
    if key == "__dict__" and not write:
        kernel.register_namespace(namespace_of(obj), obj)
        return []
    if issubclass(kind, types.ModuleType):
        if write:
            kernel.discover(REBOUND)
    elif key in PARTS_OF_CALLS:
        # A program that reads `__kwdefaults__` may change the dict that it gets.
        if write or key == "__kwdefaults__":
            kernel.note_written(CODE)
        key = CODE
    if key not in kernel.written_names and not kernel.tracks_all_names:
        return []
    return [(obj, key, write)]


def accesses_to_cell(cell: types.CellType, write: bool) -> list[ObjectAccess]:
    """List the accesses to record in place of an access to a cell.

    A cell holds the value of one captured variable.  The functions that capture the
    cell show the file and the name of this variable.  They do not show which function
    owns the variable.  So the list has each captured variable of this name and file, if
    workers are known to write it.
    """
    found: list[ObjectAccess] = []
    for file, name in names_of_cell(cell):
        labels = {
            site.key
            for site in SITES.values()
            if site.file == file and site.key.startswith(f"{name} of ")
        }
        for label in sorted(labels):
            if write:
                kernel.note_written(label)
            if label in kernel.written_names or kernel.tracks_all_names:
                found.append((file_of_variables(file), label, write))
    return found


def names_of_cell(cell: types.CellType) -> set[tuple[str, str]]:
    """Return the file and the name of the variable in a cell, as a pair in a set.

    The set has several pairs if functions capture the cell under different names.
    """
    return {
        (function.__code__.co_filename, name)
        for closure in gc.get_referrers(cell)
        if type(closure) is tuple
        for function in gc.get_referrers(closure)
        if type(function) is types.FunctionType and function.__closure__ is closure
        for name, one in zip(function.__code__.co_freevars, closure, strict=True)
        if one is cell
    }


@lru_cache(maxsize=100)
def file_of_variables(file: str) -> types.ModuleType:
    """Return an object that stands for a file, to identify its captured variables."""
    found = Closures(file)
    found.__file__ = file
    return found


class Closures(types.ModuleType):
    """A module that represents a file; its attributes are the captured variables."""


def accesses_to_class(cls: Any, key: str, write: bool) -> list[ObjectAccess]:
    """List the accesses to record in place of an access to an attribute of a class.

    Expressions such as `len(thing)` also look up a special method in the class and its
    bases.  Such a look-up is reported as a read of BASES.  So a write of a special
    method is also reported as a write of BASES.
    """
    if key == "__dict__":
        kernel.register_namespace(gc.get_referents(namespace_of(cls))[0], cls)
        return []
    is_special = key.startswith("__") and key.endswith("__") and key not in PLAIN_NAMES
    if write and is_special and key != CLASS:
        kernel.note_written(CLASS)
        kernel.note_written(BASES)
        return [(cls, key, True), (cls, BASES, True)]
    if BASES in kernel.written_names:
        return [(cls, key, write), *lineage_read(cls)]
    return [] if key in LINEAGE else [(cls, key, write)]


def lineage_read(cls: type) -> list[ObjectAccess]:
    """List the reads of `__bases__` that a look-up in a class makes.

    The look-up reads `__bases__` of the class and of all classes from which the class
    inherits.  Only classes that the program defines are in the list.
    """
    return [(one, BASES, False) for one in bases(cls) if module_of(one) in PROGRAM]


def class_reads(obj: Any) -> list[ObjectAccess]:
    """List the reads that a use of the class of an object makes.

    The use reads `__class__` of the object.  If workers write `__bases__` of classes,
    it also makes the reads of a look-up in a class (`lineage_read`).  This class is the
    object itself if the object is a class; otherwise it is the class of the object.
    """
    kind = type(behind(obj))
    found: list[ObjectAccess] = [(obj, CLASS, False)]
    if BASES in kernel.written_names:
        found += lineage_read(obj if issubclass(kind, type) else kind)
    return found


def also_names(obj: Any, key: str, write: bool, verb: str) -> list[ObjectAccess]:
    """If an access also uses the set of the object's attribute names, list that use.

    An access to one attribute may also access the set of names of the object's
    attributes.  There are three cases: the object does not have the attribute yet, the
    access deletes the attribute, or the object has got attributes of unknown names.
    """
    if not kernel.tracks_name_sets:
        return []
    names = namespace_of(obj)
    if (
        key not in names
        or (write and verb != "writes")
        or (kernel.filled and place_of_names(obj) in kernel.filled)
    ):
        return [(obj, NAMES, write)]
    return []


def known(thing: Any) -> Any:
    """Return an object, or its stand-in if the object must not be kept alive."""
    if kernel.lets_die:
        return kernel.known_as(thing)
    return kernel.stand_in(thing) if TRACKED[type(thing)] == MORTAL else thing


def place_of_names(obj: Any) -> Hashable:
    """Return what identifies an object that has got attributes of unknown names.

    For example, `vars(obj).update(names)` may have added an attribute of any name.
    """
    if issubclass(type(obj), types.ModuleType):
        return module_path(obj)
    return id(known(obj))


def parts_read(thing: Any) -> list[ObjectAccess]:
    """List the attributes that workers write and that library code may read.

    The object is a function or a class.  Code of the library may show it, copy it, or
    read its signature.
    """
    written = kernel.written_names
    if not issubclass(type(thing), type):
        names = (*NAMES_OF_FUNCTIONS, *namespace_of(thing))
        found = [(thing, name, False) for name in names if name in written]
        return found + annotations_read(thing.__annotations__)
    found = lineage_read(thing) if BASES in written else []
    for owner in bases(thing):
        if module_of(owner) in PROGRAM:
            names = (*NAMES_OF_CLASSES, *members(owner))
            found += [(owner, name, False) for name in names if name in written]
            found += annotations_read(members(owner).get("__annotations__"))
    return found


def annotations_read(names: Any) -> list[ObjectAccess]:
    """List the read of a dict of annotations, if there are any."""
    return [(names, None, False)] if type(names) is dict and names else []


def call_reads(function: types.FunctionType) -> list[ObjectAccess]:
    """List the reads that a call makes of the attributes of the called function."""
    found: list[ObjectAccess] = [(function, CODE, False)]
    if function.__kwdefaults__:
        found.append((function.__kwdefaults__, None, False))
    return found


# The number of references to a dict of attributes, as `first_of_dict` counts them, if
# only one object has this dict.
OWN_DICT = 3


def first_of_dict(obj: Any) -> Any:
    """Return what represents all objects that share this object's dict of attributes.

    Accesses to attributes of these objects are recorded as accesses to the result.  The
    result is the first object that is known to have the dict.  A call may find further
    references to the dict, so that another object may share it.  Then later calls
    return the stand-in of the first object, which stays the same if that object dies.
    If `obj` has no dict of attributes, the result is `obj`.
    """
    names = namespace_of(obj)
    if names is NO_NAMES:
        return obj
    if id(names) in kernel.one_dicts:
        return kernel.one_dicts[id(names)][0]
    known = kernel.owner_of(names)
    if known is None:
        kernel.register_namespace(names, obj)
        known = obj
    if sys.getrefcount(names) > OWN_DICT:  # another object may have or get this dict
        kernel.keep_one_dict(names, kernel.stand_in(known))
    return known
