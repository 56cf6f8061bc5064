"""`body = session.get(url, timeout=10).text` as aiohttp has it."""

import ast

READS = {"text": "text()", "content": "read()"}


def request(call: ast.Call, statement: ast.stmt) -> str:
    """The whole statement with aiohttp; "" where it is not that simple."""
    if statement.lineno != statement.end_lineno or not isinstance(
        call.func, ast.Attribute
    ):
        return ""
    value = getattr(statement, "value", None)
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        if value.func.value is not call or value.func.attr != "json":
            return ""
        read = "json()"
    elif isinstance(value, ast.Attribute) and value.value is call:
        if value.attr not in READS:
            return ""
        read = READS[value.attr]
    else:
        return ""
    parts = [ast.unparse(a) for a in call.args]
    for keyword in call.keywords:
        text = ast.unparse(keyword.value)
        if keyword.arg == "timeout":
            text = f"aiohttp.ClientTimeout({text})"
        parts.append(f"{keyword.arg}={text}")
    on = ast.unparse(call.func)
    if on.startswith("requests."):
        on = f"session.{call.func.attr}"
    new = f"await response.{read}"
    if isinstance(statement, ast.Assign):
        targets = " = ".join(ast.unparse(t) for t in statement.targets)
        new = f"{targets} = {new}"
    elif isinstance(statement, ast.Return):
        new = f"return {new}"
    return f"async with {on}({', '.join(parts)}) as response: {new}"
