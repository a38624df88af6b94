"""Ways on from a post: within its category, and to related posts."""

import re

import pytest
from django.core.cache import caches

from articles.importing.editing import save_edit, set_hidden
from articles.models import Post
from articles.search import related
from articles.search.related import related_to

from .files import run_import, write_post

pytestmark = pytest.mark.django_db(transaction=True)

# Titles that share no two terms side by side with others.
OTHERS = ["夜车开往兰州", "一碗面的地图", "老石桥通行记", "云是怎样分类的", "冬至的一锅汤", "图书馆的长椅", "What a comet is for"]


@pytest.fixture(autouse=True)
def forget_what_is_related(monkeypatch):
    monkeypatch.setattr(related, "_SECONDS", 60)  # However busy the machine is.
    # However many ids the tests before used up.
    monkeypatch.setattr(related, "_SAMPLE", 10**6)
    caches["related"].clear()
    related._sampled.cache_clear()


def write_posts(folder, titles, **fields):
    for number, title in enumerate(titles):
        name = f"2023-09-{number + 1:02}-post-{number}.md"
        date = f"2023-09-{number + 1:02}T08:00:00Z"
        write_post(folder, name, **{"title": title, "date": date, "source": f"https://one.example/{title}", **fields})


def page_of(client, title):
    return client.get(Post.objects.get(title=title).get_absolute_url()).content.decode()


def links_of(page, nav):
    """The links of a nav in their order, and "·" for the post itself."""
    part = re.search(rf'<nav class="neighbours" aria-labelledby="{nav}">(.*?)</nav>', page, re.S)
    if not part:
        return None
    items = re.findall(r"<li(.*?)</li>", part[1], re.S)
    return ["·" if "aria-current" in item else re.search(r">([^<]+)</a>(.*)$", item, re.S).expand(r"\1\2") for item in items]


@pytest.fixture
def archive(tmp_path):
    write_posts(tmp_path, OTHERS)
    run_import(tmp_path)


_FIRST = ["一碗面的地图", "夜车开往兰州 <span>first</span>"]
AROUND = {
    0: ["What a comet is for <span>newest</span>", "老石桥通行记", "一碗面的地图", "·"],
    1: ["What a comet is for <span>newest</span>", "云是怎样分类的", "老石桥通行记", "·", "夜车开往兰州 <span>first</span>"],
    3: ["What a comet is for <span>newest</span>", "图书馆的长椅", "冬至的一锅汤", "·", "老石桥通行记", *_FIRST],
    5: ["What a comet is for <span>newest</span>", "·", "冬至的一锅汤", "云是怎样分类的", "夜车开往兰州 <span>first</span>"],
    6: ["·", "图书馆的长椅", "冬至的一锅汤", "夜车开往兰州 <span>first</span>"],
}


@pytest.mark.parametrize(("number", "links"), AROUND.items())
def test_two_after_two_before_the_first_and_the_newest_of_its_category_are_linked(archive, client, number, links):
    assert links_of(page_of(client, OTHERS[number]), "in-category") == links


def test_other_categories_are_passed_over(tmp_path, client):
    write_posts(tmp_path, OTHERS[::2])
    write_posts(tmp_path / "b", OTHERS[1::2], categories="[ 读书, 随笔 ]")
    run_import(tmp_path)
    assert links_of(page_of(client, OTHERS[1]), "in-category") == [
        *(f"{OTHERS[5]} <span>newest</span>", OTHERS[3], "·"),
    ]


def test_hidden_posts_are_no_way_on(archive, client):
    set_hidden(Post.objects.filter(title__in=[OTHERS[0], OTHERS[2], OTHERS[6]]), hidden=True)
    assert links_of(page_of(client, OTHERS[3]), "in-category") == [
        *(f"{OTHERS[5]} <span>newest</span>", OTHERS[4], "·", f"{OTHERS[1]} <span>first</span>"),
    ]


def test_a_post_alone_in_its_category_or_in_none_has_no_ways_there(tmp_path, client):
    write_posts(tmp_path, OTHERS[:1])
    write_posts(tmp_path / "b", OTHERS[1:2], categories="[]")
    run_import(tmp_path)
    for title in OTHERS[:2]:
        assert links_of(page_of(client, title), "in-category") is None


def related_titles(title, limit=5):
    post = Post.objects.get(title=title)
    titles = dict(Post.objects.values_list("pk", "title"))
    return [titles[pk] for pk in related_to(post.pk, post.title, limit)]


RELATED = [
    # Three characters, in the other script and width.
    ("崔永元回忆录", ["我与崔永元的恩怨"]),
    ("崔永元回憶錄", ["我与崔永元的恩怨"]),
    ("ＩＰＨＯＮＥ １５ 到货", ["An iPhone 15 in the well"]),
    ("village crawl: ice cream", ["Village Crawl – Electronics market"]),
    # Two characters may meet by chance, and so may a word.
    ("兰州的面", []),
    ("Comet wells", []),
]


@pytest.mark.parametrize(("title", "found"), RELATED)
def test_titles_that_share_rare_terms_side_by_side_are_related(tmp_path, title, found):
    write_posts(tmp_path, [*OTHERS, *found])
    write_posts(tmp_path / "b", [title])
    run_import(tmp_path)
    assert related_titles(title) == found


def test_the_closest_come_first(tmp_path):
    titles = ["昆明滇池的海鸥", "昆明滇池的海鸥又来了", "昆明滇池的水"]
    write_posts(tmp_path, [*OTHERS, *titles])
    run_import(tmp_path)
    assert related_titles(titles[0]) == titles[1:]
    assert related_titles(titles[0], limit=1) == titles[1:2]


def test_what_most_titles_say_relates_nothing(tmp_path):
    write_posts(tmp_path, [f"{title}【罗宾生活记】" for title in OTHERS])
    run_import(tmp_path)
    assert related_titles(f"{OTHERS[0]}【罗宾生活记】") == []


def test_rare_tags_relate_posts_whose_titles_have_nothing_in_common(tmp_path):
    write_posts(tmp_path, OTHERS[:4], tags="[ 铁路 ]")
    write_posts(tmp_path / "b", OTHERS[4:6], tags="[ 铁路, 茶马古道 ]")
    run_import(tmp_path)
    assert related_titles(OTHERS[4]) == [OTHERS[5]]


def test_a_tag_of_many_posts_relates_nothing(tmp_path):
    write_posts(tmp_path, OTHERS, tags="[ 铁路 ]")
    run_import(tmp_path)
    assert related_titles(OTHERS[0]) == []


def test_too_little_time_is_told_from_nothing_found(archive, monkeypatch):
    monkeypatch.setattr(related, "_SECONDS", 0)
    post = Post.objects.first()
    assert related_to(post.pk, post.title, 5) is None


def test_related_posts_are_asked_for_once_and_shown_with_one_query(tmp_path, client, django_assert_num_queries):
    write_posts(tmp_path, [*OTHERS, "崔永元回忆录", "我与崔永元的恩怨"])
    run_import(tmp_path)
    assert links_of(page_of(client, "崔永元回忆录"), "related") == ["我与崔永元的恩怨"]
    address = Post.objects.get(title="崔永元回忆录").get_absolute_url()
    with django_assert_num_queries(1):
        client.get(address)
    assert links_of(page_of(client, OTHERS[0]), "related") is None
    address = Post.objects.get(title=OTHERS[0]).get_absolute_url()
    with django_assert_num_queries(1):
        client.get(address)


def test_a_related_post_that_is_hidden_or_edited_is_so_at_once(tmp_path, client):
    write_posts(tmp_path, [*OTHERS, "崔永元回忆录", "我与崔永元的恩怨"])
    run_import(tmp_path)
    page_of(client, "崔永元回忆录")
    other = Post.objects.filter(title="我与崔永元的恩怨")
    set_hidden(other, hidden=True)
    assert links_of(page_of(client, "崔永元回忆录"), "related") is None
    set_hidden(other, hidden=False)
    save_edit(other.get(), {"title": "崔永元与我"})
    assert links_of(page_of(client, "崔永元回忆录"), "related") == ["崔永元与我"]
