"""What tasks, callbacks, threads and pools hold, and let go when they have ended.

Each object writes one line to a log when it is deleted.  Each entry has a name, the
lines of `__init__` after the log is made, the lines of the worker that drops the
object, and the numbers of lines in the log that the other worker may find.  These
numbers were found by hand.
"""

IN_TASKS = {
    "call_soon args": (
        "",
        (
            "asyncio.get_running_loop().call_soon(len, [H(self.log)])\n"
            "await asyncio.sleep(0)\n"
            "await asyncio.sleep(0)\n"
            "self.log.append(1)"
        ),
        ["0", "1", "2"],
    ),
    "call_soon lambda": (
        "",
        (
            "h = [H(self.log)]\n"
            "asyncio.get_running_loop().call_soon(lambda: len(h))\n"
            "del h\n"
            "await asyncio.sleep(0)\n"
            "await asyncio.sleep(0)\n"
            "self.log.append(1)"
        ),
        ["0", "1", "2"],
    ),
    "task local": (
        "",
        (
            "async def f():\n"
            "    h = [H(self.log)]\n"
            "    await asyncio.sleep(0)\n"
            "await asyncio.create_task(f())\n"
            "self.log.append(1)"
        ),
        ["0", "1", "2"],
    ),
    "task result dropped": (
        "",
        (
            "async def f(): return H(self.log)\n"
            "t = asyncio.create_task(f())\n"
            "await t\n"
            "t = None\n"
            "self.log.append(1)"
        ),
        ["0", "2"],
    ),
    "task result unbound": (
        "",
        (
            "async def f(): return H(self.log)\n"
            "x = await asyncio.create_task(f())\n"
            "x = None\n"
            "self.log.append(1)"
        ),
        ["0", "2"],
    ),
    "future result": (
        "",
        (
            "f = asyncio.get_running_loop().create_future()\n"
            "f.set_result([H(self.log)])\n"
            "f = None\n"
            "self.log.append(1)"
        ),
        ["0", "2"],
    ),
    "done callback": (
        "",
        (
            "async def f(): pass\n"
            "h = [H(self.log)]\n"
            "t = asyncio.create_task(f())\n"
            "t.add_done_callback(lambda _, h=h: None)\n"
            "h = None\n"
            "await t\n"
            "await asyncio.sleep(0)\n"
            "await asyncio.sleep(0)\n"
            "self.log.append(1)"
        ),
        ["0", "1", "2"],
    ),
    "gather": (
        "",
        (
            "async def f(): return H(self.log)\n"
            "x = await asyncio.gather(f())\n"
            "x = None\n"
            "self.log.append(1)"
        ),
        ["0", "2"],
    ),
    "wait_for": (
        "",
        (
            "async def f(): return H(self.log)\n"
            "x = await asyncio.wait_for(f(), None)\n"
            "x = None\n"
            "self.log.append(1)"
        ),
        ["0", "2"],
    ),
    "asyncio queue": (
        "self.q = asyncio.Queue(); self.q.put_nowait([H(self.log)])",
        ("self.q = None\nself.log.append(1)"),
        ["0", "2"],
    ),
}
IN_THREADS = {
    "thread closure": (
        "",
        (
            "h = [H(self.log)]\n"
            "t = threading.Thread(target=lambda h=h: len(h))\n"
            "del h\n"
            "t.start()\n"
            "t.join()\n"
            "t = None\n"
            "self.log.append(1)"
        ),
        ["0", "1", "2"],
    ),
    "thread local": (
        "",
        (
            "def f():\n"
            "    h = [H(self.log)]\n"
            "t = threading.Thread(target=f)\n"
            "t.start()\n"
            "t.join()\n"
            "self.log.append(1)"
        ),
        ["0", "1", "2"],
    ),
    "pool result": (
        "",
        (
            "with concurrent.futures.ThreadPoolExecutor(1) as p:\n"
            "    x = p.submit(lambda: [H(self.log)]).result()\n"
            "    x = None\n"
            "    self.log.append(1)"
        ),
        ["0", "1", "2"],
    ),
    "thread local storage": (
        "",
        ("l = threading.local()\nl.h = [H(self.log)]\nl = None\nself.log.append(1)"),
        ["0", "1", "2"],
    ),
    "timer args": (
        "",
        (
            "t = threading.Timer(1, len, ([H(self.log)],))\n"
            "t.cancel()\n"
            "t = None\n"
            "self.log.append(1)"
        ),
        ["0", "1", "2"],
    ),
    "condition dropped": (
        "",
        (
            "c = threading.Condition()\n"
            "c.h = [H(self.log)]\n"
            "c = None\n"
            "self.log.append(1)"
        ),
        ["0", "1", "2"],
    ),
    "lock holder": (
        "",
        ("with threading.Lock(): h = [H(self.log)]\nh = None\nself.log.append(1)"),
        ["0", "1", "2"],
    ),
    "exception with handle": (
        "",
        (
            "try:\n"
            "    h = [H(self.log)]\n"
            "    raise KeyError(h)\n"
            "except KeyError as e: h = None\n"
            "self.log.append(1)"
        ),
        ["0", "1", "2"],
    ),
}
