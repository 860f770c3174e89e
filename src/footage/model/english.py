"""What captions need of the English language: cases, articles, places in sentences, where sentences end."""

import re
from collections.abc import Iterator, Sequence


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PLACED = re.compile(
    r"(?:[Nn]ear|[Oo]utside|[Ii]nside|[Aa]round|[Aa]long|[Aa]cross|[Bb]etween|[Bb]ehind|[Bb]eyond|[Aa]bove"
    r"|[Cc]lose to|[Nn]ot far from|in|at|on|off|over|within|(?:In|At|On|Off|Over) the"
    r"|(?:[Jj]ust )?(?:[Nn]orth|[Ss]outh)?(?:[Nn]orth|[Ss]outh|[Ee]ast|[Ww]est) of) "
)
_BEFORE_A_PLACE = (
    r"(?:,|\b(?:in|at|on|near|over|off|outside|inside|within|into|to|toward|towards|across|around|along|above"
    r"|through|throughout|between|behind|beyond))\s+(?:the\s+)?"
)
_WITH_THE = frozenset(
    {
        "bahamas",
        "central african republic",
        "comoros",
        "czech republic",
        "democratic republic of congo",
        "democratic republic of the congo",
        "dominican republic",
        "gambia",
        "maldives",
        "marshall islands",
        "netherlands",
        "philippines",
        "republic of congo",
        "republic of the congo",
        "russian federation",
        "seychelles",
        "solomon islands",
        "u.k.",
        "u.s.",
        "uk",
        "united arab emirates",
        "uae",
        "united kingdom",
        "united states",
        "united states of america",
        "usa",
        "us",
        "vatican",
    }
)
_ORDINARY = _words(
    """
    a an the this that these those some several many most few two three four five six seven eight nine ten
    dozens hundreds thousands one people residents civilians soldiers fighters troops servicemen
    servicewomen volunteers rescuers firefighters police officers medics doctors nurses workers men women
    children boys girls protesters demonstrators mourners refugees evacuees passengers drivers smoke flames
    fire cars vehicles tanks artillery drones missiles rockets shells explosions damaged destroyed burning
    wounded injured masked armed emergency rescue local members relatives firefighter soldier man woman boy
    girl child crowds snow rain lightning floodwater floodwaters buildings houses
    """
)
_UNKNOWN_PLACE = re.compile(
    r"(?:(?:at|in) )?(?:an? |the )?(?:(?:exact )?(?:location|place) )?(?:unknown|undisclosed)"
    r"(?: (?:location|place))?",
    re.IGNORECASE,
)
_ABBREVIATED = _words(
    """
    adm brig capt col cmdr cpl dr feb fri gen gov inc jan jr jun jul lt maj mar mon mr mrs ms mt no nov oct
    pfc apr aug dec prof pvt rep sat sen sep sept sgt sr st sun thu thurs tue tues vs wed al co corp ltd
    """
)
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’»)\]]*\s+(?=[\"'“‘„«(\[]*[^\W_a-z])")
_OPENING = re.compile(r"[\"'“‘„«(]*(\w+)")
_DOTTED = re.compile(r"(?:^|[\s(])(?:\w\.){2,}$")


def tidy(text: str | None) -> str:
    """The text on one line with single spaces and none around it; nothing for None.

    >>> tidy("  the 92nd\\n OMBr ")
    'the 92nd OMBr'
    """
    return " ".join(text.split()) if text else ""


def without_stop(text: str) -> str:
    """The text without a full stop, comma or semicolon at its end; dotted abbreviations keep theirs.

    >>> without_stop("Fighters fire."), without_stop("Washington, D.C.")
    ('Fighters fire', 'Washington, D.C.')
    """
    while text and text[-1] in ".,;" and not text.endswith("...") and not _DOTTED.search(text):
        text = text[:-1].rstrip()
    return text


def sentence_case(text: str) -> str:
    """The text with a capital at its start, unless its first word is spelled in its own way.

    >>> sentence_case("“fighters fire”"), sentence_case("eBay employees rally")
    ('“Fighters fire”', 'eBay employees rally')
    """
    before, word, after = _first_word(text)
    capital = word[:1].title()
    return before + capital + word[1:] + after if word.islower() and len(capital) == 1 else text


def mid_sentence(text: str) -> str:
    """The text as it stands after other words: an ordinary first word loses its capital.

    Names keep theirs; a word that is not known to be ordinary is taken for a name.

    >>> mid_sentence("Fighters fire"), mid_sentence("Ukrainian fighters fire")
    ('fighters fire', 'Ukrainian fighters fire')
    """
    before, word, after = _first_word(text)
    ordinary = word == word.capitalize() and word.casefold() in _ORDINARY
    return before + word.lower() + after if ordinary else text


def without_article(text: str) -> str:
    """The text without "the" at its start.

    >>> without_article("the 92nd OMBr")
    '92nd OMBr'
    """
    return text[4:] if text[:4].casefold() == "the " else text


def in_place(place: str) -> str:
    """A place as it stands in a sentence: with its own preposition, else with "in".

    >>> in_place("Bakhmut direction"), in_place("Near Bakhmut")
    ('in Bakhmut direction', 'near Bakhmut')
    """
    if not place or not _PLACED.match(place):
        return place and f"in {place}"
    return place[0].lower() + place[1:]


def in_country(country: str) -> str:
    """A country as it stands in a sentence.

    >>> in_country("Ukraine"), in_country("United States")
    ('in Ukraine', 'in the United States')
    """
    return country and f"in {'the ' if country.casefold() in _WITH_THE else ''}{country}"


def bare_place(place: str) -> str:
    """A place without its own preposition.

    >>> bare_place("near Bakhmut")
    'Bakhmut'
    """
    return _PLACED.sub("", place, count=1) if _PLACED.match(place) else place


def location_unknown(place: str) -> bool:
    """Whether a place says that nobody knows where it is: a decision, like "undated".

    >>> location_unknown("unknown"), location_unknown("exact location unknown"), location_unknown("Kyiv")
    (True, True, False)
    """
    return bool(_UNKNOWN_PLACE.fullmatch(place))


def locates(text: str, place: str) -> bool:
    """Whether a text already says that something is in (at, near …) a place.

    >>> locates("Fighters fire in Bakhmut", "Bakhmut"), locates("Ukraine's fighters fire", "Ukraine")
    (True, False)
    """
    return bool(place) and bool(
        re.search(_BEFORE_A_PLACE + words_pattern(bare_place(place)), text, re.IGNORECASE)
    )


def words_pattern(text: str) -> str:
    """A regular expression for a text as whole words, its spaces and apostrophes however they are set."""
    words = r"\s+".join(re.sub("['’ʼ`]", "['’ʼ`]", re.escape(word)) for word in text.split())
    return rf"(?<!\w){words}(?![\w]|['’ʼ]\w)"


def listed(parts: Sequence[str]) -> str:
    """The parts as a list in prose.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text; initials, months and ranks that are cut short do not end one.

    >>> list(sentences("It was released on Mar. 24 by Lt. Gen. Ivanov. It shows U.S. tanks."))
    ['It was released on Mar. 24 by Lt. Gen. Ivanov.', 'It shows U.S. tanks.']
    """
    start = 0
    for match in _SENTENCE_END.finditer(text):
        word = re.split(r"[ /]", text[start : match.start()])[-1].lstrip("(\"'“‘„«")
        if match[0].strip() == "." and _cut_short(word):
            continue
        yield text[start : match.end()].strip()
        start = match.end()
    if text[start:].strip():
        yield text[start:].strip()


def _cut_short(word: str) -> bool:
    return len(word) < 2 or "." in word or (word[0].isupper() and word.casefold() in _ABBREVIATED)


def _first_word(text: str) -> tuple[str, str, str]:
    """The opening quotes and brackets of a text, its first word, and the rest."""
    match = _OPENING.match(text)
    return (text[: match.start(1)], match[1], text[match.end(1) :]) if match else (text, "", "")
