"""All interleavings of small programs on a container, run by plain Python.

It shares no code with the explorer: a worker is a list of steps, a step is a line of
Python that nothing interrupts, and every order of the steps of two workers is run.
"""

import array
import collections
import random
from itertools import combinations

KINDS = {  # how each container is made, and whether its keys are indices
    "dict": ("{'a': 1, 'b': 2}", False),
    "OrderedDict": ("collections.OrderedDict(a=1, b=2)", False),
    "Counter": ("collections.Counter(a=1, b=2)", False),
    "defaultdict": ("collections.defaultdict(int, a=1, b=2)", False),
    "ownDict": ("OwnDict(a=1, b=2)", False),
    "list": ("[1, 2, 3]", True),
    "deque": ("collections.deque([1, 2, 3])", True),
    "bytearray": ("bytearray([1, 2, 3])", True),
    "array": ("array.array('i', [1, 2, 3])", True),
    "ownList": ("OwnList([1, 2, 3])", True),
}
OF_MAPPINGS = (  # {c}: the container, {k}: a key, {r}: where a result goes
    "{c}[{k}] = {v}",
    "{c}[{k}] += {v}",
    "{r} = {c}[{k}]",
    "{r} = {c}.get({k})",
    "{r} = {k} in {c}",
    "{r} = len({c})",
    "{r} = list({c})",
    "{r} = list({c}.values())",
    "{r} = {c}.pop({k}, None)",
    "{r} = {c}.setdefault({k}, {v})",
    "{c}.update({{{k}: {v}}})",
    "del {c}[{k}]",
)
OF_SEQUENCES = (
    "{c}[{i}] = {v}",
    "{c}[{i}] += {v}",
    "{r} = {c}[{i}]",
    "{c}[-1] = {v}",
    "{r} = {c}[-1]",
    "{r} = {c}[-2]",
    "{r} = len({c})",
    "{r} = list({c})",
    "{r} = {c}.count({v})",
    "{c}.append({v})",
    "{r} = {c}.pop()",
    "del {c}[{i}]",
    "{c}.reverse()",
)
RESULTS = ["a0", "a1", "a2", "b0", "b1", "b2"]  # where a line puts what it reads
IMPORTS = "import array, asyncio, collections\n"
OWN = "class OwnDict(dict): pass\nclass OwnList(list): pass\n"


def lines_of(kind, rng, worker, count):
    """Draw the lines of one worker; `s` is the object that holds the container."""
    lines = []
    for number in range(count):
        ways = OF_SEQUENCES if KINDS[kind][1] else OF_MAPPINGS
        if kind == "Counter":  # its own Python code updates and deletes, in steps
            ways = [way for way in ways if ".update" not in way and "del" not in way]
        text = rng.choice(ways)
        lines.append(
            text.format(
                c="s.c",
                k=rng.choice(["'a'", "'b'", "'c'"]),
                i=rng.choice([0, 1, 2]),
                v=rng.choice([5, 7]),
                r=f"s.{worker}{number}",
            )
        )
    return lines


def steps_of(line):
    """The steps of a line: an augmented assignment reads, and then writes."""
    target, plus, value = line.partition(" += ")
    return [f"t = {target}", f"{target} = t + {value}"] if plus else [line]


def outcomes(kind, workers, *, atomic_lines):
    """The end states of all interleavings of two workers, as the explorer words them.

    `atomic_lines`: nothing interrupts a line, as in a task that awaits between lines.
    """
    split = (lambda line: [line]) if atomic_lines else steps_of
    steps = [
        [compile(step, "step", "exec") for line in lines for step in split(line)]
        for lines in workers
    ]
    total = len(steps[0]) + len(steps[1])
    return {
        state_after(kind, steps, [n not in first for n in range(total)])
        for first in combinations(range(total), len(steps[0]))
    }


def state_after(kind, steps, turns):
    names = {"array": array, "collections": collections}
    exec(OWN, names)
    shared = type("Shared", (), {})()
    shared.c = eval(KINDS[kind][0], names)
    for name in RESULTS:
        setattr(shared, name, None)
    spaces = [{**names, "s": shared}, {**names, "s": shared}]
    done = [0, 0]
    errors = {}
    for turn in turns:
        if turn not in errors:
            try:
                exec(steps[turn][done[turn]], spaces[turn])
            except Exception as error:
                errors[turn] = error
            done[turn] += 1
    if errors:
        error = errors[min(errors)]
        return f"{type(error).__name__}: {error}"
    shown = {
        name: value
        for name, value in vars(shared).items()
        if not isinstance(value, bytearray | array.array)
    }
    return ", ".join(f"{name}={value!r}" for name, value in shown.items())


def program_of(kind, workers, *, tasks):
    """The same program as a scenario."""
    text = IMPORTS + OWN + "class Program:\n"
    text += f"    def __init__(s):\n        s.c = {KINDS[kind][0]}\n"
    text += f"        {' = '.join(f's.{name}' for name in RESULTS)} = None\n"
    for name, lines in zip(("a", "b"), workers, strict=True):
        text += f"    {'async ' if tasks else ''}def {name}(s):\n"
        for line in lines:
            text += f"        {line}\n"
            text += "        await asyncio.sleep(0)\n" if tasks else ""
    return text + "    workers = (a, b)\n"


def drawn(kind, seed):
    """Two workers of two or three lines, drawn with a seed."""
    rng = random.Random(f"{kind} {seed}")
    return [lines_of(kind, rng, name, rng.choice([2, 3])) for name in "ab"]
