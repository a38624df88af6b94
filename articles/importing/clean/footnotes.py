"""How footnotes are written: as kramdown does, a bare number, with ids that can't be taken for any of the page around."""

from markdown_it import MarkdownIt

from .sanitize import ID_PREFIX


def write_footnotes(parser: MarkdownIt) -> None:
    """Set the renderer's rules for footnotes."""
    for rule in (_reference, _block_open, _block_close, _note_open, _note_close, _back):
        parser.add_render_rule(_RULES[rule], rule)


def _number(token):
    return token.meta["id"] + 1


def _name(token):
    """The name of one reference: a note that is referred to twice has two."""
    again = token.meta.get("subId", 0)
    return f"{_number(token)}-{again + 1}" if again else str(_number(token))


def _reference(renderer, tokens, index, options, env):
    token = tokens[index]
    href = f"#{ID_PREFIX}fn{_number(token)}"
    return f'<sup id="{ID_PREFIX}ref{_name(token)}"><a href="{href}">{_number(token)}</a></sup>'


def _block_open(renderer, tokens, index, options, env):
    return '<div class="footnotes">\n<ol>\n'


def _block_close(renderer, tokens, index, options, env):
    return "</ol>\n</div>\n"


def _note_open(renderer, tokens, index, options, env):
    return f'<li id="{ID_PREFIX}fn{_number(tokens[index])}">'


def _note_close(renderer, tokens, index, options, env):
    return "</li>\n"


def _back(renderer, tokens, index, options, env):
    again = tokens[index].meta.get("subId", 0)
    times = f"<sup>{again + 1}</sup>" if again else ""
    return f' <a href="#{ID_PREFIX}ref{_name(tokens[index])}">↩{times}</a>'


_RULES = {
    _reference: "footnote_ref",
    _block_open: "footnote_block_open",
    _block_close: "footnote_block_close",
    _note_open: "footnote_open",
    _note_close: "footnote_close",
    _back: "footnote_anchor",
}
