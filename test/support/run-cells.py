"""Runs cells of Python in one namespace, as a notebook does: a JSON list of them in, a JSON list of what each printed out.

The value of an expression at the end of a cell is printed too.
"""

import ast
import contextlib
import io
import json
import sys


def run(cell, number, namespace):
    body = ast.parse(cell, f"cell {number}").body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), f"cell {number}", "exec"), namespace)
    if last is not None:
        value = eval(compile(ast.Expression(last.value), f"cell {number}", "eval"), namespace)
        if value is not None:
            print(repr(value))


outputs = []
names = {"__name__": "__main__"}
for number, cell in enumerate(json.load(sys.stdin), 1):
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        run(cell, number, names)
    outputs.append(printed.getvalue())
json.dump(outputs, sys.stdout)
