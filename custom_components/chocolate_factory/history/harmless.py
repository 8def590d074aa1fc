"""Text of people in a file that spreadsheets open: it must not be taken for a formula.

A spreadsheet calculates a cell that begins like a formula. Where semicolons are thought to separate
cells, as in Spain, or quoted text to end with its line, a cell may begin in the middle of a text.
"""

import re
from typing import Final

# The wide ones are those of Chinese and Japanese keyboards. Blanks and quotation marks before them
# may be dropped.
_FORMULA: Final = r'(?:[^\S\t\r\n]|")*[=+\-@\uff1d\uff0b\uff0d\uff20]'
_BARE: Final = re.compile(rf"(^|[;\t\r\n])(?='*{_FORMULA})")
_MARKED: Final = re.compile(rf"(^|[;\t\r\n])'(?='*{_FORMULA})")


def harmless(text: str) -> str:
    """Return a text with an apostrophe before whatever might be calculated."""
    return _BARE.sub(r"\1'", text)


def original(text: str) -> str:
    """Return the text that was made harmless; any other one stays as it is."""
    return _MARKED.sub(r"\1", text)
