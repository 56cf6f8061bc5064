"""Methods of the library set attributes that another worker reads.

In each broken program, the reader may come before the method.  In its twin, the reader
waits for the method.
"""

import logging
import logging.handlers
import optparse
import threading


class Base:
    def __init__(self):
        self.logger = logging.getLogger("told")
        self.handler = logging.StreamHandler()
        self.memory = logging.handlers.MemoryHandler(3)
        self.options = optparse.OptionParser()
        self.done = threading.Event()
        self.seen = None

    def write(self):
        self.set()
        self.done.set()

    def look(self):
        self.seen = self.get()

    def wait(self):
        self.done.wait()
        self.seen = self.get()

    def check(self):
        assert self.seen == self.get()


class LevelOfLogger(Base):
    def set(self):
        self.logger.setLevel(logging.ERROR)

    def get(self):
        return self.logger.level


class LevelOfHandler(Base):
    def set(self):
        self.handler.setLevel(logging.ERROR)

    def get(self):
        return self.handler.level


class FormatterOfHandler(Base):
    def set(self):
        self.handler.setFormatter(logging.Formatter())

    def get(self):
        return self.handler.formatter


class NameOfHandler(Base):
    def set(self):
        self.handler.set_name("mine")

    def get(self):
        return self.handler.name


class TargetOfHandler(Base):
    def set(self):
        self.memory.setTarget(self.handler)

    def get(self):
        return self.memory.target


class Disabled(Base):
    def set(self):
        logging.disable(logging.ERROR)

    def get(self):
        return logging.root.manager.disable


class SetWithoutABoundMethod(Base):
    def set(self):
        logging.Handler.setLevel(self.handler, logging.ERROR)

    def get(self):
        return self.handler.level


class Interspersed(Base):
    def set(self):
        self.options.disable_interspersed_args()

    def get(self):
        return self.options.allow_interspersed_args


class BrokenLevelOfLogger(LevelOfLogger):
    workers = (Base.write, Base.look)


class HoldsLevelOfLogger(LevelOfLogger):
    workers = (Base.write, Base.wait)


class BrokenLevelOfHandler(LevelOfHandler):
    workers = (Base.write, Base.look)


class HoldsLevelOfHandler(LevelOfHandler):
    workers = (Base.write, Base.wait)


class BrokenFormatterOfHandler(FormatterOfHandler):
    workers = (Base.write, Base.look)


class HoldsFormatterOfHandler(FormatterOfHandler):
    workers = (Base.write, Base.wait)


class BrokenNameOfHandler(NameOfHandler):
    workers = (Base.write, Base.look)


class HoldsNameOfHandler(NameOfHandler):
    workers = (Base.write, Base.wait)


class BrokenTargetOfHandler(TargetOfHandler):
    workers = (Base.write, Base.look)


class HoldsTargetOfHandler(TargetOfHandler):
    workers = (Base.write, Base.wait)


class BrokenDisabled(Disabled):
    workers = (Base.write, Base.look)


class HoldsDisabled(Disabled):
    workers = (Base.write, Base.wait)


class BrokenSetWithoutABoundMethod(SetWithoutABoundMethod):
    workers = (Base.write, Base.look)


class HoldsSetWithoutABoundMethod(SetWithoutABoundMethod):
    workers = (Base.write, Base.wait)


class BrokenInterspersed(Interspersed):
    workers = (Base.write, Base.look)


class HoldsInterspersed(Interspersed):
    workers = (Base.write, Base.wait)


class Quiet(Base):
    """Two workers silence a logger for a while: it must not stay silent."""

    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()
        self.logger.setLevel(logging.WARNING)

    def quiet(self):
        old = self.logger.level
        self.logger.setLevel(logging.CRITICAL)
        self.logger.setLevel(old)

    def quiet_alone(self):
        with self.lock:
            self.quiet()

    def check(self):
        assert self.logger.level == logging.WARNING


class BrokenQuiet(Quiet):
    workers = (Quiet.quiet, Quiet.quiet)


class HoldsQuiet(Quiet):
    workers = (Quiet.quiet_alone, Quiet.quiet_alone)
