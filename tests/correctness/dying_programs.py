"""Lines that let an object die, which does something then: for `test_finalizers`."""

DYING = {
    "del": """
        handle = Handle(self)
        handle.use()
        del handle
    """,
    "assigned again": """
        handle = Handle(self)
        handle.use()
        handle = Handle(self)
        self.log.append("second")
        handle = None
    """,
    "the end of a function": """
        self.use_once()
    """,
    "a temporary": """
        Handle(self).use()
    """,
    "a slot": """
        handle = Slotted(self)
        handle.use()
        handle = None
    """,
    "an attribute": """
        self.handle = Handle(self)
        self.handle.use()
        self.handle = None
    """,
    "an attribute from the start": """
        self.first.use()
        self.first = None
    """,
    "an item": """
        self.handles["a"] = Handle(self)
        self.handles["a"].use()
        del self.handles["a"]
    """,
    "popped": """
        self.many.append(Handle(self))
        self.many[0].use()
        self.many.pop().use()
    """,
    "cleared": """
        self.many.append(Handle(self))
        self.many.clear()
    """,
    "a closure": """
        handle = Handle(self)
        def use():
            handle.use()
        use()
        del use, handle
    """,
    "an exception": """
        try:
            self.fail()
        except ValueError:
            self.log.append("caught")
    """,
}

# What alone holds the object is dropped, and the object with it.
HELD = {
    "a list": """
        many = [Handle(self)]
        many[0].use()
        many = None
    """,
    "a list in an attribute": """
        self.many = [Handle(self)]
        self.many[0].use()
        self.many = []
    """,
    "a list in a dict": """
        self.handles["a"] = [Handle(self)]
        self.handles["a"][0].use()
        self.handles = {}
    """,
    "a list in a list that is cleared": """
        self.many.append([[Handle(self)]])
        self.many[0][0][0].use()
        self.many.clear()
    """,
    "a part of a list": """
        self.many += [Handle(self), 1, 2]
        self.many[0].use()
        del self.many[0:2]
    """,
    "a list that is assigned in part": """
        self.many += [Handle(self), 1, 2]
        self.many[:2] = [3]
    """,
    "a dict whose item is replaced": """
        self.handles["a"] = {"b": Handle(self)}
        self.handles["a"]["b"].use()
        self.handles["a"] = None
    """,
    "a dict that is updated": """
        self.handles["a"] = [Handle(self)]
        self.handles["a"][0].use()
        self.handles.update(a=1)
    """,
    "popitem": """
        self.handles["a"] = Handle(self)
        self.handles.popitem()
    """,
    "a deque": """
        waiting = collections.deque([Handle(self)])
        waiting[0].use()
        waiting = None
    """,
    "a deque with a longest length": """
        waiting = collections.deque(maxlen=1)
        waiting.append(Handle(self))
        waiting.append(1)
    """,
    "a set": """
        found = {Handle(self)}
        len(found)
        found = None
    """,
    "a tuple": """
        pair = (Handle(self), [1])
        pair[0].use()
        pair[1].append(2)
        del pair
    """,
    "another object": """
        self.holder = Holder(Handle(self))
        self.holder.handle.use()
        self.holder = None
    """,
    "an object in an object": """
        holder = Holder(Holder(Handle(self)))
        holder.handle.handle.use()
        del holder
    """,
    "an object with slots": """
        self.holder = Slot(Handle(self))
        self.holder.handle.use()
        self.holder = None
    """,
    "an object in a list": """
        self.many = [Holder([Handle(self)])]
        self.many[0].handle[0].use()
        self.many.pop()
    """,
    "a dataclass": """
        record = Record([Handle(self)])
        record.parts[0].use()
        record = None
    """,
    "an exception": """
        error = ValueError(Handle(self))
        error.args[0].use()
        error = None
    """,
    "a traceback": """
        try:
            self.fail()
        except ValueError as problem:
            kept = problem
        self.log.append("caught")
        kept = None
    """,
    "a traceback in an attribute": """
        try:
            self.fail()
        except ValueError as problem:
            self.error = problem
        self.log.append(str(self.error))
        self.error = None
    """,
    "a method": """
        use = Handle(self).use
        use()
        use = None
    """,
    "a partial": """
        self.callback = functools.partial(Handle(self).use)
        self.callback()
        self.callback = None
    """,
    "a lambda in an attribute": """
        handle = Handle(self)
        self.callback = lambda: handle.use()
        self.callback()
        del handle
        self.log.append("kept")
        self.callback = None
    """,
    "a function in a list": """
        def made():
            handle = Handle(self)
            return lambda: handle.use()
        self.many.append(made())
        self.many[0]()
        self.many.clear()
    """,
    "an attribute of a function": """
        def call():
            call.count += 1
        call.count = 0
        call.handle = Handle(self)
        call()
        call.handle.use()
        call.handle = None
    """,
    "a generator": """
        def items():
            handle = Handle(self)
            yield handle.use()
        generator = items()
        next(generator)
        generator = None
    """,
    "an iterator": """
        iterator = iter([Handle(self)])
        self.log.append(len(self.many))
        iterator = None
    """,
    "a comprehension": """
        self.log.append(len([handle.use() for handle in [Handle(self)]]))
    """,
    "a loop over pairs": """
        for handle, number in [(Handle(self), 1)]:
            handle.use()
        self.log.append("looped")
        del handle
    """,
    "a loop over lists": """
        for handles in [[Handle(self)]]:
            handles[0].use()
        handles = None
    """,
    "an augmented attribute": """
        Handle(self).used += 1
    """,
    "an augmented item": """
        [Handle(self), 1][1] += 1
    """,
    "an augmented part": """
        self.many = [Handle(self), 1]
        self.many[:1] *= 0
    """,
    "with": """
        with contextlib.nullcontext([Handle(self)]) as handles:
            handles[0].use()
        handles = None
    """,
    "a keyword": """
        self.take(handles=[Handle(self)])
    """,
    "the dict of an object": """
        holder = Holder(Handle(self))
        vars(holder)["handle"].use()
        holder = None
    """,
    "an object whose id is asked for": """
        many = [Handle(self)]
        self.many.append(id(many) == id(many))
        many = None
    """,
    "no place for weak references": """
        many = [Closed(self)]
        many[0].use()
        many = None
    """,
    "two, in order": """
        self.many = [Handle(self), Closed(self)]
        self.many[1].use()
        self.many = None
    """,
    "a weak reference's call": """
        many = [Holder(1)]
        self.watch = weakref.ref(many[0], lambda one: self.log.append("gone"))
        self.log.append(many[0].handle)
        many = None
    """,
    "a finalizer of the library": """
        self.many = [Holder(1)]
        weakref.finalize(self.many[0], self.log.append, "gone")
        self.many = None
    """,
    "a weak dictionary": """
        many = [Holder(1)]
        self.known = weakref.WeakValueDictionary(a=many[0])
        self.log.append(len(self.known))
        many = None
        self.log.append(len(self.known))
    """,
    "the check": """
        self.later = [Handle(self)]
        self.later[0].use()
    """,
}
DROPPED = {  # what is made, and the line that drops it
    "a list": ("self.many = [Closing(self)]", "self.many = None"),
    "an item": ("self.many = [[Closing(self)]]", "self.many[0] = None"),
    "a dict": ("self.many = {'a': [Closing(self)]}", "self.many.clear()"),
    "an object": ("self.holder = Holder(Closing(self))", "self.holder = None"),
    "a deleted attribute": ("self.holder = Holder([Closing(self)])", "del self.holder"),
    "a closure": (
        "self.call = (lambda h: lambda: h)(Closing(self))",
        "self.call = None",
    ),
    "a generator": (
        "self.items = closing(self); next(self.items)",
        "self.items = None",
    ),
    "a list of generators": (
        "self.items = [closing(self)]; next(self.items[0])",
        "self.items = None",
    ),
    "a deque": ("self.many = collections.deque([Closing(self)])", "self.many = 0"),
    "a dict of lists": (
        "self.many = collections.defaultdict(list); self.many[1].append(Closing(self))",
        "self.many.pop(1)",
    ),
    "an ordered dict": (
        "self.many = collections.OrderedDict(a=Closing(self))",
        "self.many.popitem(last=False)",
    ),
    "a UserDict": (
        "self.many = collections.UserDict(a=[Closing(self)])",
        "self.many = None",
    ),
    "a chain of maps": (
        "self.many = collections.ChainMap({'a': Closing(self)})",
        "self.many.maps[0].clear()",
    ),
    "a namespace": (
        "self.holder = types.SimpleNamespace(h=Closing(self))",
        "self.holder = None",
    ),
    "a set": ("self.many = {Closing(self)}", "self.many.clear()"),
    "a list of another name": (
        "self.one, self.two = [Closing(self)], []",
        "self.one, self.two = self.two, self.one; self.two = None",
    ),
    "a queue's item": (
        "self.many = queue.Queue(); self.many.put([Closing(self)])",
        "self.many.get()",
    ),
    "a queue": (
        "self.many = queue.Queue(); self.many.put([Closing(self)])",
        "self.many = None",
    ),
    "a simple queue": (
        "self.many = queue.SimpleQueue(); self.many.put(Closing(self))",
        "self.many = None",
    ),
    "a cache": (
        "self.call = functools.lru_cache(lambda: Closing(self)); self.call()",
        "self.call.cache_clear()",
    ),
    "an exception": ("self.error = ValueError(Closing(self))", "self.error = None"),
    "an argument": ("self.use = lambda one: None", "self.use([Closing(self)])"),
    "a variable": ("pass", "many = [[Closing(self)]]; many.pop()"),
    "a future": (
        "pass",
        "f = concurrent.futures.Future(); f.set_result([Closing(self)]); f = None",
    ),
    "a weak reference's call": (
        "self.many = [Holder(1)]; self.ref = weakref.ref(self.many[0], self.close)",
        "self.many = None",
    ),
}
