"""What an audit of one file found, gathered piece by piece."""

from collections.abc import Collection, Iterator

from footage.model.leak import Item, Severity
from footage.model.printable import printable

Finding = tuple[str, str, str]
"""An item's name, a severity's, and words."""

_SHOWN = 4
_WORDS_LIMIT = 300
_QUOTED = 60


class Findings:
    """Gathers findings; what repeats itself is counted.

    Args:
        names: texts that may stand in a file: names the desk itself gave it.
        located: whether coordinates were let out on purpose.
    """

    def __init__(self, names: Collection[str] = (), *, located: bool = False) -> None:
        self._names = frozenset(names)
        self._located = located
        self._found: dict[tuple[Item, Severity], dict[str, None]] = {}
        self._more: dict[tuple[Item, Severity], int] = {}
        self._within = ""

    def leak(self, item: Item, words: str) -> None:
        """Note something that must not go out."""
        allowed = item in (Item.GPS, Item.LOCATION) and self._located
        self._note(item, Severity.TRACE if allowed else Severity.LEAK, words)

    def trace(self, item: Item, words: str) -> None:
        """Note something that tells of the programs used."""
        self._note(item, Severity.TRACE, words)

    def text(self, item: Item, what: str, value: str) -> None:
        """Note a text; one that the desk itself gave is a trace."""
        if not value.strip():
            return
        known = value.strip() in self._names
        (self.trace if known else self.leak)(item, f"{what}: {quoted(value)}")

    def unread(self, what: str, error: Exception | str) -> None:
        """Note a part that could not be looked at."""
        reason = str(error).strip()
        self.leak(Item.UNREADABLE, f"{what} could not be read{f': it {reason}' if reason else ''}")

    def within(self, where: str) -> "Findings":
        """The same findings, with every message saying where it is from."""
        inner = Findings(self._names, located=self._located)
        inner._found, inner._more = self._found, self._more
        inner._within = f"{self._within}{where}: "
        return inner

    def all(self) -> Iterator[Finding]:
        """The findings in the order in which they were made, a few of each kind."""
        for (item, severity), messages in self._found.items():
            *most, last = messages
            for message in most:
                yield item.value, severity.value, message
            more = self._more.get((item, severity), 0)
            yield item.value, severity.value, f"{last}, and {more} more" if more else last

    def has(self, item: Item) -> bool:
        """Whether there is a finding of an item."""
        return any(found == item for found, _ in self._found)

    def _note(self, item: Item, severity: Severity, words: str) -> None:
        key = (item, severity)
        words = printable(f"{self._within}{words}")[:_WORDS_LIMIT]
        messages = self._found.setdefault(key, {})
        if words in messages:
            return
        if len(messages) < _SHOWN:
            messages[words] = None
        else:
            self._more[key] = self._more.get(key, 0) + 1


def quoted(value: str) -> str:
    """The start of a text, in quotation marks."""
    value = " ".join(value.split())
    return f'"{value[:_QUOTED]}…"' if len(value) > _QUOTED else f'"{value}"'


def bytes_counted(count: int) -> str:
    """A number of bytes in words.

    >>> bytes_counted(1), bytes_counted(12345)
    ('1 byte', '12,345 bytes')
    """
    return f"{count:,} byte{'s'[: count != 1]}"
