"""Methods that a library calls and does not await, such as `do_GET` of a server."""

from bench.shape.resolution.evaluate import Types
from bench.shape.resolution.members import linear
from bench.shape.resolution.values import Library
from bench.shape.tables.vocabulary import words

HOOKS = (  # base classes; the beginnings of the names of methods that the library calls
    (
        words(
            """
            http.server.BaseHTTPRequestHandler http.server.SimpleHTTPRequestHandler
            socketserver.BaseRequestHandler socketserver.StreamRequestHandler
            socketserver.DatagramRequestHandler
            """
        ),
        ("do_", "log_", "handle", "setup", "finish"),
    ),
    (
        words(
            """
            http.server.HTTPServer http.server.ThreadingHTTPServer
            socketserver.TCPServer socketserver.UDPServer
            socketserver.ThreadingTCPServer socketserver.ThreadingUDPServer
            """
        ),
        ("process_request", "verify_request", "finish_request", "handle_", "service_"),
    ),
    (
        words(
            """
            logging.Handler logging.StreamHandler logging.FileHandler
            logging.handlers.RotatingFileHandler logging.handlers.QueueHandler
            logging.handlers.BufferingHandler logging.handlers.MemoryHandler
            """
        ),
        ("emit", "format", "handle", "flush", "filter", "prepare", "enqueue"),
    ),
    (words("logging.Formatter logging.Filter"), ("format", "filter")),
    (words("html.parser.HTMLParser"), ("handle_", "unknown_decl")),
    (words("ast.NodeVisitor ast.NodeTransformer"), ("visit", "generic_visit")),
    (words("cmd.Cmd"), ("do_", "default", "precmd", "postcmd", "emptyline")),
    (words("json.JSONEncoder"), ("default",)),
    (words("multiprocessing.Process"), ("run",)),
)


def library_hooks(types: Types) -> set[str]:
    """The keys of the methods that libraries call, in all classes that are read."""
    found: set[str] = set()
    for key in list(types.program.classes):
        bases = {b.name for b in linear(types, key) if isinstance(b, Library)}
        begins = tuple(one for named, all_ in HOOKS if named & bases for one in all_)
        for child in types.program.scopes[key].children if begins else ():
            if child.is_function and child.name.rpartition(".")[2].startswith(begins):
                found.add(child.key)
    return found
