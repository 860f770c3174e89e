"""Facts drawn at random, hostile ones among them, for tests of what people type."""

import datetime as dt
from typing import Any

from hypothesis import strategies as st

from footage.model.facts import Facts
from footage.model.fields import FIELDS, Sort
from footage.model.moment import Moment

HOSTILE = (
    "=1+1", "'=1+1", "+x", "-x", "@x", "\t=x", "'", "''@", '"=1', 'a";=1', "a\n=1", "＝1",
    "(unset)", " (unset) ", "'(unset)", "a|b", "a\\", "\\|", "\\u0041", "\\\\u0041", "\\\udce9", "caf\udce9",
    "\u202egpj.exe", "\u200f\u200e", "\x1b[2J", "\x00", "a\r\nb", "a\rb", "a\n", " edge ", "\u00a0edge\u3000",
    "a\u2028", "\ufeff", "\U000e0041", "# comment", "[asset 1]", "city: Kyiv", "a \n\n    b\n# c", "sep=;",
    "=92x=", "{city}", "x" * 10_000, "Київ — «ґ»", "１",
)  # fmt: skip
SIGNS = st.sampled_from(list("=+-@'\"|\\,; \t\r\n#:[]()\u202e\u200f\x1b\x00\udce9\u2028ua0410бx"))
TEXTS = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(SIGNS, min_size=1, max_size=12),
    st.text(st.characters(exclude_categories=()), min_size=1, max_size=12),
).filter(str.strip)
MOMENTS = st.builds(
    Moment,
    st.dates(dt.date(1000, 1, 1), dt.date(9000, 1, 1)),
    st.none() | st.times(),
    st.sampled_from([None, "Europe/Kyiv", "+02:00"]),
)
_OF_SORT: dict[Sort, st.SearchStrategy[Any]] = {
    Sort.TEXT: TEXTS,
    Sort.MOMENT: MOMENTS,
    Sort.LIST: st.lists(TEXTS, min_size=1, max_size=3).map(tuple),
    Sort.TRUTH: st.booleans(),
    Sort.NUMBER: st.integers(0, 5),
}


@st.composite
def stated_facts(draw: st.DrawFn) -> Facts:
    """Facts that state up to six fields."""
    names = draw(st.lists(st.sampled_from(list(FIELDS)), max_size=6, unique=True))
    return Facts(**{name: draw(_OF_SORT[FIELDS[name].sort]) for name in names})
