"""`any`, `all`, `next` and `in` ask no further than they need, in a draft too."""

import pytest

from tests.shape.same_output import draft_of, prints_the_same, told

HEAD = """
import queue
import time

tried = []
hosts = ["down", "first", "second"]


def up(host):
    tried.append(host)
    time.sleep(0.001)
    return host != "down"


def stream(q):
    while (item := q.get()) is not None:
        yield item


class Box:
    def __init__(self, *items):
        self.items = items

    def __iter__(self):
        for each in self.items:
            time.sleep(0)
            yield each


def filled():
    q = queue.Queue()
    for n in (1, 2, 3, None):
        q.put(n)
    return q


"""
LINES = {
    "any": "print(any(up(h) for h in hosts))",
    "all": "print(all(up(h) for h in hosts))",
    "a condition": "print(all(not up(h) for h in hosts if h != 'second'))",
    "any of map": "print(any(map(up, hosts)))",
    "any of a lambda": "print(any(map(lambda h: up(h) or None, hosts)))",
    "not any": "print(not any(up(h) for h in hosts) or 'yes')",
    "one in another": "print(sum(any(up(h) for h in some) for some in (hosts, hosts)))",
    "next": "print(next(h for h in hosts if up(h)))",
    "next with a default": "print(next((h for h in hosts if up(h) and 0), None))",
    "next of map": "print(next(map(up, hosts)))",
    "next of filter": "print(next(filter(up, hosts), None))",
    "filter of a lambda": "print(list(filter(lambda h: up(h) and h > 'g', hosts)))",
    "next that finds none": (
        "try:\n        next(h for h in hosts if up(h) and 0)\n"
        "    except StopIteration:\n        print('none')"
    ),
    "in a generator": "q = filled()\n    print(2 in stream(q), q.qsize())",
    "not in a generator": "wanted = 9\n    print(wanted not in stream(filled()))",
    "in what has an __iter__": "box = Box(1, 2)\n    print(1 in box and not 3 in box)",
    "any of what is iterated": "print(any(n > 1 for n in Box(1, 2)))",
    "next of what is iterated": "print(next(n for n in Box(1, 2) if n > 1))",
    "unpacked": "print(*map(up, hosts))",
}
MAIN = """
def main():
    {line}
    print(tried)

main()
"""


@pytest.mark.sampled(5)
@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_nothing_is_asked_behind_the_first_answer(line, tmp_path):
    """A list of all answers would call what threads never call."""
    text = HEAD + MAIN.format(line=line)
    assert "port:" not in prints_the_same(tmp_path, text)


def test_a_question_in_the_code_of_a_script_is_asked_in_a_loop(tmp_path):
    """`asyncio.run` takes a call; `in` is none."""
    prints_the_same(tmp_path, HEAD + "q = filled()\nprint(2 in stream(q))\n")


def test_what_is_looked_for_and_must_be_worked_out_is_told():
    """It would be worked out again for each item."""
    text = HEAD + MAIN.format(line="print(max(1, 2) in stream(filled()))")
    assert "the operator `in` does not await the items" in told(draft_of(text))
