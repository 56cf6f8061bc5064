"""The installed packages that programs of this process have imported.

A package is loaded only once in a process.  There are two reasons: loading a large
package takes long, and a C extension cannot be loaded again.  Before each import of a
program, each package is restored to the state that it had after its own import.
"""

import contextlib
import os
from collections.abc import Iterable
from importlib import import_module

from bench.correctness.programs.importing import Importer
from bench.correctness.programs.module_table import bind
from bench.correctness.programs.packages import PackageChoice
from bench.correctness.programs.snapshot import Snapshot
from bench.correctness.tracking.type_traits import PROGRAM

Stamp = tuple[int, int]  # a file's time of modification, in ns, and its size


class PackageStore:
    """The packages that were loaded with one `PackageChoice`."""

    def __init__(self, choice: PackageChoice) -> None:
        self.importer = Importer(choice, self.keep)
        self.snapshots: list[Snapshot] = []
        self.stamps: dict[str, Stamp] = {}  # the stamp of each file, by its path

    def keep(self) -> None:
        """Save the state of packages that were just loaded."""
        known = {name for one in self.snapshots for name in one.names}
        packages = self.importer.packages
        new = {name: packages[name] for name in packages if name not in known}
        self.snapshots.append(Snapshot({}, new))
        for module in new.values():
            if file := getattr(module, "__file__", None):
                self.stamps[file] = stamp(file)

    def restore(self) -> None:
        """Restore the packages to the state in which their import left them."""
        for snapshot in self.snapshots:
            snapshot.restore()
        for name, module in self.importer.packages.items():
            bind(name, module)

    def preload(self, names: Iterable[str]) -> None:
        """Import modules before the program does; ignore an import that fails."""
        for name in names:
            self.importer.preloaded.add(name)
            with contextlib.suppress(Exception):
                self.importer.clear(name, ())
                import_module(name)

    def is_current(self) -> bool:
        """Whether no file of the packages has changed since it was loaded."""
        return all(stamp(file) == known for file, known in self.stamps.items())


def stamp(file: str) -> Stamp:
    try:
        found = os.stat(file)
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


STORES: dict[PackageChoice, PackageStore] = {}


def store_for(choice: PackageChoice) -> PackageStore:
    """Return the store for a choice; make a new one if a package's file has changed."""
    store = STORES.get(choice)
    if store is None or not store.is_current():
        if store is not None:
            PROGRAM.difference_update(store.importer.packages)
        store = STORES[choice] = PackageStore(choice)
    return store
