"""What a record's fields are for: the strings below them, read when a schema asks for them.

Pydantic can read them itself (`use_attribute_docstrings`), but does so for every class that is
imported: half the time in which a command starts, for what only schemas and messages show.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from functools import cache
from itertools import pairwise


@cache
def descriptions(record: type) -> dict[str, str]:
    """Field → what stands below it in the class, or in one that it comes from."""
    found: dict[str, str] = {}
    for each in reversed(record.__mro__):
        if "__annotations__" in each.__dict__ and each.__module__.startswith("domicile."):
            found |= _below(each)
    return found


def _below(record: type) -> dict[str, str]:
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(record))).body
    if not isinstance(tree, ast.ClassDef):
        return {}
    return {
        field.target.id: inspect.cleandoc(text)
        for field, said in pairwise(tree.body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(said, ast.Expr) and isinstance(said.value, ast.Constant)
        if isinstance(text := said.value.value, str)
    }
