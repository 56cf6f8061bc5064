"""prometheus-client: a counter, and a gauge that is read and set."""

from prometheus_client import CollectorRegistry, Counter, Gauge


class Counted:
    """Two threads count with `inc`."""

    def __init__(self):
        self.registry = CollectorRegistry()
        self.calls = Counter("calls", "of the service", ["by"], registry=self.registry)

    def work(self):
        self.calls.labels(by="thread").inc()

    workers = (work, work)

    def check(self):
        told = self.registry.get_sample_value("calls_total", {"by": "thread"})
        assert told == 2


class ReadAndSet:
    """Two threads read a gauge and set it to one more."""

    def __init__(self):
        self.registry = CollectorRegistry()
        self.gauge = Gauge("users", "that are there", registry=self.registry)

    def work(self):
        self.gauge.set(self.registry.get_sample_value("users") + 1)

    workers = (work, work)

    def check(self):
        assert self.registry.get_sample_value("users") == 2
