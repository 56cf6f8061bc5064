"""What one line reads or writes through the namespace of an object is seen.

The programs are those of `test_unseen`; what the reader can find was found by hand.
"""

import pytest

from tests.correctness.test_unseen import found

# By name: what `__init__` makes, the reader's line, the writer's, and each value that
# the reader may find, as it is shown.
NAMESPACES = {  # `self.o` is an object, which has no attribute `y` at first
    "get and a new name": ("vars(self.o).get('y')", "vars(self.o)['y'] = 2", "None 2"),
    "an attribute and a new name": (
        "getattr(self.o, 'y', 0)",
        "self.o.__dict__['y'] = 2",
        "0 2",
    ),
    "hasattr and update": (
        "hasattr(self.o, 'y')",
        "vars(self.o).update(y=2)",
        "False True",
    ),
    "get and update": ("vars(self.o).get('y')", "vars(self.o).update(y=2)", "None 2"),
    "get and setdefault": (
        "vars(self.o).get('y')",
        "vars(self.o).setdefault('y', 2)",
        "None 2",
    ),
    "an attribute and setdefault": (
        "getattr(self.o, 'y', 0)",
        "vars(self.o).setdefault('y', 2)",
        "0 2",
    ),
    "an attribute and |=": (
        "getattr(self.o, 'y', 0)",
        "self.o.__dict__ |= {'y': 2}",
        "0 2",
    ),
    "get and pop": ("vars(self.o).get('x')", "vars(self.o).pop('x')", "1 None"),
    "in and a new name": ("'y' in vars(self.o)", "vars(self.o)['y'] = 2", "False True"),
    "the number and a new name": ("len(vars(self.o))", "vars(self.o)['y'] = 2", "1 2"),
    "an attribute and another namespace": (
        "self.o.x",
        "self.o.__dict__ = {'x': 2}",
        "1 2",
    ),
    "a new attribute and another namespace": (
        "getattr(self.o, 'y', 0)",
        "setattr(self.o, '__dict__', {'y': 2})",
        "0 2",
    ),
}  # fmt: skip
OWNERS = {
    "an object": "self.o = Part(1)",
    "one with __del__": "self.o = Mortal()",
}


@pytest.mark.parametrize("search", ["dpor", "brute"])
@pytest.mark.parametrize("owner", OWNERS)
@pytest.mark.parametrize("name", NAMESPACES)
def test_the_namespace_of_an_object_has_its_attributes(tmp_path, search, owner, name):
    """A name that it has not yet is a place as well, for a reader who looks for it."""
    read, write, values = NAMESPACES[name]
    seen = found(tmp_path, search, OWNERS[owner], f"self.r = {read}", write)
    assert seen == set(values.split())
