"""Folding: what counts as the same text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footage.model.folding import fold, spellings


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("", ""),
        ("— …", ""),
        ("The 92nd OMBr", "the 92nd ombr"),
        ("@92OMBr/Newsflash", "92ombr newsflash"),
        ("IMG_2034.MOV", "img 2034 mov"),
        ("Straße CAFÉ", "strasse cafe"),
        ("O’Brien O`Brien O´Brien OʼBrien", "o'brien o'brien o'brien o'brien"),
        ("'quoted' words'", "quoted words"),
        ("Bakh\u00admut\u200b", "bakhmut"),
        ("ﬁre ＢＩＧ", "fire big"),
        ("\udce9 caf\udce9", "caf"),
        ("北京 دمشق", "北京 دمشق"),
    ],
)
def test_what_makes_no_difference_is_gone(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("Київ", "kyiv"),
        ("Запоріжжя", "zaporizhzhia"),
        ("Згурівка", "zghurivka"),
        ("Юрій", "yurii"),
        ("Єнакієве", "yenakiieve"),
        ("Їжакевич", "yizhakevych"),
        ("Йосипівка", "yosypivka"),
        ("Знам’янка", "znamianka"),
        ("Щастя", "shchastia"),
        ("Донецьк", "donetsk"),
    ],
)
def test_ukrainian_names_are_spelt_as_the_state_spells_them(name: str, latin: str) -> None:
    assert latin in spellings(name)


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("Киев", "kiev"),
        ("Харьков", "kharkov"),
        ("Бахчисарай", "bakhchisaray"),
        ("Григорий", "grigory"),
        ("Лавров", "lavrov"),
        ("Подъячев", "podyachev"),
        ("Зеленский", "zelensky"),
    ],
)
def test_russian_names_are_spelt_as_the_press_spells_them(name: str, latin: str) -> None:
    assert latin in spellings(name)


def test_other_words_stand_in_every_spelling_so_that_phrases_hold() -> None:
    assert spellings("Near Луганськ, 2023") == (
        "near луганськ 2023",
        "near luhansk 2023",
        "near lugansk 2023",
    )


def test_a_machines_way_to_write_letters_makes_no_difference() -> None:
    text = "Чайківка, Їжакевич, Ґалаґан, Châtelet"
    composed, apart = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    assert composed != apart
    assert fold(composed) == fold(apart)


@given(st.text(st.sampled_from("абвгґдеєжзиіїйклмнопрстуфхцчшщьюяё'’ABCé´ -_.\u0301\u200b12")))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    once = spellings(text)
    assert [spellings(one)[0] for one in once] == list(once)
    assert fold(text.upper()) == fold(text)


@given(st.text())
def test_only_words_are_left(text: str) -> None:
    folded = fold(text)
    assert folded == " ".join(folded.split())
    assert all(sign.isalnum() or sign in " '" for sign in folded)
