"""The grammar of observables: what is read, what is refused, and where."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.replay import Observable, ObservableFault, Term, parse


def shape(text: str) -> tuple[float, list[tuple[str, str]], list[tuple[str, str]]]:
    found = parse(text)
    return (
        found.scale,
        [(term.measure, term.who) for term in found.numerator],
        [(term.measure, term.who) for term in found.denominator],
    )


@pytest.mark.parametrize(
    ("text", "scale", "over", "under"),
    [
        ("users", 1, [("users", "")], []),
        ("users:Netflix", 1, [("users", "Netflix")], []),
        ("n_touched:Didi + n_touched:Kuaidi / people", 1,
         [("n_touched", "Didi"), ("n_touched", "Kuaidi")], [("people", "")]),
        ("100 n_uses:Didi / n_uses:Didi + n_uses:Kuaidi", 100,
         [("n_uses", "Didi")], [("n_uses", "Didi"), ("n_uses", "Kuaidi")]),
        ("  1e-2 cash : Big Co. 2  /people ", 0.01, [("cash", "Big Co. 2")], [("people", "")]),
        ("-2.5 profit:user-first", -2.5, [("profit", "user-first")], []),
        ('users:"A/B + C"+users:Site (entrant 1)', 1,
         [("users", "A/B + C"), ("users", "Site (entrant 1)")], []),
    ],
)  # fmt: skip
def test_what_is_read(text: str, scale: float, over: list[object], under: list[object]) -> None:
    assert shape(text) == (scale, over, under)


@pytest.mark.parametrize(
    ("text", "offset", "words"),
    [
        ("", 0, "must be a measure, such as users:Didi"),
        ("100", 3, "got nothing"),
        ("users +", 7, "must be a measure"),
        ("users / / people", 8, "must be a measure"),
        ("users / people / uses", 15, "only one /"),
        ("users:", 6, "must follow the colon"),
        ("users: / people", 7, "must follow the colon"),
        ("100 * users", 4, "without *"),
        ("0 users", 0, "finite and not 0"),
        ("1e999 users", 0, "finite and not 0"),
        ("users people", 6, "expected +, / or :"),
        ("users - uses", 6, "expected +, / or :"),
    ],
)
def test_what_is_refused_and_where(text: str, offset: int, words: str) -> None:
    with pytest.raises(ObservableFault) as caught:
        parse(text)
    assert caught.value.offset == offset
    assert words in caught.value.message


def test_offsets_point_to_measures_and_names() -> None:
    text = "100 uses:Didi / uses : Kuaidi"
    for term in parse(text).terms:
        assert text[term.offset :].startswith(term.measure)
        assert text[term.who_offset :].lstrip().startswith(term.who)


NAMES = st.text("ABab 1.()/+:-", min_size=1, max_size=8).map(str.strip).filter(bool)
TERMS = st.builds(Term, st.sampled_from(["users", "n_uses", "people"]), st.just("") | NAMES)


@given(st.lists(TERMS, min_size=1, max_size=3), st.lists(TERMS, max_size=3),
       st.sampled_from([1.0, 100.0, 0.01, -3.0]))  # fmt: skip
def test_an_observable_is_read_again_as_it_is_written(
    over: list[Term], under: list[Term], scale: float
) -> None:
    written = Observable(scale, tuple(over), tuple(under))
    found = parse(str(written))
    assert str(found) == str(written)
    assert found.scale == scale
    assert [(t.measure, t.who) for t in found.terms] == [(t.measure, t.who) for t in written.terms]


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    assert refused(text) is None or 0 <= refused(text).offset <= len(text)


def refused(text: str) -> ObservableFault | None:
    try:
        parse(text)
    except ObservableFault as fault:
        return fault
    return None
