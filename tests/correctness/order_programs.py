"""Random bodies of functions that note each operation: for `test_operation_order`.

Each body has six variables.  Some are captured, some global, some nonlocal, and some
are local.  The bodies use every statement and expression that the rewriter knows.
"""

from pathlib import Path

from hypothesis import strategies as st

PRELUDE = Path(__file__).with_name("order_traced.py").read_text(encoding="utf-8")
NAMES = "abcdef"
STARTS = (*["T('{}')"] * 10, "M('{}')", "S('{}')", "[0, 0, 0]", "{{}}", "0")
KINDS = ("captured", "global", "nonlocal", "local")
COLOURS = ("plain", "plain", "plain", "generator", "async")
ERRORS = ("Oops", "KeyError", "AttributeError", "StopIteration", "TypeError", "Halt")
CAUGHT = ("Oops", "KeyError", "(Oops, TypeError)", "Exception", "BaseException")
FUNCTIONS = ("list", "len", "sorted", "bool", "str", "print_", "tuple", "iter", "hash")
PARTS = ("p", "q")
THINGS = ("part", "item", "part", "item", "call", "method", "if", "bool", "walrus",
          "binary", "call_star", "slice")  # fmt: skip
SHORT = (*["name"] * 6, "part", "part", "item", "item", "number", "text")
LONG = (
    "part", "item", "slice", "call", "method", "call star", "call all", "built in",
    "binary", "binary", "unary", "compare", "chain", "bool", "if", "walrus", "lambda",
    "list", "dict", "set", "tuple", "list of", "set of", "dict of", "generator",
    "text of", "many slices", "wait", "wait", "bool", "if",
)  # fmt: skip
SIMPLE = ("assign", "assign", "assign", "chain", "augment", "annotate", "delete",
          "delete", "expression", "assert", "raise")  # fmt: skip
COMPOUND = ("if", "for", "while", "with", "with", "try", "try", "except*", "match",
            "match", "def", "def", "class", "return", "async", "loop end",
            "import")  # fmt: skip


class Writer:
    """Writes one body; `draw` draws each choice, as a number below another one."""

    def __init__(self, draw, kinds):
        self.draw = draw
        self.kinds = kinds  # of each name
        self.colour = self.pick(COLOURS)
        self.in_text = self.in_class = self.within = 0
        self.in_iterable = self.in_elements = 0  # of comprehensions
        self.loops = 0
        self.starred = 0  # `except*` around

    def pick(self, options):
        return options[self.draw(len(options))]

    def chance(self, one_in=2):
        return self.draw(one_in) == one_in - 1

    def name(self):
        return self.pick(NAMES)

    def several(self, make, least=1, most=3):
        return [make() for _ in range(least + self.draw(most - least + 1))]

    # --- Expressions ----------------------------------------------------------------

    def value(self, depth=2):
        kind = self.pick(LONG if depth > 0 else SHORT)
        return getattr(self, f"of_{kind.replace(' ', '_')}")(depth - 1)

    def of_name(self, _):
        return self.name()

    def of_number(self, _):
        return self.pick("012")

    def of_text(self, _):
        return self.name() if self.in_text else self.pick(["'p'", "'ab'"])

    def of_part(self, depth):
        return f"{self.owner(depth)}.{self.pick(PARTS)}"

    def of_item(self, depth):
        return f"{self.owner(depth)}[{self.key(depth)}]"

    def of_slice(self, depth):
        return f"{self.owner(depth)}[{self.value(depth)}:{self.value(depth)}]"

    def of_many_slices(self, depth):
        last = self.pick(["...", f"*{self.owner(depth)}", self.value(depth)])
        return f"{self.owner(depth)}[{self.value(depth)}:, ::{self.name()}, {last}]"

    def owner(self, depth):
        """An expression whose value, most often, knows every operation."""
        if depth < 0 or self.chance():
            return self.name()
        kind = self.pick(THINGS if depth > 0 else THINGS[:4])
        return f"({getattr(self, f'of_{kind}')(depth - 1)})"

    def key(self, depth):
        if self.chance(3):
            return self.value(depth)
        return self.pick([*"012", "-1", self.name(), f"{self.name()}:", ":2", ":"])

    def of_call(self, depth):
        return f"{self.owner(depth)}({', '.join(self.arguments(depth))})"

    def of_method(self, depth):
        return f"{self.owner(depth)}.q({', '.join(self.arguments(depth))})"

    def arguments(self, depth):
        plain = self.several(lambda: self.value(depth), 0, 2)
        if self.chance():
            plain.append(f"z={self.value(depth)}")
        return plain

    def of_call_star(self, depth):
        rest = self.pick(["", f", {self.value(depth)}", f", y={self.value(depth)}",
                          f", **{self.owner(depth)}"])  # fmt: skip
        return f"{self.owner(depth)}(*{self.owner(depth)}{rest})"

    def of_call_all(self, depth):
        make = (
            lambda: self.value(depth),
            lambda: f"*{self.owner(depth)}",
        )
        first = self.several(lambda: self.pick(make)(), 0, 2)
        make = (
            lambda: f"{self.pick('xyz')}{len(last)}={self.value(depth)}",
            lambda: f"k={self.value(depth)}",
            lambda: f"**{self.owner(depth)}",
            lambda: f"*{self.owner(depth)}",
        )
        last = []
        for _ in range(self.draw(4)):
            one = self.pick(make)()
            after = any(part.startswith("**") for part in last)
            if not (one.startswith("k=") and any(p[:2] == "k=" for p in last)) and not (
                after and one[0] == "*" and one[1] != "*"
            ):
                last.append(one)
        return f"{self.owner(depth)}({', '.join(first + last)})"

    def of_built_in(self, depth):
        return f"{self.pick(FUNCTIONS)}({self.value(depth)})"

    def of_binary(self, depth):
        operator = self.pick(["+", "+", "%", "-", "**"])
        return f"({self.value(depth)} {operator} {self.value(depth)})"

    def of_unary(self, depth):
        return f"({self.pick(['-', 'not ', '~'])}{self.value(depth)})"

    def compared(self, depth):
        operator = self.pick(["<", ">=", "==", "!=", "in", "not in", "is", "is not"])
        return f" {operator} {self.value(depth)}"

    def of_compare(self, depth):
        return f"({self.name()}{self.compared(depth)})"

    def of_chain(self, depth):
        rest = "".join(self.several(lambda: self.compared(depth), 2))
        return f"({self.value(depth)}{rest})"

    def of_bool(self, depth):
        word = self.pick([" and ", " or "])
        return f"({word.join(self.several(lambda: self.value(depth), 2))})"

    def of_if(self, depth):
        parts = [self.value(depth) for _ in range(3)]
        return f"({parts[0]} if {parts[1]} else {parts[2]})"

    def of_walrus(self, depth):
        if self.in_iterable or (self.in_class and self.in_elements):
            return self.value(depth)
        return f"({self.name()} := {self.value(depth)})"

    def of_lambda(self, depth):
        default = self.value(depth)
        self.within += 1
        made = f"(lambda x={default}, *, y={self.name()}: {self.value(depth)})"
        self.within -= 1
        return made + self.pick(["", "()", f"({self.name()})"])

    def of_list(self, depth):
        parts = self.several(lambda: self.value(depth))
        return f"[{', '.join(parts)}, *{self.owner(depth)}]"

    def of_tuple(self, depth):
        parts = self.several(lambda: self.value(depth))
        return f"(*{self.owner(depth)}, {', '.join(parts)})"

    def of_set(self, depth):
        return f"len({{{self.value(depth)}, {self.value(depth)}}})"

    def of_dict(self, depth):
        return f"{{{self.value(depth)}: {self.value(depth)}, **{self.owner(depth)}}}"

    def comprehension(self, depth, *, with_key=False):
        self.in_elements += 1
        clauses, element = self.clauses(depth), self.element(depth)
        if with_key:
            element = f"{element}: {self.value(depth)}"
        self.in_elements -= 1
        return element + clauses

    def clauses(self, depth):
        made = ""
        for number in range(1 + self.draw(2)):
            self.in_iterable += 1
            values = self.owner(depth)
            self.in_iterable -= 1
            x, y = f"x{number}", f"y{number}"
            target = self.pick([x, x, f"({x}, {y})", f"[{x}, *{y}]", "(a, b)", "c"])
            if "x" not in target:
                target = target.translate(str.maketrans("abc", "ijk"))
            awaits = self.colour == "async" and not self.within and self.chance(3)
            made += f" {'async ' * awaits}for {target} in {values}"
            if self.chance(3):
                made += f" if {self.value(depth)}"
        return made

    def element(self, depth):
        return self.pick([self.value(depth), "x0", f"{self.name()}(x0)", "x0.p"])

    def of_list_of(self, depth):
        return f"[{self.comprehension(depth)}]"

    def of_set_of(self, depth):
        return f"len({{{self.comprehension(depth)}}})"

    def of_dict_of(self, depth):
        return f"{{{self.comprehension(depth, with_key=True)}}}"

    def of_generator(self, depth):
        user = self.pick(["list", "tuple", "any", "sum", "*", "next", "dict", ""])
        made = f"({self.comprehension(depth)})"
        return f"[*{made}]" if user == "*" else f"{user}{made}"

    def of_text_of(self, depth):
        if self.in_text:
            return self.name()
        self.in_text += 1
        ends = ["", "!r", "!s", f":>{{({self.value(depth)})}}", ":3", "="]
        parts = self.several(lambda: f"{{({self.value(depth)}){self.pick(ends)}}}")
        self.in_text -= 1
        return f'f"{"-".join(parts)}"'

    def of_wait(self, depth):
        if self.within or self.in_class or self.in_elements or self.colour == "plain":
            return self.owner(depth)
        word = "await" if self.colour == "async" else self.pick(["yield", "yield from"])
        return f"({word} {self.owner(depth)})"

    # --- Targets ----------------------------------------------------------------------

    def target(self, depth=2, *, plain=False):
        kinds = ["name", "name", "name", "part", "item", "item", "slice", "many_slices"]
        if depth > 0 and not plain:
            kinds += ["several", "several", "several"]
        kind = self.pick(kinds)
        if kind == "several":
            parts = self.several(lambda: self.target(depth - 1), 1, 4)
            if self.chance(3):
                place = self.draw(len(parts))
                if not parts[place].startswith("("):
                    parts[place] = f"*{parts[place]}"
            return f"({', '.join(parts)},)"
        return getattr(self, f"of_{kind}")(depth - 2)

    # --- Statements -------------------------------------------------------------------

    def block(self, depth, most=2):
        lines = [line for one in self.several(lambda: self.statement(depth), 1, most)
                 for line in one]  # fmt: skip
        return [f"    {line}" for line in lines]

    def statement(self, depth):
        kind = self.pick(SIMPLE + COMPOUND if depth > 0 else SIMPLE)
        if kind == "except*":
            lines = self.do_try(depth - 1, "*")
        else:
            lines = getattr(self, f"do_{kind.replace(' ', '_')}")(depth - 1)
        if depth > 1 and self.chance():
            lines = ["try:", *(f"    {one}" for one in lines),
                     "except Exception as error_:",
                     "    LOG.append(error_)"]  # fmt: skip
            if self.starred:
                lines = lines[1:-2]
                lines = [one[4:] for one in lines]
        return lines

    def given(self, targets):
        """A value, which often has as many items as a target takes."""
        if targets.startswith("(") and self.chance(4) is False:
            count = 1 + self.draw(4)
            values = [self.value(1) for _ in range(count)]
            return f"({', '.join(values)},)"
        return self.value()

    def do_assign(self, _):
        target = self.target()
        if self.chance():
            parts = [self.target(0) for _ in range(2 + self.draw(3))]
            if self.chance():  # targets that use each other
                x, y, z = self.name(), self.name(), self.name()
                parts = [
                    self.pick([x, f"({x}, {z})", y]),
                    self.pick([f"{z}[{y}]", f"{y}.p", f"{y}[{z}]", f"({y}, {z}.p)"]),
                    self.pick([y, z, f"({y}, {z})", f"*{y}"]),
                ]
            values = [self.owner(1) for _ in parts]
            return [f"{', '.join(parts)} = {', '.join(values)}"]
        return [f"{target} = {self.given(target)}"]

    def do_chain(self, _):
        targets = self.several(self.target, 2)
        return [f"{' = '.join(targets)} = {self.given(targets[0])}"]

    def do_augment(self, _):
        operator = self.pick(["+", "+", "%", "-"])
        return [f"{self.target(plain=True)} {operator}= {self.value()}"]

    def do_annotate(self, _):
        target = self.pick(
            [f"{self.name()}_", f"{self.name()}.p", f"a[{self.value(1)}]"]
        )
        end = self.pick(["", f" = {self.value()}", f" = {self.value()}"])
        return [f"{target}: {self.value(1)}{end}"]

    def do_delete(self, _):
        return [f"del {', '.join(self.several(self.target))}".replace("*", "")]

    def do_expression(self, _):
        return [f"LOG.append({self.value(3)})"]

    def do_assert(self, _):
        return [f"assert {self.value()}, {self.value(1)}"]

    def do_raise(self, _):
        ends = ["", " Oops", f" Oops({self.value()})", f" Oops from {self.value()}"]
        return [f"if b: raise{self.pick(ends)}"]

    def do_if(self, depth):
        lines = [f"if {self.value()}:", *self.block(depth)]
        if self.chance():
            lines += [f"elif {self.value()}:", *self.block(depth)]
        return [*lines, "else:", *self.block(depth)]

    def otherwise(self, depth):
        return ["else:", *self.block(depth)] if self.chance() else []

    def do_for(self, depth):
        head = f"for {self.target()} in {self.owner(2)}:"
        self.loops += 1
        body = self.block(depth)
        self.loops -= 1
        return [head, *body, *self.otherwise(depth)]

    def do_while(self, depth):
        head = f"while {self.value()}:"
        self.loops += 1
        body = self.block(depth)
        self.loops -= 1
        return [head, "    note('turn')", *body, *self.otherwise(depth)]

    def do_loop_end(self, _):
        if not self.loops or self.starred:
            return ["pass"]
        return [f"if {self.value(1)}: {self.pick(['break', 'continue'])}"]

    def managers(self):
        parts = []
        for _ in range(1 + self.draw(3)):
            target = self.pick(["", f" as {self.target()}", f" as {self.target()}"])
            parts.append(self.owner(2) + target.replace("*", ""))
        return ", ".join(parts)

    def do_with(self, depth):
        return [f"with ({self.managers()}):", *self.block(depth)]

    def do_async(self, depth):
        if self.colour != "async" or self.within or self.in_class:
            return ["pass"]
        if self.chance():
            return [f"async {one}" if not number else one
                    for number, one in enumerate(self.do_for(depth))]  # fmt: skip
        return [f"async with ({self.managers()}):", *self.block(depth)]

    def do_try(self, depth, star=""):
        lines = ["try:", *self.block(depth)]
        self.starred += bool(star)
        kinds = self.several(lambda: self.pick(CAUGHT[: 4 if star else 5]), 0, 2)
        for kind in kinds:
            bound = self.pick(["", f" as {self.name()}", f" as {self.name()}"])
            lines += [f"except{star} {kind}{bound}:", *self.block(depth)]
        self.starred -= bool(star)
        if kinds:
            lines += self.otherwise(depth)
        if not kinds or self.chance(3):
            lines += ["finally:", *self.block(depth)]
        return lines

    def do_return(self, _):
        if self.in_class or self.starred:
            return ["pass"]
        return [f"if {self.value(1)}: return {self.value()}"]

    def do_import(self, _):
        one, two = self.name(), self.name()
        return [self.pick([f"import json as {one}, os.path as {two}",
                           f"from json import dumps as {one}, none as {two}",
                           f"from os import path as {one}, sep as {two}"])]  # fmt: skip

    def pattern(self, depth, bound):
        kinds = ["capture", "capture", "any", "number", "text", "value", "sequence",
                 "mapping", "class", "class", "as", "or"]  # fmt: skip
        kind = self.pick(kinds if depth > 0 else kinds[:6])
        inner = lambda: self.pattern(depth - 1, bound)  # noqa: E731
        if kind in ("capture", "as"):
            left = [one for one in NAMES if one not in bound]
            if not left:
                return "_"
            name = self.pick(left)
            bound.append(name)
            return name if kind == "capture" else f"({self.closed(inner())} as {name})"
        if kind == "sequence":
            parts = self.several(inner, 1, 3)
            star = self.pick(["", "*_", *(f"*{n}" for n in NAMES if n not in bound)])
            bound += star[1:]
            return f"[{', '.join([*parts, *([star] if star else [])])}]"
        if kind == "mapping":
            keys = ["'p'", "1", "T.key", "2"][: 1 + self.draw(4)]
            parts = [f"{key}: {inner()}" for key in keys]
            rest = self.pick(["", *(f"**{n}" for n in NAMES if n not in bound)])
            bound += rest[2:]
            return f"{{{', '.join([*parts, *([rest] if rest else [])])}}}"
        if kind == "class":
            places = self.several(inner, 0, 2)
            named = f"r={inner()}" if self.chance() else ""
            return (
                f"{self.pick('TMST')}({', '.join([*places, *filter(None, [named])])})"
            )
        if kind == "or":
            return f"(1 | 'p' | {self.pick('TMS')}() | None)"
        return {"any": "_", "number": "1", "text": "'p'"}.get(
            kind, f"{self.name()}.{self.pick(PARTS)}"
        )

    def closed(self, pattern):
        return f"T({pattern})" if pattern in ("_", *NAMES) else pattern

    def do_match(self, depth):
        lines = [f"match {self.owner(2)}:"]
        for _ in range(1 + self.draw(3)):
            pattern = self.closed(self.pattern(2, []))
            guard = f" if {self.value(1)}" if self.chance() else ""
            lines += [f"    case {pattern}{guard}:"]
            lines += [f"    {one}" for one in self.block(depth)]
        return lines

    def do_def(self, depth):
        name = self.name()
        decorators = self.several(lambda: f"@{self.owner(1)}", 0, 2)
        default, keyword = self.value(1), self.value(1)
        head = f"def {name}(x: {self.value(0)}={default}, *p, y={keyword}, **q):"
        others = [one for one in NAMES if one != name and self.chance(3)]
        declared = []
        for word in ("global", "nonlocal"):
            of_kind = [
                n for n in others if (self.kinds[n] == "global") == (word[0] == "g")
            ]
            declared += [f"    {word} {', '.join(of_kind)}"] if of_kind else []
        around = self.within, self.loops, self.starred, self.in_class
        self.within, self.loops, self.starred, self.in_class = 1, 0, 0, 0
        body = self.block(depth)
        self.within, self.loops, self.starred, self.in_class = around
        call = f"LOG.append({name}{self.pick(['()', '(1)', '(*(1, 2), y=3)'])})"
        return [*decorators, head, *declared, *body, call]

    def do_class(self, depth):
        name = self.name()
        decorators = self.several(lambda: f"@{self.owner(1)}", 0, 1)
        base = self.pick(["", "(T)", f"({self.value(1)})", f"(x={self.value(1)})"])
        around = self.loops, self.starred
        self.loops, self.starred = 0, 0
        self.in_class += 1
        body = self.block(depth, 3)
        self.in_class -= 1
        self.loops, self.starred = around
        return [*decorators, f"class {name}{base}:", *body]


def drawn_body(draw):
    """The parts of a body: the kinds of its names, their first values, its lines."""
    writer = Writer(draw, {name: KINDS[draw(len(KINDS))] for name in NAMES})
    starts = {name: writer.pick(STARTS).format(name) for name in NAMES}
    lines = [
        one for _ in range(1 + draw(3)) for one in writer.statement(1 + (draw(3) > 1))
    ]
    if writer.colour == "generator":
        lines.append("yield a")
    failure = writer.pick([*[0] * 10, *range(1, 20)]), writer.pick(ERRORS)
    return writer.kinds, starts, writer.colour, lines, failure


@st.composite
def bodies(draw):
    return drawn_body(lambda count: draw(st.integers(0, count - 1)))


def body_source(number, body):
    """The functions of one body; `run_0` runs the first body."""
    kinds, starts, colour, lines, (at, error) = body
    of = {kind: [n for n in NAMES if kinds[n] == kind] for kind in KINDS}
    first = lambda names: [f"{n} = {starts[n]}" for n in names]  # noqa: E731
    made = [f"def run_{number}():", "    ends = []"]
    made += [f"    {one}" for one in first(of["nonlocal"])]
    made += [f"    {'async ' * (colour == 'async')}def body():"]
    for word in ("global", "nonlocal"):
        made += [f"        {word} {', '.join(of[word])}"] if of[word] else []
    inner = first([*of["captured"], *of["global"], *of["local"]])
    kept = [*of["captured"], *of["global"], *of["nonlocal"]]
    inner += [f"def capture(): return lambda: ({', '.join(kept)})"]
    inner += ["start(capture)", "try:", *(f"    {one}" for one in lines)]
    inner += [f"finally: ends.append(values(locals(), {''.join(of['global'])!r}))"]
    made += [f"        {one}" for one in inner]
    made += [f"    return run(body, {at}, {error}, ends)", ""]
    return "\n".join(made)


def source_of(all_bodies):
    """A program of several bodies; `runs` lists their functions."""
    text = PRELUDE + "print_ = repr\n"
    text += "".join(body_source(*pair) for pair in enumerate(all_bodies))
    return text
