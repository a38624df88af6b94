"""kramdown's tables: every paragraph of which each line holds a "|" is one."""

import re

from markdown_it.rules_block import StateBlock

_CODE_SPAN = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
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
        if not _PIPE.search(_CODE_SPAN.sub("", text)):
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
    cells = [""]
    position = 0
    for code in _CODE_SPAN.finditer(line):
        _add(cells, line[position : code.start()])
        cells[-1] += code[0]
        position = code.end()
    _add(cells, line[position:])
    cells = [cell.strip() for cell in cells]
    if leading_pipe and not cells[0]:
        cells = cells[1:]
    return cells[:-1] if cells and not cells[-1] else cells


def _add(cells, text):
    first, *others = _PIPE.split(text)
    cells[-1] += first.replace("\\|", "|")
    cells += [other.replace("\\|", "|") for other in others]


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
