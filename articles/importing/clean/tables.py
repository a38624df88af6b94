"""kramdown's tables: every paragraph of which each line holds a "|" is one."""

import re

from markdown_it.rules_block import StateBlock

_BACKTICKS = re.compile("`+")
_PIPE = re.compile(r"(?<!\\)\|")
_SEPARATOR = re.compile(r"[+|: \t-]*-[+|: \t-]*|[+|: \t=]*=[+|: \t=]*")


def table(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """A rule of markdown-it's block parser. The rows above the first separator line are the head, if more follow below."""
    if silent or (start_line and not state.isEmpty(start_line - 1)):
        return False
    lines = []
    for line in range(start_line, end_line):
        if state.isEmpty(line):
            break
        text = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].strip()
        if "|" not in text or not any(_PIPE.search(piece) for piece in _outside_code(text)):
            return False
        lines.append(text)
    head, rows = _sections(lines)
    if not rows:
        return False
    state.push("table_open", "table", 1)
    columns = max(len(row) for row in head + rows)
    _push_rows(state, "thead", "th", head, columns)
    _push_rows(state, "tbody", "td", rows, columns)
    state.push("table_close", "table", -1)
    state.line = start_line + len(lines)
    return True


def _sections(lines):
    """The rows of the head and those of the body, each a list of cells."""
    leading_pipe = lines[0].startswith("|")
    head, rows, separators = [], [], 0
    for line in lines:
        if not _SEPARATOR.fullmatch(line):
            rows.append(_cells(line, leading_pipe))
        elif rows and not separators:
            head, rows, separators = rows, [], 1
    return head, rows


def _cells(line, leading_pipe):
    cells, position = [""], 0
    for text in _outside_code(line):
        start = line.index(text, position)
        cells[-1] += line[position:start]
        first, *others = (cell.replace("\\|", "|") for cell in _PIPE.split(text))
        cells[-1] += first
        cells += others
        position = start + len(text)
    cells[-1] += line[position:]
    cells = [cell.strip() for cell in cells]
    if leading_pipe and not cells[0]:
        cells = cells[1:]
    return cells[:-1] if cells and not cells[-1] else cells


def _outside_code(line):
    """The pieces of this line that aren't code, in order. Linear in its length, whatever backticks it holds."""
    runs = list(_BACKTICKS.finditer(line))
    closing, next_of_length = [None] * len(runs), {}
    for index in range(len(runs) - 1, -1, -1):
        length = len(runs[index][0])
        closing[index] = next_of_length.get(length)
        next_of_length[length] = index
    pieces, position, index = [], 0, 0
    while index < len(runs):
        if closing[index] is None:
            index += 1
            continue
        pieces.append(line[position : runs[index].start()])
        position = runs[closing[index]].end()
        index = closing[index] + 1
    return [*pieces, line[position:]]


def _push_rows(state, section, cell_tag, rows, columns):
    if not rows:
        return
    state.push(f"{section}_open", section, 1)
    for row in rows:
        state.push("tr_open", "tr", 1)
        for cell in row + [""] * (columns - len(row)):
            state.push(f"{cell_tag}_open", cell_tag, 1)
            inline = state.push("inline", "", 0)
            inline.content, inline.children = cell, []
            state.push(f"{cell_tag}_close", cell_tag, -1)
        state.push("tr_close", "tr", -1)
    state.push(f"{section}_close", section, -1)
