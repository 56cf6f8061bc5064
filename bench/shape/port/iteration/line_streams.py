"""`for line in stream:`, if a peer or process sends the lines: threads read them."""

import ast

from bench.shape.port.rewriting import Rewriting
from bench.shape.resolution.scopes import end, start

LOOP = "for ... in "
READ_BY = {  # class of the stream -> the function that runs its `readline`
    "socket.makefile": "in_own_thread",
    "http.client.HTTPResponse": "asyncio.to_thread",
    "subprocess.Popen.stdout": "in_own_thread",
    "subprocess.Popen.stderr": "in_own_thread",
}
SAID = "readline() gives an empty line at the end, where the loop ends"


def by_lines(
    rewriting: Rewriting, statement: ast.stmt, node: ast.AST, call: str
) -> bool:
    """Write a loop over lines as a `while`; False if its header is too complicated."""
    by = READ_BY.get(call.removeprefix(LOOP))
    if by is None or not isinstance(statement, ast.For) or statement.iter is not node:
        return False
    named = isinstance(statement.target, ast.Name)
    if not named or not isinstance(node, ast.Name | ast.Attribute):
        return False
    line = ast.unparse(statement.target)
    new = f"while {line} := await {by}({ast.unparse(node)}.readline)"
    rewriting.replaced[start(statement), end(node)] = new
    return True
