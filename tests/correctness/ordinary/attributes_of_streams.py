"""A stream in memory has attributes like other objects, if a program sets them."""

import io
import threading


class Base:
    def __init__(self):
        self.lock = threading.Lock()
        self.out = self.stream()
        self.out.lines = 0

    def count(self):
        self.out.lines += 1

    def locked(self):
        with self.lock:
            self.out.lines += 1

    def check(self):
        assert self.out.lines == 2


class Text(Base):
    stream = io.StringIO


class Bytes(Base):
    stream = io.BytesIO


class Wrapper(Base):
    def stream(self):
        return io.TextIOWrapper(io.BytesIO())


class BrokenText(Text):
    workers = (Base.count, Base.count)


class HoldsText(Text):
    workers = (Base.locked, Base.locked)


class BrokenBytes(Bytes):
    workers = (Base.count, Base.count)


class HoldsBytes(Bytes):
    workers = (Base.locked, Base.locked)


class BrokenWrapper(Wrapper):
    workers = (Base.count, Base.count)


class HoldsWrapper(Wrapper):
    workers = (Base.locked, Base.locked)
