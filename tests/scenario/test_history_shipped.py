"""The real series that come along: in order, complete, with the values of their sources."""

from __future__ import annotations

import csv

import pytest

from sim.scenario.history import find_series, history_catalogue, history_folder

ENTRIES = history_catalogue()


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_a_shipped_file_is_in_order(entry) -> None:
    assert not entry.faults, [str(fault) for fault in entry.faults]
    assert entry.path.with_suffix(".yaml").is_file()
    header = next(csv.reader(entry.path.open()))
    columns = [each for each in header[1:] if not each.endswith("confidence")]
    assert sorted(series.column for series in entry.series) == sorted(columns)
    assert any(each.endswith("confidence") for each in header)  # a grade for every row
    for series in entry.series:
        assert series.unit
        assert len(series.source) > 5
        assert not series.assumed
        if series.baseline == "substitution":
            assert series.ceiling == 100


def test_every_csv_of_the_folder_is_listed() -> None:
    assert [each.name for each in ENTRIES] == sorted(p.stem for p in history_folder().glob("*.csv"))
    assert {p.stem for p in history_folder().glob("*.yaml")} == {each.name for each in ENTRIES}


@pytest.mark.parametrize(
    ("name", "time", "value", "grade"),
    [
        ("netflix:subscribers_k", "2010", 20010, "M"),
        ("netflix:net_income_musd", "2000", -57.4, "H"),
        ("blockbuster:stores_worldwide", "2004", 9094, "H"),
        ("blockbuster:revenue_busd", "2004", 6.05, "M"),
        ("blockbuster:revenue_busd", "2008", 5.29, "H"),
        ("sms_wechat_china:wechat_mau_m", "2011", 50, "L"),
        ("roku:active_accounts_m", "2024", 89.8, "H"),
        ("technographics_us:joiners", "2009", 51, "H"),
        ("technographics_us:creators", "2009", 24, "M"),
        ("firm_survival_bls_1998cohort_pct", "4", 44, "H"),
    ],
)
def test_values_and_grades_of_the_sources(name: str, time: str, value: float, grade: str) -> None:
    (point,) = [each for each in find_series(name).points if each.time == time]
    assert (point.value, point.confidence) == (value, grade)


def test_known_breaks_of_the_sources_are_marked() -> None:
    def years(name: str) -> list[str]:
        return [each.time for each in find_series(name).breaks]

    assert years("internet_users_pct:US") == ["2007 to 2016", "2020"]
    assert years("internet_users_pct:China") == []
    assert years("sms_wechat_china:wechat_mau_m") == ["2011", "2012"]
    assert years("sms_wechat_china:sms_total_bn") == ["2018"]
    assert years("netflix") == ["2010"]
    assert years("us_ecommerce_share_pct") == ["2020"]
