"""Programs whose attributes are items: dicts with methods of dicts for attributes.

By name: the class of the dict, what it is made of, the reader's lines, the writer's,
and each value that the reader may find, as it is shown.  All were found by hand.
"""

BOTH = "__getattr__ = dict.__getitem__\n__setattr__ = dict.__setitem__"

ITEMS = {
    "an item that is added while a loop goes on": (
        BOTH,
        "D(a=1)",
        "self.r = [k for k in self.d]",
        "self.d.b = 2",
        ["RuntimeError", "['a', 'b']", "['a']"],
    ),
    "an attribute that may be missing": (
        "__getattr__ = dict.get\n__setattr__ = dict.__setitem__",
        "D()",
        "self.r = self.d.x, 'x' in self.d",
        "self.d['x'] = 1",
        ["(1, True)", "(None, False)", "(None, True)"],
    ),
    "an item that is deleted as an attribute": (
        BOTH + "\n__delattr__ = dict.__delitem__",
        "D(x=1)",
        "self.r = self.d['x'] if 'x' in self.d else None",
        "del self.d.x",
        ["1", "KeyError", "None"],
    ),
    "an attribute that is deleted as an item": (
        BOTH,
        "D(x=1)",
        "self.r = self.d.x if 'x' in self.d else None",
        "del self.d['x']",
        ["1", "KeyError", "None"],
    ),
    "another item": (
        BOTH,
        "D(x=1, y=1)",
        "self.r = self.d.x",
        "self.d['y'] = 2",
        ["1"],
    ),
    "two items of one update": (
        BOTH,
        "D(x=0, y=0)",
        "self.r = self.d.x, self.d.y",
        "self.d.update(x=1, y=1)",
        ["(0, 0)", "(0, 1)", "(1, 1)"],
    ),
    "only what is read is an item": (
        "__getattr__ = dict.__getitem__",
        "D(x=0)",
        "self.r = self.d.x, self.d['x']",
        "self.d.x = 1",
        ["(0, 0)", "(1, 0)"],
    ),
    "only what is written is an item": (
        "x = 5\n__setattr__ = dict.__setitem__",
        "D()",
        "self.r = self.d.x, self.d.get('x')",
        "self.d.x = 1",
        ["(5, 1)", "(5, None)"],
    ),
    "by getattr and setattr": (
        BOTH,
        "D(x=0)",
        "self.r = getattr(self.d, 'x'), self.d['x']",
        "setattr(self.d, 'x', 1)",
        ["(0, 0)", "(0, 1)", "(1, 1)"],
    ),
    "a default": (
        "__getattr__ = collections.defaultdict.__getitem__",
        "D(int)",
        "self.r = self.d.x, len(self.d)",
        "self.d['y'] = 1",
        ["(0, 1)", "(0, 2)"],
    ),
    "items in their order": (
        "__getattr__ = dict.get\n__setattr__ = collections.OrderedDict.__setitem__",
        "D(x=0)",
        "self.r = list(self.d), self.d.x",
        "self.d.y = 1",
        ["(['x', 'y'], 0)", "(['x'], 0)"],
    ),
    "by functions in Python": (
        "def __getattr__(self, k):\n    return self[k]\n"
        "def __setattr__(self, k, v):\n    self[k] = v",
        "D(x=0)",
        "self.r = self.d.x, self.d['x']",
        "self.d.x = 1",
        ["(0, 0)", "(0, 1)", "(1, 1)"],
    ),
    "its own dict": (
        "def __init__(self, **names):\n    super().__init__(names)\n"
        "    self.__dict__ = self",
        "D(x=0)",
        "self.r = self.d.x, self.d['x']",
        "self.d.x = 1",
        ["(0, 0)", "(0, 1)", "(1, 1)"],
    ),
}
KINDS = {
    "a default": "collections.defaultdict",
    "items in their order": "collections.OrderedDict",
}
