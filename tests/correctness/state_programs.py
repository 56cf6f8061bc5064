"""Programs of two workers that use what a standard module, or the process, keeps.

By name: what `__init__` does, the reader's lines, the writer's, and each value that the
reader may find, as it is shown.  All were found by hand: what the writer has not set
yet, and what it has set.  An earlier schedule's is never found.
"""

import gc

CALENDAR = "self.r = calendar.firstweekday()"

STATE = {
    "the level that logging disables": (
        "pass",
        "self.r = logging.getLogger('a').isEnabledFor(50)",
        "logging.disable(50)",
        ["False", "True"],
    ),
    "the name of a level": (
        "pass",
        "self.r = logging.getLevelName(77)",
        "logging.addLevelName(77, 'MINE')",
        ["'Level 77'", "'MINE'"],
    ),
    "the class of loggers": (
        "pass",
        "self.r = logging.getLoggerClass().__name__",
        "logging.setLoggerClass(type('Mine', (logging.Logger,), {}))",
        ["'Logger'", "'Mine'"],
    ),
    "what makes records": (
        "pass",
        "self.r = logging.getLogRecordFactory() is logging.LogRecord",
        "logging.setLogRecordFactory(lambda *a: None)",
        ["False", "True"],
    ),
    "a dialect": (
        "pass",
        "self.r = list(csv.reader(['a|b'], 'pipe'))",
        "csv.register_dialect('pipe', delimiter='|')",
        ["Error", "[['a', 'b']]"],
    ),
    "a dialect that is removed again": (
        "pass",
        "self.r = 'pipe' in csv.list_dialects()",
        "csv.register_dialect('pipe')\ncsv.unregister_dialect('pipe')",
        ["False", "True"],
    ),
    "a dialect that a dict reader uses": (
        "pass",
        "self.r = list(csv.DictReader(['a|b', '1|2'], dialect='pipe'))",
        "csv.register_dialect('pipe', delimiter='|')",
        ["Error", "[{'a': '1', 'b': '2'}]"],
    ),
    "the longest field": (
        "pass",
        "self.r = csv.field_size_limit()",
        "csv.field_size_limit(7)",
        ["131072", "7"],
    ),
    "a type of files": (
        "pass",
        "self.r = mimetypes.guess_type('a.mine')[0]",
        "mimetypes.add_type('x/mine', '.mine')",
        ["'x/mine'", "None"],
    ),
    "a type that __init__ adds": (
        "mimetypes.add_type('x/first', '.mine')",
        "self.r = mimetypes.guess_type('a.mine')[0]",
        "mimetypes.add_type('x/mine', '.mine')",
        ["'x/first'", "'x/mine'"],
    ),
    "the first day of the week": (
        "pass",
        CALENDAR,
        "calendar.setfirstweekday(6)",
        ["0", "6"],
    ),
    "a first day that is set and set back": (
        "pass",
        CALENDAR,
        "calendar.setfirstweekday(6)\ncalendar.setfirstweekday(0)",
        ["0", "6"],
    ),
    "the arguments": (
        "pass",
        "self.r = '--fast' in sys.argv",
        "sys.argv.append('--fast')",
        ["False", "True"],
    ),
    "the finders": (
        "pass",
        "self.r = len([f for f in sys.meta_path if f is None])",
        "sys.meta_path.append(None)",
        ["0", "1"],
    ),
    "the options for warnings": (
        "pass",
        "self.r = 'x' in sys.warnoptions",
        "sys.warnoptions.append('x')",
        ["False", "True"],
    ),
    "the modules": (
        "pass",
        "self.r = 'mine' in sys.modules",
        "sys.modules['mine'] = sys",
        ["False", "True"],
    ),
    "a module that is taken out": (
        "import colorsys",
        "self.r = 'colorsys' in sys.modules",
        "del sys.modules['colorsys']",
        ["False", "True"],
    ),
    "the digits of a number": (
        "pass",
        "self.r = sys.get_int_max_str_digits()",
        "sys.set_int_max_str_digits(5000)",
        ["4300", "5000"],
    ),
    "thresholds": (
        "pass",
        "self.r = gc.get_threshold()[0]",
        "gc.set_threshold(5, 10, 10)",
        sorted(["5", str(gc.get_threshold()[0])]),  # another in each Python
    ),
    "the collector": (
        "pass",
        "self.r = gc.isenabled()",
        "gc.disable()\ngc.enable()\ngc.disable()",
        ["False", "True"],
    ),
    "the stacks of threads": (
        "pass",
        "self.r = threading.stack_size()",
        "threading.stack_size(1 << 20)",
        ["0", "1048576"],
    ),
    "a namespace of XML": (
        "pass",
        "self.r = 'mine:a' in etree.tostring(etree.Element('{http://m}a'), 'unicode')",
        "etree.register_namespace('mine', 'http://m')",
        ["False", "True"],
    ),
    "a format of archives": (
        "pass",
        "self.r = 'mine' in dict(shutil.get_archive_formats())",
        "shutil.register_archive_format('mine', print)",
        ["False", "True"],
    ),
    "the domain of texts": (
        "pass",
        "self.r = gettext.textdomain()",
        "gettext.textdomain('mine')",
        ["'messages'", "'mine'"],
    ),
    "an alias of a character set": (
        "pass",
        "self.r = str(charset.Charset('mine'))",
        "charset.add_alias('mine', 'utf-8')",
        ["'mine'", "'utf-8'"],
    ),
    "schemes of addresses": (
        "pass",
        "self.r = 'mine' in urllib.parse.uses_netloc",
        "urllib.parse.uses_netloc.append('mine')",
        ["False", "True"],
    ),
    "the length of short texts": (
        "pass",
        "self.r = reprlib.aRepr.maxlist",
        "reprlib.aRepr.maxlist = 1",
        ["1", "6"],
    ),
    "an alias of an encoding": (
        "pass",
        "self.r = 'mine' in encodings.aliases.aliases",
        "encodings.aliases.aliases['mine'] = 'utf_8'",
        ["False", "True"],
    ),
    "lines of a file": (
        "pass",
        "self.r = 'mine' in linecache.cache",
        "linecache.cache['mine'] = (1, None, ['a'], 'mine')",
        ["False", "True"],
    ),
    "overloads of a function": (
        "pass",
        "self.r = len(typing.get_overloads(given))",
        "typing.overload(given)",
        ["0", "1"],
    ),
}
