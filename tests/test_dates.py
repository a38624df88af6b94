from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.importing.dates import parse_date, split_name


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2023-09-11T13:26:13.000Z", datetime(2023, 9, 11, 13, 26, 13)),
        ("2023-09-11 13:26:13 +0800", datetime(2023, 9, 11, 5, 26, 13)),
        ("2023-09-11 13:26:13 -03:30", datetime(2023, 9, 11, 16, 56, 13)),
        ("2023-09-11T13:26:13.123456789+08", datetime(2023, 9, 11, 5, 26, 13, 123456)),
        ("2023-09-11 13:26 UTC", datetime(2023, 9, 11, 13, 26)),
        ("2023-9-1", datetime(2023, 9, 1)),
        ("2023/09/11 1:02:03", datetime(2023, 9, 11, 1, 2, 3)),
        ("2023.09.11", datetime(2023, 9, 11)),
        ("2023年9月11日 13:26", datetime(2023, 9, 11, 13, 26)),
        ("  2023-09-11\t08:00:00,5 GMT ", datetime(2023, 9, 11, 8, 0, 0, 500000)),
        ("2023-12-31 24:00:00", datetime(2024, 1, 1)),
        ("2016-12-31T23:59:60Z", datetime(2017, 1, 1)),
        ("0001-01-01", datetime(1, 1, 1)),
        ("0001-01-01T14:00:00+14:00", datetime(1, 1, 1)),
        ("9999-12-31T23:59:59Z", datetime(9999, 12, 31, 23, 59, 59)),
        ("9999-12-31T11:59:59-12:00", datetime(9999, 12, 31, 23, 59, 59)),
        ("2023-09-11T00:00:00+23:59", datetime(2023, 9, 10, 0, 1)),
        ("Mon, 11 Sep 2023 13:26:13 +0800", datetime(2023, 9, 11, 5, 26, 13)),
        ("11 Sep 2023 13:26 -0000", datetime(2023, 9, 11, 13, 26)),
        ("11 Sep 2023 13:26:13 GMT", datetime(2023, 9, 11, 13, 26, 13)),
        ("11 Sep 2023 13:26:13 PDT", datetime(2023, 9, 11, 20, 26, 13)),
        ("2021-03-04 10:00:00 EST", datetime(2021, 3, 4, 15)),
        ("2021-03-04 10:00:00 CST", datetime(2021, 3, 4, 16)),
        ("2021-07-04 10:00:00 pdt", datetime(2021, 7, 4, 17)),
        ("2021-03-04 10:00:00 UT", datetime(2021, 3, 4, 10)),
        ("2021-03-04 10:00:00 Asia/Taipei", datetime(2021, 3, 4, 2)),
        ("2021-07-04T10:00 America/Argentina/Buenos_Aires", datetime(2021, 7, 4, 13)),
        ("2021-07-04 10:00 Etc/GMT+5", datetime(2021, 7, 4, 15)),
        ("2021-07-04 10:00 America/New_York", datetime(2021, 7, 4, 14)),
    ],
)
def test_a_date_is_read_as_a_moment(written, moment):
    assert parse_date(written, "UTC") == moment.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2023-09-11", datetime(2023, 9, 10, 16)),
        ("2023-09-11 13:26:13", datetime(2023, 9, 11, 5, 26, 13)),
        ("2023-09-11 13:26:13 Z", datetime(2023, 9, 11, 13, 26, 13)),
        ("2023-09-11 13:26:13 EST", datetime(2023, 9, 11, 18, 26, 13)),
        # There the abbreviation means China's time.
        ("2023-09-11 13:26:13 CST", datetime(2023, 9, 11, 5, 26, 13)),
    ],
)
def test_a_date_without_a_zone_is_read_in_the_archives(written, moment):
    assert parse_date(written, "Asia/Taipei") == moment.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "is not a date"),
        ("yesterday", "is not a date"),
        ("11.09.2023", "is not a date"),
        ("2023-09", "is not a date"),
        ("2023-09-11T", "is not a date"),
        ("2023-09-11 10:00 PM", "is not a date"),
        ("2023-09-11 13:26:13 HKT", "there is no time zone HKT"),
        ("2023-09-11 13:26:13 Asia", "there is no time zone Asia"),
        ("2023-09-11 13:26:13 Asia/Nowhere", "there is no time zone Asia/Nowhere"),
        ("2023-09-11 13:26:13 " + "x" * 5000, "there is no time zone xxx"),
        ("20230911", "is not a date"),
        ("99999-01-01", "is not a date"),
        ("2023-02-30", "is no date that exists"),
        ("2023-13-01", "is no date that exists"),
        ("0000-01-01", "is no date that exists"),
        ("2023-09-11 25:00:00", "is no date that exists"),
        ("2023-09-11 12:00:00 +24:00", "a time zone is less than 24 hours away"),
        ("2023-09-11 12:00:00 -9959", "a time zone is less than 24 hours away"),
        ("2023-09-11 12:00:00 +08:60", "is no date that exists"),
        ("2023-09-11 12:00:00 +99:99", "is no date that exists"),
        ("0001-01-01T00:00:00+00:01", "is no date that exists"),
        ("9999-12-31T24:00:00Z", "is no date that exists"),
        ("9999-12-31T23:59:60Z", "is no date that exists"),
        ("30 Feb 2023 12:00:00 GMT", "is no date that exists"),
        ("01 Jan 0001 00:00:00 +0800", "is not a date"),
        ("11 Sep 2023 12:00:00 +2400", "is not a date"),
        ("11 Sep 2023 12:00:00 -0060", "is not a date"),
        ("11 Xyz 2023 00:00:00 +0800", "is no date that exists"),
    ],
)
def test_what_is_no_date_is_refused_with_the_reason(written, reason):
    with pytest.raises(ValueError, match=reason):
        parse_date(written, "UTC")


@given(st.datetimes(timezones=st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))))
def test_every_moment_of_the_calendar_is_read_back(moment):
    try:
        expected = moment.astimezone(UTC)
    except OverflowError:
        with pytest.raises(ValueError, match="is no date that exists"):
            parse_date(moment.isoformat(), "UTC")
    else:
        assert parse_date(moment.isoformat(), "UTC") == expected
        assert parse_date(moment.isoformat(sep=" "), "America/New_York") == expected


@given(st.text(max_size=40) | st.from_regex(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d ?[+-]\d\d:?\d\d", fullmatch=True))
def test_any_text_is_a_moment_or_a_value_error(written):
    try:
        moment = parse_date(written, "Asia/Shanghai")
    except ValueError:
        return
    assert moment.utcoffset() == timedelta()


@pytest.mark.parametrize(
    ("name", "day", "rest"),
    [
        ("2023-09-11-俄朝确认.md", date(2023, 9, 11), "俄朝确认"),
        ("2023-9-1-a.b.html", date(2023, 9, 1), "a.b"),
        ("2023-09-11-", None, "2023-09-11-"),
        ("2023-09-11.md", None, "2023-09-11"),
        ("2023-02-30-x.md", None, "2023-02-30-x"),
        ("0000-01-01-x.md", None, "0000-01-01-x"),
        ("notes.md", None, "notes"),
        ("notes", None, "notes"),
        (".md", None, ".md"),
        ("2023-09-11-two\nlines.md", date(2023, 9, 11), "two\nlines"),
    ],
)
def test_a_file_name_is_split_into_its_day_and_the_rest(name, day, rest):
    assert split_name(name) == (day, rest)
