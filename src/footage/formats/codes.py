"""Code replacement files as Photo Mechanic keeps them: a code, a tab, what it stands for, a tab, another."""

from footage.errors import BadInput
from footage.formats.plain_text import decode_text

LONGEST = 8 << 20
_COMMENT = "//"


def read_codes(content: bytes) -> dict[str, tuple[tuple[str, ...], ...]]:
    r"""What a file's codes stand for: each code with its rows, each row with its replacements in order.

    A code that stands in several rows has several meanings. Lines without a tab, and comments, say nothing.

    >>> read_codes(b"// team\nDD14\tKen Pierce\tPierce\n")
    {'DD14': (('Ken Pierce', 'Pierce'),)}

    Raises:
        BadInput: the file is too large.
    """
    if len(content) > LONGEST:
        raise BadInput(f"it has more than {LONGEST >> 20} MiB", "split it into several files")
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    text = decode_text(content, western=True).replace("\r\n", "\n").replace("\r", "\n")
    for line in text.split("\n"):
        code, *replacements = (cell.strip() for cell in line.split("\t"))
        row = tuple(replacements)
        while row and not row[-1]:
            row = row[:-1]
        if code and row and not code.startswith(_COMMENT) and row not in found.get(code, ()):
            found[code] = (*found.get(code, ()), row)
    return found
