"""What Babel has to know to find the strings of templates; pyproject.toml names it, `make messages` runs it."""

from io import BytesIO

from babel.messages.extract import extract_python
from django.utils.translation.template import templatize


def extract_template(file, keywords, comment_tags, options):
    """Strings of a Django template, given as a binary file, in the form of Babel's extraction methods."""
    source = templatize(file.read().decode(options.get("encoding", "utf-8")))
    # What Django leaves of the template's own lines is indented at will: within parentheses Python doesn't mind.
    return extract_python(BytesIO(f"({source})".encode()), keywords, comment_tags, options)
