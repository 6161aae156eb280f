"""Where a source file can be mutated: one small change of its syntax tree at a time.

Only what runs is changed: bodies of functions and constants of a module.  Messages,
annotations and assertions stay as they are: nobody should test those.
"""

import ast
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

SHOWN_MAX = 60  # columns of context around a change

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_EXTREMES = {"min": "max", "max": "min", "any": "all", "all": "any"}
_EMPTY = {"list": "[]", "tuple": "()", "dict": "{}", "set": "set()", "int": "-7"}


_ON_ONE_LINE = (ast.expr, ast.Assign, ast.AugAssign, ast.Return)
Undo = Callable[[], object]
Path = tuple[ast.AST, ...]  # from a statement down to a node


class Edit(NamedTuple):
    """One possible change: `apply` makes it in the tree that it was found in."""

    where: str  # the function, as `Class.method`; "" for a constant of the module
    kind: str
    node: ast.AST  # what is changed
    apply: Callable[[], Undo]
    path: Path = ()  # what stands around it
    after: str = ""  # if the tree cannot say it

    def described(self) -> tuple[int, str, str]:
        """Return the line, and the code before and after, as much of it as fits."""
        shown = self.node
        for outer in reversed(self.path):
            if not isinstance(
                outer, ast.expr | ast.Assign | ast.AugAssign | ast.Return
            ):
                break
            if len(ast.unparse(outer)) > SHOWN_MAX:
                break
            shown = outer
        before = ast.unparse(shown)
        undo = self.apply()
        after = self.after or ast.unparse(ast.fix_missing_locations(shown))
        undo()
        return getattr(self.node, "lineno", 0), _one_line(before), _one_line(after)


def edits(tree: ast.Module) -> Iterator[Edit]:
    """Yield every change that this file allows, in a fixed order."""
    for statement in tree.body:
        if isinstance(statement, ast.Assign):
            yield from _numbers(statement, "")
    yield from _in_scope(tree, "")


def _in_scope(scope: ast.AST, name: str) -> Iterator[Edit]:
    for found in getattr(scope, "body", ()):
        if isinstance(found, ast.ClassDef):
            yield from _in_scope(found, f"{name}{found.name}.")
        elif isinstance(found, ast.FunctionDef):
            yield from _in_function(found, f"{name}{found.name}")


def _in_function(function: ast.FunctionDef, where: str) -> Iterator[Edit]:
    if not isinstance(function.body[0], ast.Expr) or len(function.body) > 1:
        yield from _in_block(function, "body", where)
    lists = _lists(function)
    for node, path in _walk(function):
        if isinstance(node, ast.Return):
            yield from _returned(node, function, where)
        elif not _joins(node, lists):
            yield from _in_node(node, path, where)


def _lists(function: ast.FunctionDef) -> set[str]:
    """Return the variables of a function that hold lists."""
    found = set()
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.List()):
                found.add(name)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.List()):
                found.add(name)
            case _:
                pass
    return found


def _joins(node: ast.AST, lists: set[str]) -> bool:
    """Return whether this `+` joins lists or texts: turned round it only raises."""
    match node:
        case ast.BinOp(left=one, op=ast.Add(), right=other):
            sides = (one, other)
        case ast.AugAssign(target=one, op=ast.Add(), value=other):
            sides = (one, other)
        case _:
            return False
    return any(
        isinstance(side, ast.List | ast.ListComp | ast.JoinedStr)
        or (isinstance(side, ast.Constant) and isinstance(side.value, str | bytes))
        or (isinstance(side, ast.Name) and side.id in lists)
        for side in sides
    )


def _walk(function: ast.FunctionDef) -> Iterator[tuple[ast.AST, Path]]:
    """Yield what runs in a function, each node with the path that leads to it."""
    waiting: list[tuple[ast.AST, Path]] = [
        (statement, ()) for statement in reversed(function.body)
    ]
    while waiting:
        node, path = waiting.pop()
        yield node, path
        if isinstance(node, ast.Raise | ast.Assert | ast.JoinedStr):
            continue
        below = [
            child
            for field, child in _children(node)
            if field not in ("annotation", "returns", "decorator_list")
        ]
        waiting += [(child, (*path, node)) for child in reversed(below)]


def _children(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    for field, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield field, child


def _in_node(node: ast.AST, path: Path, where: str) -> Iterator[Edit]:
    match node:
        case ast.Compare(ops=[op]):
            other = _COMPARISONS[type(op)]()
            yield Edit(
                where, "comparison", node, partial(_set, node, "ops", [other]), path
            )
        case ast.BoolOp(op=op):
            swapped = ast.Or() if isinstance(op, ast.And) else ast.And()
            yield Edit(where, "and/or", node, partial(_set, node, "op", swapped), path)
        case ast.BinOp(op=op) | ast.AugAssign(op=op) if type(op) in _OPERATORS:
            turned = _OPERATORS[type(op)]()
            yield Edit(where, "operator", node, partial(_set, node, "op", turned), path)
        case ast.Constant(value=bool()):
            turn = not node.value
            yield Edit(where, "boolean", node, partial(_set, node, "value", turn), path)
        case ast.Constant(value=int()):
            yield from _one_more_one_less(node, path, where)
        case ast.Call(func=ast.Name(id=name) as called) if name in _EXTREMES:
            other_name = _EXTREMES[name]
            yield Edit(
                where, "extreme", node, partial(_set, called, "id", other_name), path
            )
        case ast.List(elts=elements) if isinstance(node.ctx, ast.Load):
            yield from _without_element(elements, where)
        case ast.If() | ast.While() | ast.IfExp() if not _is_a_comparison(node.test):
            yield _negated(node, "test", where)
        case ast.match_case(guard=ast.expr()):
            yield _negated(node, "guard", where)
        case _:
            pass
    for field in ("body", "orelse"):
        if isinstance(getattr(node, field, None), list):
            yield from _in_block(node, field, where)


def _in_block(owner: ast.AST, field: str, where: str) -> Iterator[Edit]:
    """Yield the statements of a block that can be left out, and its jumps."""
    block: list[ast.stmt] = getattr(owner, field)
    for at, statement in enumerate(block):
        fresh: ast.stmt
        if isinstance(statement, ast.Continue):
            kind, fresh = "jump", ast.Break()
        elif isinstance(statement, ast.Break):
            kind, fresh = "jump", ast.Continue()
        elif _can_be_left_out(statement):
            kind, fresh = "dropped statement", ast.Pass()
        else:
            continue
        put = partial(_put, block, at, [fresh])
        yield Edit(where, kind, statement, put, after=ast.unparse(fresh))


def _can_be_left_out(statement: ast.stmt) -> bool:
    """Return whether a file without this statement still names all its variables."""
    match statement:
        case ast.Expr(value=ast.Call()) | ast.AugAssign() | ast.Raise():
            return True
        case ast.Assign(targets=targets):
            inner = (part for target in targets for part in ast.walk(target))
            return not any(
                isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
                for part in inner
            )
        case _:
            return False


def _returned(
    node: ast.Return, function: ast.FunctionDef, where: str
) -> Iterator[Edit]:
    """Yield another value of the promised type in place of what is returned."""
    if node.value is None:
        return
    promised = ast.unparse(function.returns) if function.returns else ""
    kind = promised.partition("[")[0]
    before = ast.unparse(node.value)
    if kind == "bool" and not isinstance(node.value, ast.Compare):
        other: ast.expr = ast.UnaryOp(ast.Not(), node.value)
    elif kind in _EMPTY and before != _EMPTY[kind]:
        other = ast.parse(_EMPTY[kind], mode="eval").body
    elif "None" in promised and before != "None":
        other = ast.Constant(None)
    else:
        return
    yield Edit(where, "returned value", node, partial(_set, node, "value", other))


def _one_more_one_less(node: ast.Constant, path: Path, where: str) -> Iterator[Edit]:
    for step in (1, -1):
        moved = int(str(node.value)) + step
        yield Edit(where, "number", node, partial(_set, node, "value", moved), path)


def _numbers(statement: ast.Assign, where: str) -> Iterator[Edit]:
    """Yield the whole numbers in a constant of the module, each moved by one."""
    for node in ast.walk(statement.value):
        if isinstance(node, ast.Constant) and type(node.value) is int:
            yield from _one_more_one_less(node, (statement,), where)


def _without_element(elements: list[ast.expr], where: str) -> Iterator[Edit]:
    for at, element in enumerate(elements):
        put = partial(_put, elements, at, [])
        yield Edit(where, "dropped element", element, put, after="not in the list")


def _is_a_comparison(test: ast.expr) -> bool:
    """Return whether `comparison` turns this into its opposite already."""
    same = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot, ast.In, ast.NotIn)
    return isinstance(test, ast.Compare) and isinstance(test.ops[0], same)


def _negated(node: ast.AST, field: str, where: str) -> Edit:
    test: ast.expr = getattr(node, field)
    negative = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
    turned = test.operand if negative else ast.UnaryOp(ast.Not(), test)  # type: ignore[attr-defined]
    after = ast.unparse(turned)
    put = partial(_set, node, field, turned)
    return Edit(where, "negated condition", test, put, after=after)


def _set(node: ast.AST, field: str, value: object) -> Undo:
    old = getattr(node, field)
    setattr(node, field, value)
    return partial(setattr, node, field, old)


def _put(block: list[Any], at: int, fresh: list[Any]) -> Undo:
    """Replace one item of a block by these."""
    old = block[at]
    block[at : at + 1] = fresh
    return partial(block.__setitem__, slice(at, at + len(fresh)), [old])


def _one_line(text: str) -> str:
    return " ".join(text.split())
