"""Ways into the archive: days, names and what stands beside them, on this day, a random post."""

import re
from collections import Counter
from datetime import date

import pytest
from django.utils import timezone

from articles.importing.editing import save_edit, set_hidden
from articles.importing.undo import undo_import
from articles.models import ArchiveDay, Author, ImportRun, NameYear, Post, Tag
from articles.views.calendars import Shades, month_weeks

from .files import run_import, write_post
from .state import archive_state

pytestmark = pytest.mark.django_db(transaction=True)


def write_posts(folder, days, **fields):
    for number, day in enumerate(days):
        write_post(
            folder,
            f"{day}-post-{number}.md",
            **{
                "title": f"{day} 第{number}篇",
                "date": f"{day}T08:00:00Z",
                "source": f"https://one.example/{day}/{number}",
                **fields,
            },
        )


@pytest.fixture
def archive(tmp_path):
    write_posts(tmp_path / "a", ["2019-05-01", "2019-05-01", "2021-05-01", "2021-07-09"], tags="[ 铁路, 旅行 ]")
    write_posts(tmp_path / "b", ["2021-12-31", "2023-02-28"], tags="[ 铁路 ]", author="陈小满")
    run_import(tmp_path)


def years_of(kind, name):
    rows = NameYear.objects.filter(kind=kind, name_id=name.pk).order_by("year")
    return list(rows.values_list("year", "post_count"))


# The heat map and calendars


def test_every_day_with_posts_is_a_linked_cell_of_the_heat_map(archive, client, django_assert_num_queries):
    with django_assert_num_queries(1):
        page = client.get("/archive/").content.decode()
    for day, number in ArchiveDay.objects.values_list("day", "post_count"):
        assert f'<a href="/{day}/" tabindex="-1"><title>{day}: {number}</title>' in page
    assert page.count("<rect") == 5


def test_the_months_say_in_words_what_the_heat_map_shows(archive, client):
    page = client.get("/archive/").content.decode()
    assert re.findall(r'<a href="/(\d{4}/\d\d)/">\w+</a> <span>(\d+)</span>', page) == [
        *(("2023/02", "1"), ("2021/05", "1"), ("2021/07", "1"), ("2021/12", "1"), ("2019/05", "2")),
    ]


def test_the_heat_map_of_a_long_archive_is_paged_by_whole_years(archive, client, monkeypatch):
    monkeypatch.setattr("articles.views.lists._DAYS_A_PAGE", 3)
    first = client.get("/archive/").context
    assert [year.year for year in first["years"]] == [2023]
    second = client.get("/archive/", {"before": first["older"]}).context
    assert [(year.year, year.total) for year in second["years"]] == [(2021, 3)]
    third = client.get("/archive/", {"before": second["older"]}).context
    assert [(year.year, year.total) for year in third["years"]] == [(2019, 2)]
    assert not third["older"]


@pytest.mark.parametrize("before", ["x", "0", "1", "99999", "-1", "\x00", "9" * 99])
def test_a_page_of_the_archive_that_is_none_is_not_found(archive, client, before):
    assert client.get("/archive/", {"before": before}).status_code == 404


SHADED = [
    ([], []),
    ([3], [(4, 1, 3)]),
    ([1, 1, 1, 1], [(4, 1, 1)]),
    ([1, 1, 5], [(3, 1, 1), (4, 2, 5)]),
    (range(1, 101), [(1, 1, 25), (2, 26, 50), (3, 51, 75), (4, 76, 100)]),
]


@pytest.mark.parametrize(("post_counts", "legend"), SHADED)
def test_shades_part_days_into_quarters(post_counts, legend):
    shades = Shades(post_counts)
    assert shades.legend == legend
    assert all(shades.of(number) == shade for shade, low, high in legend for number in (low, high))
    assert shades.of(0) == 0


@pytest.mark.parametrize(("year", "month"), [(1, 1), (9999, 12), (2024, 2)])
def test_a_calendar_holds_every_day_of_its_month_once(year, month):
    cells = [cell for week in month_weeks(year, month, {}, Shades([])) for cell in week]
    assert len(cells) % 7 == 0
    days = [cell.day for cell in cells if cell]
    assert days == sorted(set(days))
    assert {day.month for day in days} == {month}
    assert all(cell is None or number % 7 == cell.day.weekday() for number, cell in enumerate(cells))


# Names


def test_a_name_tells_its_first_and_last_day_its_years_and_its_partners(archive, client, django_assert_num_queries):
    client.get("/tags/铁路/")
    with django_assert_num_queries(4):
        response = client.get("/tags/铁路/")
    page = response.content.decode()
    for part in ('<a href="/2019-05-01/">', '<a href="/2023-02-28/">', "2019: 2 posts", "2021: 3 posts", "2023: 1 post"):
        assert part in page
    partners = {kind.key: [tuple(partner) for partner in names] for kind, names in response.context["partners"]}
    assert partners == {
        "tag": [("旅行", "旅行", 4)],
        "category": [("随笔", "随笔", 6)],
        "author": [("林一舟", "林一舟", 4), ("陈小满", "陈小满", 2)],
        "site": [("one.example", "one.example", 6)],
    }


def test_a_year_of_a_name_s_chart_leads_to_its_posts_of_that_year(archive, client):
    page = client.get("/tags/铁路/").content.decode()
    address = re.search(r'href="(\?older_than=[^"]*)" aria-label="2021', page)[1]
    posts = client.get(f"/tags/铁路/{address}").context["page"].posts
    assert [post.day.year for post in posts] == [2021, 2021, 2021, 2019, 2019]


def test_further_pages_of_a_name_ask_for_its_posts_only(archive, client, settings, django_assert_num_queries):
    settings.ARCHIVE_PAGE_SIZE = 2
    older = client.get("/tags/铁路/").context["page"].older_than
    client.get("/tags/铁路/", {"older_than": older})
    with django_assert_num_queries(2):
        client.get("/tags/铁路/", {"older_than": older})


def test_partners_are_counted_among_the_newest_posts_and_it_is_said(archive, client, monkeypatch):
    page = client.get("/tags/铁路/").content.decode()
    assert "Counted among" not in page
    monkeypatch.setattr("articles.views.names.NEWEST", 5)
    assert "Counted among the newest 5 posts." in client.get("/tags/铁路/").content.decode()


def test_years_of_names_are_kept_when_posts_are_edited_hidden_and_undone(archive, tmp_path):
    before = archive_state("arrived_at")
    tag = Tag.objects.get(name="铁路")
    assert years_of("tag", tag) == [(2019, 2), (2021, 3), (2023, 1)]
    write_posts(tmp_path / "c", ["2025-01-01", "2021-01-01"], tags="[ 铁路 ]")
    run_import(tmp_path / "c")
    assert years_of("tag", tag) == [(2019, 2), (2021, 4), (2023, 1), (2025, 1)]
    of_2025 = Post.objects.filter(day="2025-01-01")
    set_hidden(of_2025, hidden=True)
    assert years_of("tag", tag) == [(2019, 2), (2021, 4), (2023, 1)]
    set_hidden(of_2025, hidden=False)
    undo_import(ImportRun.objects.latest("pk"))
    assert archive_state("arrived_at") == before
    save_edit(Post.objects.get(day="2023-02-28"), {"tags": ["旅行"], "author": "林一舟"})
    assert years_of("tag", tag) == [(2019, 2), (2021, 3)]
    assert years_of("author", Author.objects.get(name="林一舟")) == [(2019, 2), (2021, 2), (2023, 1)]


# On this day


def test_on_this_day_shows_the_day_in_every_year(archive, client, django_assert_num_queries):
    with django_assert_num_queries(2):
        response = client.get("/on-this-day/05-01/")
    assert [(day, total, len(posts)) for day, total, posts in response.context["years"]] == [
        (date(2021, 5, 1), 1, 1),
        (date(2019, 5, 1), 2, 2),
    ]
    page = response.content.decode()
    assert 'href="/on-this-day/04-30/"' in page
    assert 'href="/on-this-day/05-02/"' in page


def test_a_busy_day_shows_its_newest_posts_and_leads_to_the_others(tmp_path, client):
    write_posts(tmp_path, ["2020-02-29"] * 7)
    run_import(tmp_path)
    response = client.get("/on-this-day/02-29/")
    assert [len(posts) for _, _, posts in response.context["years"]] == [5]
    assert "All 7 posts of this day" in response.content.decode()


def test_on_this_day_is_today_where_the_archive_is(tmp_path, client, settings):
    settings.TIME_ZONE = "Pacific/Kiritimati"
    timezone.get_default_timezone.cache_clear()
    try:
        assert client.get("/on-this-day/").context["day"] == timezone.localdate().replace(year=2000)
    finally:
        timezone.get_default_timezone.cache_clear()


@pytest.mark.parametrize("day", ["02-30", "13-01", "00-00", "5-1", "ab-cd"])
def test_a_day_that_no_year_has_is_not_found(client, day):
    assert client.get(f"/on-this-day/{day}/").status_code == 404


def test_a_day_without_posts_says_so(archive, client):
    assert "No post was published on this day" in client.get("/on-this-day/01-02/").content.decode()


# A random post


def test_a_random_post_is_any_published_one_and_is_not_kept(archive, client, django_assert_num_queries):
    set_hidden(Post.objects.filter(day="2023-02-28"), hidden=True)
    with django_assert_num_queries(2):
        response = client.get("/random/")
    assert response.status_code == 302
    assert "no-store" in response["Cache-Control"]
    shown = {post.get_absolute_url() for post in Post.objects.published()}
    assert {client.get("/random/")["Location"] for _ in range(100)} == shown


def test_gaps_between_ids_favour_no_post(archive, client, monkeypatch):
    """Of ids 1 and 900,000 each is drawn as often: the one behind the gap isn't taken for every id in it."""
    first, *_, last = Post.objects.order_by("pk")
    Post.objects.exclude(pk__in=[first.pk, last.pk]).update(hidden=True)
    draws = iter([last.pk - 1, first.pk, last.pk] * 20)
    monkeypatch.setattr("articles.views.discoveries.randrange", lambda start, end: next(draws))
    assert client.get("/random/")["Location"] == first.get_absolute_url()


def test_of_an_archive_that_shows_next_to_nothing_a_post_is_found_all_the_same(archive, client, monkeypatch):
    monkeypatch.setattr("articles.views.discoveries.randrange", lambda start, end: end - 1)
    last = Post.objects.order_by("pk").last()
    Post.objects.filter(pk=last.pk).update(hidden=True)
    assert client.get("/random/").status_code == 302


def test_an_empty_archive_has_no_random_post(client):
    assert client.get("/random/").status_code == 404


def test_the_random_post_is_drawn_evenly(archive, client):
    drawn = Counter(client.get("/random/")["Location"] for _ in range(300))
    # Fifty each: by chance, fewer than 20 come about once in a million runs.
    assert len(drawn) == 6
    assert min(drawn.values()) >= 20


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_days_and_names_fit_their_window(archive, page, width):
    page.set_viewport_size({"width": width, "height": 800})
    for address in ("/archive/", "/2021/", "/2021/05/", "/tags/铁路/", "/on-this-day/05-01/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("day", "nearest"), [("06-01", "05-01"), ("01-02", "12-31"), ("12-30", "12-31"), ("02-29", "02-28")])
def test_a_day_without_posts_leads_to_the_nearest_that_has_some(archive, client, day, nearest):
    page = client.get(f"/on-this-day/{day}/").content.decode()
    assert f'Nearest day with posts: <a href="/on-this-day/{nearest}/">' in page
