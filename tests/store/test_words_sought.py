"""What is looked for in procedures: words in any order, plurals, Chinese; titles before steps before texts."""

import pytest

from store.state.words_sought import Where, forms_of, sought

TITLE, TEXT = (
    "Packing a parcel",
    "# Packing a parcel\n\n### 1. Print the label {#label}\n\nVerify the address box.",
)


@pytest.mark.parametrize(
    ("words", "where"),
    [
        ("parcel packing", Where.TITLE), ("PARCELS", Where.TITLE), ("labels print", Where.STEP),
        ("parcel label", Where.STEP), ("addresses, boxes", Where.TEXT), ("label address", Where.TEXT),
        ("label customs", None), ("%", None),
    ],
)  # fmt: skip
def test_all_words_in_the_best_place_that_holds_them(words: str, where: Where | None) -> None:
    """In any order and case; one word that is nowhere finds nothing."""
    assert sought(words).place(TITLE, TEXT) is where


def test_chinese_is_found_as_it_stands() -> None:
    """Without blanks between the words; letters beside it are a word of their own."""
    assert sought("海关SOP").words == (("海关",), ("sop",))
    assert sought("文件 海关").place("海关申报文件", "") is Where.TITLE
    assert sought("关文").place("海关申报文件", "") is None


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("boxes", ("boxes", "box")), ("entries", ("entries", "entry")), ("labels", ("labels", "label")),
        ("invoices", ("invoices", "invoice")), ("process", ("process",)), ("gas", ("gas",)),
    ],
)  # fmt: skip
def test_a_plural_also_finds_one_of_it(word: str, forms: tuple[str, ...]) -> None:
    assert forms_of(word) == forms
