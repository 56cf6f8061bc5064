"""If a class of threads has no `run`, the `run` of each subclass counts: as tasks."""

import pytest

from bench.shape.port.mistakes.check import mistakes
from tests.shape.test_port_names import graph_of, same

BASE = {
    "the stop of tutorials": """
        class Base(threading.Thread):
            def __init__(self):
                super().__init__()
                self.stop_event = threading.Event()
            def stop(self):
                self.stop_event.set()
            def stopped(self):
                return self.stop_event.is_set()
    """,
    "its constructor by name": """
        class Base(threading.Thread):
            def __init__(self):
                threading.Thread.__init__(self)
                self.stop_event = threading.Event()
            def stop(self):
                self.stop_event.set()
    """,
    "in the middle": """
        class First(threading.Thread):
            pass
        class Base(First):
            def __init__(self):
                super().__init__(daemon=True)
                self.stop_event = threading.Event()
            def stop(self):
                self.stop_event.set()
    """,
    "that joins": """
        class Base(threading.Thread):
            def __init__(self):
                super().__init__(name="base")
                self.stop_event = threading.Event()
            def stop(self):
                self.stop_event.set()
                self.join()
    """,
}
LEAF = """
        class Leaf(Base):
            def run(self):
                while not self.stop_event.wait(0.001):
                    ticks.append(self.name)
        ticks = []
        leaf = Leaf()
        leaf.start()
        while not ticks:
            time.sleep(0.001)
        leaf.stop()
        leaf.join()
        print(len(ticks) > 0, leaf.is_alive())
"""


@pytest.mark.parametrize("base", BASE.values(), ids=BASE)
def test_a_subclass_runs_on_the_task_of_its_base(base, tmp_path):
    """`join` of the base is awaited, so the base must have one that is async."""
    draft = same(base + LEAF, tmp_path)

    assert "(threading.Thread)" not in draft
    assert not mistakes(graph_of(draft))


def test_a_subclass_that_stays_plain_runs_in_a_thread_of_its_own(tmp_path):
    """Its base is on tasks for the sake of another subclass."""
    more = """
        class Plain(Base):
            def run(self):
                print("plain", threading.current_thread() is threading.main_thread())
        plain = Plain()
        plain.start()
        plain.join()
    """
    same(BASE["the stop of tutorials"] + LEAF + more, tmp_path)


def test_a_base_without_an_async_run_below_stays_a_thread(tmp_path):
    """Another class of threads of the file changes nothing for it."""
    body = """
        class Base(threading.Thread):
            pass
        class Plain(Base):
            def run(self):
                print("plain")
        class Waits(threading.Thread):
            def run(self):
                time.sleep(0)
        one, other = Plain(), Waits()
        for each in (one, other):
            each.start()
            each.join()
    """
    assert "class Base(threading.Thread):" in same(body, tmp_path)
