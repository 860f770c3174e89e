"""What the sub-editor finds, and what it leaves alone."""

import datetime as dt
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given, settings

from footage.model.asset import Kind
from footage.model.caption import Subject, Weight
from footage.model.facts import Facts
from footage.model.flag import Reason, State, Treatment
from footage.model.goodform import meter
from footage.model.moment import Moment
from footage.model.provenance import About, Standing, Verdict
from footage.model.source import Source
from footage.model.specimens import specimens
from footage.model.style import Style
from footage.model.subeditor import check
from footage.model.wording import compose
from subjects import (
    AP,
    BRIGADE,
    CAPTION,
    FACTS,
    FOOTAGE,
    NEWSFLASH,
    PHRASES,
    RELEASED,
    REUTERS,
    SHOT,
    STYLES,
    TODAY,
    flag,
    full_subjects,
)


def stating(**facts: object) -> Subject:
    return replace(FOOTAGE, facts=replace(FACTS, **facts))  # type: ignore[arg-type]


def contradictions(text: str, subject: Subject = FOOTAGE, layout: Style = NEWSFLASH) -> list[str]:
    found = check(text, subject, layout, TODAY)
    return [finding.rule for finding in found if finding.weight is Weight.CONTRADICTION]


def advice(text: str, subject: Subject = FOOTAGE, layout: Style = NEWSFLASH) -> list[str]:
    found = check(text, subject, layout, TODAY)
    return [finding.rule for finding in found if finding.weight is Weight.ADVICE]


@pytest.mark.parametrize(
    ("old", "new", "rule", "proposal"),
    [
        ("Friday, Mar. 24", "Thursday, Mar. 23", "wrong-date", "Friday, Mar. 24, 2023"),
        ("Friday, Mar. 24, 2023", "Thursday", "wrong-date", "Friday, Mar. 24, 2023"),
        ("Friday, Mar. 24, 2023", "April 2023", "wrong-date", "Friday, Mar. 24, 2023"),
        ("Friday, Mar. 24, 2023", "Thursday, Mar. 24, 2022", "wrong-date", "Friday, Mar. 24, 2023"),
        ("Friday, Mar. 24, 2023", "2023-03-23", "wrong-date", "Friday, Mar. 24, 2023"),
        ("Friday, Mar. 24, 2023", "Feb. 30, 2023", "wrong-date", "Friday, Mar. 24, 2023"),
        ("undated footage", "undated footage shot on March 5", "wrong-date", "undated"),
        ("in undated footage", "in undated footage on March 5, 2023", "wrong-date", "Friday, Mar. 24, 2023"),
        ("Friday", "Thursday", "wrong-weekday", "Friday, Mar. 24, 2023"),
        ("Friday, Mar. 24, 2023", "Thursday, March 24", "wrong-weekday", "Friday, Mar. 24, 2023"),
        ("undated ", "", "undated-missing", "undated"),
        ("in Ukraine", "in Russia", "other-country", "Ukraine"),
        ("in Ukraine", "in southern Russia", "other-country", "Ukraine"),
        (" in Ukraine", ", Belarus,", "other-country", "Ukraine"),
        ("Bakhmut direction", "Kherson", "other-place", "Bakhmut direction"),
        ("in Bakhmut direction in Ukraine", "near Kherson, Ukraine,", "other-place", "Bakhmut direction"),
        ("the 92nd OMBr", "the 93rd OMBr", "other-source", "the 92nd OMBr"),
        ("the 92nd OMBr", "Hamas", "other-source", "the 92nd OMBr"),
        ("by the 92nd OMBr", "by @somebody", "other-source", "the 92nd OMBr"),
        ("the 92nd OMBr", "the Ukrainian Ministry of Health", "other-source", "the 92nd OMBr"),
        ("@92OMBr/Newsflash", "Reuters", "other-credit", "(@92OMBr/Newsflash)"),
        ("@92OMBr/Newsflash", "@92OMBr/AP", "other-credit", "(@92OMBr/Newsflash)"),
        ("@92OMBr/Newsflash", "@93OMBr/Newsflash", "other-credit", "(@92OMBr/Newsflash)"),
        ("@92OMBr/Newsflash", "Newsflash", "other-credit", "(@92OMBr/Newsflash)"),
        ("@92OMBr/Newsflash", "@92OMBr/Newsflash/Reuters", "other-credit", "(@92OMBr/Newsflash)"),
    ],
)
def test_a_contradiction_of_a_stated_fact_is_found(old: str, new: str, rule: str, proposal: str) -> None:
    text = CAPTION.replace(old, new)
    assert text != CAPTION
    assert contradictions(text) == [rule]
    assert check(text, FOOTAGE, NEWSFLASH, TODAY)[0].proposal == proposal


@pytest.mark.parametrize(
    ("subject", "rules"),
    [
        (stating(released=Moment(dt.date(2023, 3, 25))), ["wrong-date"]),
        (stating(undated=None, shot=SHOT), ["not-undated"]),
        (stating(country="Poland"), ["other-country"]),
        (stating(place="Kherson"), ["other-place"]),
        (stating(credit="Somebody/Newsflash"), ["other-credit"]),
        (replace(FOOTAGE, source=replace(BRIGADE, handle="@sirko92")), ["other-credit"]),
        (replace(FOOTAGE, source=Source("hamas", "Hamas", article=False)), ["other-source", "other-credit"]),
        (replace(FOOTAGE, agency="Other Desk"), ["other-credit"]),
    ],
)
def test_a_caption_that_was_right_is_found_when_the_facts_change(subject: Subject, rules: list[str]) -> None:
    assert contradictions(CAPTION) == []
    assert contradictions(CAPTION, subject) == rules


@pytest.mark.parametrize(
    "text",
    [
        "Ukrainian fighters shell trenches near Bakhmut, Ukraine, in undated footage shared by the 92nd OMBr"
        " on March 24. (@92OMBr/Newsflash)",
        "Bakhmut, Ukraine: trenches are shelled. The date of this video could not be verified. It was"
        " published by Ukraine's 92nd brigade on 24 March 2023 (92nd OMBr via Newsflash).",
        "Undated footage released on Friday by the brigade shows fighters in Bakhmut. (@92ombr / newsflash)",
        "In this undated video released by Ukrainian troops on March 24, 2023, tanks made in Germany roll"
        " near Bakhmut. (Newsflash Video/92nd OMBr)",
        "A house in Bakhmut that was hit on Jan. 14, 2023, in undated footage. War began on Feb. 24, 2022.",
        "Fighters in Bakhmut in Ukraine, in undated footage obtained on March 25, 2023. (@92OMBr/Newsflash)",
        "Fighters in Bakhmut in undated footage, the brigade's press office said on March 26, 2023.",
        "Undated footage: fighters near Bakhmut, a town that troops from Russia attack since Aug. 1.",
        "The 92nd, founded on Jan. 1, 1999, fires in Bachmut in Ukraine in undated footage.",
        "Fighters in Donetsk region in Ukraine in undated footage.",
        "Tanks of Poland, Germany and Spain roll near Bakhmut in undated footage.",
        "Soldiers released from captivity on March 3 reach Bakhmut, of unknown date.",
        "Військові стріляють під Бахмутом. (@92OMBr/Newsflash)",
    ],
)
def test_other_words_for_the_same_facts_block_nothing(text: str) -> None:
    assert contradictions(text) == []


def test_what_no_fact_states_is_not_contradicted() -> None:
    assert contradictions(CAPTION, replace(FOOTAGE, facts=Facts(), source=None)) == []
    unstated = {"unstated-date", "unstated-source", "unstated-credit"}
    assert unstated <= set(advice(CAPTION, replace(FOOTAGE, facts=Facts(), source=None)))


def test_another_agency_does_not_stand_in_our_credit_even_where_nobody_is_known() -> None:
    nobody = replace(FOOTAGE, source=None)
    assert contradictions(CAPTION.replace("@92OMBr/Newsflash", "AP Photo/Somebody"), nobody) == [
        "other-credit"
    ]


def test_what_a_fact_says_itself_is_advice() -> None:
    subject = stating(shows="Fighters remember Monday, March 3, 2020, in Bakhmut, France", undated=True)
    assert contradictions(compose(subject, NEWSFLASH, TODAY), subject) == []
    assert "wrong-weekday" in advice(compose(subject, NEWSFLASH, TODAY), subject)


def test_a_country_of_many_names_is_not_another_one() -> None:
    text = "Crowds gather in England in undated footage. (@92OMBr/Newsflash)"
    assert contradictions(text, stating(country="United Kingdom", place=None)) == []
    assert contradictions(text, stating(country="Ireland", place=None)) == ["other-country"]
    assert contradictions(text, stating(country="Нідерланди", place=None)) == []


@pytest.mark.parametrize(
    ("old", "new", "rule", "proposal"),
    [
        ("Mar. 24", "March 24", "month-style", "Friday, Mar. 24, 2023"),
        ("Friday, Mar. 24, 2023", "24 March 2023", "month-style", "Friday, Mar. 24, 2023"),
        ("Friday, Mar. 24, 2023", "24 Mar. 2023", "weekday-style", "Friday, Mar. 24, 2023"),
        ("Friday, Mar. 24, 2023", "2023-03-24", "weekday-style", "Friday, Mar. 24, 2023"),
        ("Friday, Mar. 24, 2023", "Friday, 24 Mar. 2023", "date-style", "Friday, Mar. 24, 2023"),
        (" on Friday, Mar. 24, 2023", "", "released-missing", "Friday, Mar. 24, 2023"),
        (" by the 92nd OMBr", "", "source-missing", "the 92nd OMBr"),
        (" in Bakhmut direction", "", "place-missing", "Bakhmut direction"),
        (" (@92OMBr/Newsflash)", "", "credit-missing", "(@92OMBr/Newsflash)"),
        ("@92OMBr/Newsflash", "92nd OMBr via Newsflash", "credit-style", "(@92OMBr/Newsflash)"),
        ("@92OMBr/Newsflash", "@92OMBR/newsflash", "credit-style", "(@92OMBr/Newsflash)"),
        ("2023. (", "2023 (", "full-stop", "…Friday, Mar. 24, 2023."),
        ("Russian", "the the Russian", "doubled-word", "the"),
        ("in Ukraine", "in in Ukraine", "doubled-word", "in"),
        ("/Newsflash)", "/Newsflash )", "spacing", CAPTION),
        (". The", ".  The", "spacing", CAPTION),
        (". The", ".\nThe", "spacing", CAPTION),
        ("footage.", "footage .", "spacing", CAPTION),
        ("Russian", "“Russian", "unbalanced", ""),
        ("Russian", '"Russian', "unbalanced", ""),
        ("Russian", "(Russian", "unbalanced", ""),
        ("Russian", "»Russian", "unbalanced", ""),
        ("Russian", "Russian\u202e", "hidden-character", "take it out"),
        ("Russian", "Rus\u200bsian", "hidden-character", "take it out"),
        ("Russian", "Russian\x1b[31m", "hidden-character", "take it out"),
        ("Russian", "Russian\udcff", "hidden-character", "take it out"),
    ],
)
def test_matters_of_form_and_style_are_advice(old: str, new: str, rule: str, proposal: str) -> None:
    text = CAPTION.replace(old, new)
    assert text != CAPTION
    assert contradictions(text) == []
    assert [f.proposal for f in check(text, FOOTAGE, NEWSFLASH, TODAY) if f.rule == rule] == [proposal]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Russian", "“Russian”"),
        ("Russian", "„Russian“"),
        ("Russian", "„Russian”"),
        ("Russian", "«Russian»"),
        ("Russian", '"Russian"'),
        ("Russian", 'Russian 3" calibre'),
        ("Russian", "Russian (and “Wagner”)"),
        ("Russian", "O'Brien’s ґанок, می\u200cخواهم and 👨\u200d👩\u200d👧"),
        ("Russian", "Russian positions that had had"),
        ("Russian", "Pago Pago"),
        ("Russian", "Russian\u00a0"),
    ],
)
def test_good_form_is_left_alone(old: str, new: str) -> None:
    assert check(CAPTION.replace(old, new), FOOTAGE, NEWSFLASH, TODAY) == ()


def test_a_country_is_told_by_its_name_or_by_a_word_made_from_it() -> None:
    text = CAPTION.replace(" in Ukraine", "")
    assert advice(text) == []
    assert advice(text.replace("Ukrainian ", "")) == ["country-missing"]


def test_ap_wants_months_in_full_where_no_day_is_told_and_two_sentences_at_most() -> None:
    text = (
        "In this undated video released by the 92nd OMBr in Feb. 2023, fighters rest. Tanks roll. It rains."
    )
    subject = stating(released=Moment(dt.date(2023, 2, 3)))
    assert contradictions(text, subject, AP) == []
    assert [
        finding.proposal for finding in check(text, subject, AP, TODAY) if finding.rule == "month-style"
    ] == ["February 2023"]
    assert "sentence-count" in advice(text, subject, AP)


def test_ap_wants_no_weekday_of_long_ago() -> None:
    subject = stating(released=Moment(dt.date(2023, 3, 3)))
    text = compose(subject, AP, TODAY).replace("March 3", "Friday, March 3")
    assert advice(text, subject, AP) == ["weekday-style"]


def test_lengths_are_told_in_bytes() -> None:
    long = CAPTION.replace("Russian", "ї" * 950)
    (finding,) = check(long, FOOTAGE, NEWSFLASH, TODAY)
    size = len(long.encode())
    assert finding.rule == "caption-length"
    assert f"{size} bytes" in finding.message
    assert "2000" in finding.message
    assert finding.proposal == f"cut {size - 2000} bytes"
    just = CAPTION.replace("Russian", "x" * (2000 - len(CAPTION) + len("Russian")))
    assert advice(just) == []
    assert advice(just.replace("x", "xx", 1)) == ["caption-length"]


@pytest.mark.parametrize(
    ("credit", "rules"), [("x" * 32, []), ("Ukrainian Ground Forces/92nd OMBr", ["credit-length"])]
)
def test_a_credit_line_longer_than_iim_holds_is_told(credit: str, rules: list[str]) -> None:
    subject = stating(credit=credit)
    assert advice(compose(subject, NEWSFLASH, TODAY), subject) == rules


@pytest.mark.parametrize(
    ("layout", "state", "rules"),
    [
        (NEWSFLASH, State.MASKED, []),
        (AP, State.MASKED, ["disclosure-missing"]),
        (NEWSFLASH, State.SOURCE, ["disclosure-missing"]),
        (AP, State.SOURCE, ["disclosure-missing"]),
        (AP, State.OPEN, []),
    ],
)
def test_a_disclosure_that_the_style_owes_is_missed(layout: Style, state: State, rules: list[str]) -> None:
    masked = replace(FOOTAGE, flags=(flag(state, Reason.DEATH),))
    assert advice(compose(FOOTAGE, layout, TODAY), masked, layout) == rules
    assert advice(compose(masked, layout, TODAY), masked, layout) == []


def test_both_disclosures_are_owed_where_both_masked() -> None:
    both = replace(FOOTAGE, flags=(flag(State.SOURCE, Reason.DEATH), flag(State.MASKED, Reason.MINOR)))
    ours = replace(FOOTAGE, flags=(flag(State.MASKED, Reason.MINOR),))
    assert advice(compose(ours, AP, TODAY), both, AP) == ["disclosure-missing"]
    assert advice(compose(both, AP, TODAY), both, AP) == []


def test_a_cut_is_owed_beside_a_mask() -> None:
    cut = replace(flag(State.MASKED, Reason.DEATH), treatment=Treatment.CUT)
    both = replace(FOOTAGE, flags=(flag(State.MASKED, Reason.MINOR), cut))
    masked = replace(FOOTAGE, flags=(flag(State.MASKED, Reason.MINOR),))
    assert advice(compose(masked, AP, TODAY), both, AP) == ["disclosure-missing"]
    assert advice(compose(both, AP, TODAY), both, AP) == []
    assert advice(CAPTION, replace(FOOTAGE, flags=(cut,))) == ["disclosure-missing"]


def test_other_words_disclose_too() -> None:
    text = CAPTION.replace(" (@", " Some frames had been pixelated before we received them. (@")
    assert advice(text, replace(FOOTAGE, flags=(flag(State.SOURCE, Reason.DEATH),))) == []


def test_facts_in_the_future_are_told_but_tomorrow_has_begun_somewhere() -> None:
    for ahead, rules in ((1, []), (2, ["future-date"])):
        subject = stating(released=Moment(TODAY + dt.timedelta(days=ahead)))
        assert advice(compose(subject, NEWSFLASH, TODAY), subject) == rules


@pytest.mark.parametrize("text", ["", "  ", "(@92OMBr/Newsflash)"])
def test_a_caption_that_says_nothing_is_found(text: str) -> None:
    assert "empty" in advice(text)


def test_contradictions_come_first_and_nothing_comes_twice() -> None:
    found = check("Undated Undated  undated in Russia. (Reuters)", FOOTAGE, NEWSFLASH, TODAY)
    weights = [finding.weight for finding in found]
    assert weights == sorted(weights, key=lambda weight: weight is Weight.ADVICE)
    assert len(set(found)) == len(found)


@settings(deadline=None, max_examples=60)
@given(full_subjects())
def test_a_composed_caption_contradicts_nothing_in_its_own_style(subject: Subject) -> None:
    for layout in STYLES:
        text = compose(subject, layout, TODAY)
        assert contradictions(text, subject, layout) == []
        for finding in check(text, subject, layout, TODAY):
            assert finding.span is None or 0 <= finding.span[0] < finding.span[1] <= len(text)


@settings(deadline=None, max_examples=60)
@given(full_subjects(PHRASES))
def test_a_caption_of_one_style_is_at_most_unusual_in_another(subject: Subject) -> None:
    for layout, other in permutations(STYLES, 2):
        assert contradictions(compose(subject, layout, TODAY), subject, other) == []


@pytest.mark.parametrize("layout", STYLES, ids=lambda layout: layout.name)
@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("source", [BRIGADE, None])
@pytest.mark.parametrize("dating", [{"undated": True}, {"undated": None, "shot": SHOT}])
@pytest.mark.parametrize("released", [RELEASED, None])
@pytest.mark.parametrize(
    "where", [{}, {"place": None}, {"city": "Bakhmut"}, {"place": None, "country": None}]
)
def test_a_composed_caption_of_clean_facts_has_nothing_to_find(
    layout: Style,
    kind: Kind,
    source: Source | None,
    dating: dict[str, object],
    released: Moment | None,
    where: dict[str, object],
) -> None:
    subject = replace(stating(released=released, **dating, **where), kind=kind, source=source)
    assert check(compose(subject, layout, TODAY), subject, layout, TODAY) == ()


# where


def words_of(text: str, rule: str, subject: Subject = FOOTAGE, layout: Style = NEWSFLASH) -> str | None:
    """The words that a finding of a rule points at; None where it points at none."""
    (found,) = (finding for finding in check(text, subject, layout, TODAY) if finding.rule == rule)
    return text[slice(*found.span)] if found.span else None


@pytest.mark.parametrize(
    ("old", "new", "rule", "words"),
    [
        ("Friday, Mar. 24", "Thursday, Mar. 23", "wrong-date", "Thursday, Mar. 23, 2023"),
        ("Friday", "Thursday", "wrong-weekday", "Thursday, Mar. 24, 2023"),
        ("Mar. 24", "March 24", "month-style", "Friday, March 24, 2023"),
        ("in Ukraine", "in Russia", "other-country", "Russia"),
        ("Bakhmut direction", "Kherson", "other-place", "Kherson"),
        ("the 92nd OMBr", "the 93rd OMBr", "other-source", "the 93rd OMBr"),
        ("@92OMBr/Newsflash", "Reuters", "other-credit", "Reuters"),
        ("@92OMBr/Newsflash", "92nd OMBr via Newsflash", "credit-style", "92nd OMBr via Newsflash"),
        ("Russian", "the the Russian", "doubled-word", "the the"),
        ("Russian", "“Russian", "unbalanced", "“"),
        ("Russian", "Rus\u200bsian", "hidden-character", "\u200b"),
        ("2023. (", "2023 (", "full-stop", "Friday, Mar. 24, 2023"),
        ("/Newsflash)", "/Newsflash )", "spacing", " "),
        ("undated ", "", "undated-missing", None),
        (" (@92OMBr/Newsflash)", "", "credit-missing", None),
    ],
)
def test_a_finding_says_where(old: str, new: str, rule: str, words: str | None) -> None:
    assert words_of(CAPTION.replace(old, new), rule) == words


def test_where_counts_the_characters_of_the_caption_as_it_came() -> None:
    text = "  " + CAPTION.replace(" in Ukraine", "\n\t in   the\n the field in\n  Russia")
    assert words_of(text, "other-country") == "Russia"
    assert words_of(text, "doubled-word") == "the\n the"


# days that cannot be


def test_a_day_that_has_not_come_is_told() -> None:
    text = CAPTION.replace("Friday, Mar. 24, 2023", "Sunday, Mar. 24, 2030")
    assert words_of(text, "future-date") == "Sunday, Mar. 24, 2030"
    assert "future-date" not in advice(CAPTION.replace(". The", ", ahead of May 9, 2030. The"))


@pytest.mark.parametrize(
    "subject",
    [
        replace(FOOTAGE, event=Moment(dt.date(2023, 3, 20))),
        stating(event="Fall of the town on March 20, 2023"),
    ],
)
def test_nothing_is_shot_or_released_before_it_happened(subject: Subject) -> None:
    def found(**facts: object) -> list[str]:
        told = replace(subject, facts=replace(subject.facts, **facts))  # type: ignore[arg-type]
        return advice(compose(told, NEWSFLASH, TODAY), told)

    assert found() == found(undated=None, shot=Moment(dt.date(2023, 3, 20))) == []
    assert found(undated=None, shot=Moment(dt.date(2023, 3, 19))) == ["before-event"]
    assert found(released=Moment(dt.date(2023, 3, 19))) == ["before-event"]
    early = CAPTION.replace("Friday, Mar. 24, 2023", "Sunday, Mar. 19, 2023")
    assert words_of(early, "before-event", subject) == "Sunday, Mar. 19, 2023"


# places and persons


def test_a_place_that_nobody_knows_is_neither_named_nor_passed_over() -> None:
    subject = stating(place="unknown")
    assert advice(compose(subject, NEWSFLASH, TODAY), subject) == []
    assert contradictions(CAPTION.replace("Bakhmut direction", "Kherson"), subject) == ["other-place"]
    assert advice(CAPTION.replace("in Bakhmut direction ", ""), subject) == ["place-missing"]
    assert advice(CAPTION.replace("Bakhmut direction", "an undisclosed place"), subject) == []


def test_a_person_seen_is_missed() -> None:
    subject = stating(person=("Ivan Sirko",))
    assert [f.proposal for f in check(CAPTION, subject, NEWSFLASH, TODAY)] == ["Ivan Sirko"]
    assert advice(CAPTION, subject) == ["person-missing"]
    assert advice(compose(subject, NEWSFLASH, TODAY), subject) == []


# credits


@pytest.mark.parametrize(
    "credit",
    [
        "Newsflash/@92OMBr",
        "@92ombr / NEWSFLASH",
        "92nd OMBr via Newsflash",
        "92nd OMBr/Handout via Newsflash",
        "Photo by Handout / 92nd OMBr / Newsflash",
        "Newsflash Video/92nd OMBr",
        "92OMBr/Newsflash",
    ],
)
def test_a_credit_written_otherwise_is_the_same_credit(credit: str) -> None:
    assert contradictions(CAPTION.replace("@92OMBr/Newsflash", credit)) == []
    assert set(advice(CAPTION.replace("@92OMBr/Newsflash", credit))) - {"spacing"} == {"credit-style"}


def test_a_credit_of_those_who_relayed_it_is_ours() -> None:
    relay = Source("gf", "Ground Forces", "the Ground Forces")
    relayed = replace(FOOTAGE, relayed_by=(relay,))
    text = CAPTION.replace("@92OMBr/Newsflash", "92nd OMBr via Ground Forces/Newsflash")
    assert contradictions(text, relayed) == [] and contradictions(text) == ["other-credit"]


@pytest.mark.parametrize(
    ("credit", "rules"),
    [
        ("92nd OMBr/Handout via Newsflash", []),
        ("@92OMBr/Newsflash", []),
        ("92nd OMBr/Handout via REUTERS", ["other-credit"]),
        ("93rd OMBr/Handout via Newsflash", ["other-credit"]),
    ],
)
def test_a_credit_without_brackets_is_read_too(credit: str, rules: list[str]) -> None:
    text = compose(FOOTAGE, REUTERS, TODAY)
    ours = "92nd OMBr/Handout via Newsflash"
    assert ours in text and check(text, FOOTAGE, REUTERS, TODAY) == ()
    assert contradictions(text.replace(ours, credit), FOOTAGE, REUTERS) == rules


# verification

VERIFIED = Verdict(About.PLACE, Standing.VERIFIED, "landmarks")
UNVERIFIED = Verdict(About.DATE, Standing.UNVERIFIED)
NOWHERE = Verdict(About.PLACE, Standing.UNVERIFIED)
WRONG = Verdict(About.PLACE, Standing.CONTRADICTED, "satellite pictures")


def saying(words: str, layout: Style = NEWSFLASH) -> str:
    text = compose(FOOTAGE, layout, TODAY)
    assert layout is not NEWSFLASH or text == CAPTION
    return text.replace(" (@", f" {words} (@") if words else text


@pytest.mark.parametrize(
    ("words", "verdicts", "blocks", "advises"),
    [
        ("The location was verified by landmarks.", (VERIFIED,), [], []),
        ("The location was verified.", (), [], ["stronger-claim"]),
        ("The location was confirmed.", (NOWHERE,), ["stronger-claim"], []),
        ("Newsflash verified the date.", (UNVERIFIED,), ["stronger-claim"], []),
        ("The date has been independently confirmed.", (UNVERIFIED,), ["stronger-claim"], []),
        ("The footage was geolocated.", (NOWHERE,), ["stronger-claim"], []),
        ("Verified footage.", (VERIFIED, UNVERIFIED), ["stronger-claim"], []),
        ("The footage was verified.", (VERIFIED,), [], []),
        ("The video is verified.", (), [], ["stronger-claim"]),
        ("The date could not be verified.", (UNVERIFIED,), [], []),
        ("The date was not independently verified.", (), [], []),
        ("The images are unverified.", (UNVERIFIED,), [], []),
        ("The location could not be verified.", (VERIFIED,), [], ["weaker-claim"]),
        ("The location was verified; the date was not verified.", (VERIFIED, UNVERIFIED), [], []),
        ("The location was not verified, but the date was verified.", (VERIFIED, UNVERIFIED),
         ["stronger-claim"], ["weaker-claim"]),
        ("The ministry confirmed losses.", (UNVERIFIED,), [], ["verification-missing"]),
        ("", (VERIFIED,), [], ["verification-missing"]),
    ],
)  # fmt: skip
def test_a_claim_is_no_stronger_than_what_was_found(
    words: str, verdicts: tuple[Verdict, ...], blocks: list[str], advises: list[str]
) -> None:
    subject = replace(FOOTAGE, verdicts=verdicts)
    assert contradictions(saying(words), subject) == blocks
    assert advice(saying(words), subject) == advises


def test_what_a_fact_claims_itself_does_not_block() -> None:
    subject = replace(stating(shows="Verified footage shows fighters"), verdicts=(UNVERIFIED,))
    text = compose(subject, NEWSFLASH, TODAY)
    assert contradictions(text, subject) == []


@pytest.mark.parametrize("layout", STYLES, ids=lambda layout: layout.name)
@pytest.mark.parametrize(
    ("about", "facts", "words"),
    [
        (About.PLACE, {}, "Bakhmut direction"),
        (About.DATE, {"undated": None, "shot": SHOT}, "March 5, 2023"),
        (About.SOURCE, {}, "92nd OMBr"),
    ],
)
def test_what_was_found_contradicted_may_not_stand_as_a_fact(
    layout: Style, about: About, facts: dict[str, object], words: str
) -> None:
    subject = replace(stating(**facts), verdicts=(Verdict(about, Standing.CONTRADICTED, "signs"),))
    text = compose(replace(subject, verdicts=()), layout, TODAY)
    assert contradictions(text, subject, layout) == ["contradicted-claim"]
    found = words_of(text, "contradicted-claim", subject, layout) or ""
    assert found.endswith(words if layout is not NEWSFLASH else words.replace("March", "Mar."))
    assert contradictions(compose(subject, layout, TODAY), subject, layout) == ["contradicted-claim"]


def test_what_was_found_contradicted_may_be_said_to_be_so() -> None:
    subject = replace(FOOTAGE, verdicts=(WRONG,))
    hedged = "Fighters in what is said to be Bakhmut direction in Ukraine in undated footage."
    assert contradictions(hedged, subject) == []
    assert contradictions(hedged.replace("said to be ", ""), subject) == ["contradicted-claim"]


def test_a_date_that_was_not_verified_is_not_undated() -> None:
    subject = replace(stating(undated=None, shot=SHOT), verdicts=(UNVERIFIED,))
    for layout in STYLES:
        assert check(compose(subject, layout, TODAY), subject, layout, TODAY) == ()
    owed = "The date could not be independently verified"
    text = compose(subject, NEWSFLASH, TODAY).replace(owed, "The date is not known")
    assert contradictions(text, subject) == ["not-undated"]


# lengths


def test_the_meter_tells_the_bytes_of_caption_and_credit() -> None:
    assert str(meter(CAPTION, FOOTAGE, NEWSFLASH)) == f"caption {len(CAPTION)} of 2000 bytes, credit 17 of 32"
    assert meter("Київ", FOOTAGE, NEWSFLASH).caption == 8


def test_facts_that_iim_cannot_hold_are_told_for_stills() -> None:
    headline = {"headline": "ї" * 129}
    for kind, rules in ((Kind.STILL, ["field-length"]), (Kind.VIDEO, [])):
        subject = replace(stating(**headline), kind=kind)
        assert advice(compose(subject, NEWSFLASH, TODAY), subject) == rules
    assert advice(CAPTION, replace(stating(headline="x" * 256), kind=Kind.STILL)) == []


@pytest.mark.parametrize("layout", STYLES, ids=lambda layout: layout.name)
def test_the_specimens_of_our_styles_have_nothing_to_find(layout: Style) -> None:
    shown = specimens(layout, "Newsflash")
    assert len({one.name for one in shown}) == len(shown) > 15
    assert [(one.name, one.findings) for one in shown if one.findings] == []
