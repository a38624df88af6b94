"""What is found is what a plain look at every text finds: no post more, no post less."""

import json
import random
import re
import tarfile
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.importing.editing import save_edit, set_hidden
from articles.importing.merging import merge_names
from articles.importing.undo import undo_import
from articles.models import ImportRun, Post, SearchRow, Tag
from articles.querysets import Place
from articles.search.counting import count_hits
from articles.search.facets import facets_of
from articles.search.finding import Sort, find
from articles.search.fold import fold
from articles.search.packing import pack
from articles.search.query import Term, named, narrowed, parse_query
from articles.search.ranking import rank
from articles.search.terms import UNSPACED, mark, search_text
from articles.search.time_limit import TimeLimit

from .files import run_import, write_post

pytestmark = pytest.mark.django_db(transaction=True)


def enough():
    """Time for any machine: these tests are about what is found, not how fast."""
    return TimeLimit(60)


def parse(text):
    return parse_query(text, max_length=500, max_terms=20)


def found(text, limit=10_000, **options):
    return [place.id for place in find(parse(text), limit, enough(), **options).places]


def titles(text, **options):
    names = dict(Post.objects.values_list("pk", "title"))
    return [names[pk] for pk in found(text, **options)]


@pytest.fixture
def archive(tmp_path):
    texts = {
        "俄罗斯": "<p>金正恩將訪問俄羅斯，普京說。</p>",
        "5G基站": "<p>新的５Ｇ基站和 iPhone 15 Pro；C++ 与 C#，涨了50%😀。</p>",
        "News": "<p>The newspaper printed good news about iPhone 155, covid-19 and a café.</p>",
        "標題裡的鐵路": "<p>北京、上海。北京上海</p>",
        "长文": f"<p>{'填充的文字。' * 30_000}末尾的龘字</p>",
    }
    for number, (title, body) in enumerate(texts.items()):
        day = f"20{18 + number}-03-1{number}"
        write_post(
            tmp_path,
            f"{day}-{number}.md",
            title=title,
            date=f"{day}T10:00:00Z",
            source=f"https://{'m.' if number else ''}site{number % 2}.example.com/{number}",
            author="Jane Doe" if number % 2 else "大紀元",
            tags=f"[ 標籤{number}, 共同 ]",
            categories="[ 随笔 ]",
            body=body,
        )
    run_import(tmp_path)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("俄羅斯", ["俄罗斯"]),
        ("俄罗斯", ["俄罗斯"]),
        ("金正恩 普京", ["俄罗斯"]),
        ("普", ["俄罗斯"]),
        ("恩将", ["俄罗斯"]),
        ('"俄罗斯 普京"', ["俄罗斯"]),
        ('"俄罗斯，普京"', ["俄罗斯"]),
        ("俄罗斯普京", []),
        ("5G基站", ["5G基站"]),
        ("G基站", []),
        ("iPhone 15", ["5G基站"]),
        ("IPHONE", ["News", "5G基站"]),
        ("C++", ["5G基站"]),
        ("C#", ["5G基站"]),
        ("50%", ["5G基站"]),
        ("😀", ["5G基站"]),
        ("news", ["News"]),
        ("new", []),
        ("paper", []),
        ("café", ["News"]),
        ("cafe", []),
        ("covid-19", ["News"]),
        ("19-covid", []),
        ("北京上海", ["標題裡的鐵路"]),
        ("铁路", ["標題裡的鐵路"]),
        ("title:铁路", ["標題裡的鐵路"]),
        ("title:北京", []),
        ("title:news", ["News"]),
        ("龘", ["长文"]),
        ("末尾的龘字", ["长文"]),
        ("标签3", ["標題裡的鐵路"]),
        ("tag:标签3", ["標題裡的鐵路"]),
        ("tag:标签", []),
        ("tag:共同 -tag:标签3 -tag:標籤4", ["News", "5G基站", "俄罗斯"]),
        ("category:随笔 author:大纪元 普京", ["俄罗斯"]),
        ("author:JANE-DOE", ["標題裡的鐵路", "5G基站"]),
        ("site:site1.example.com", ["標題裡的鐵路", "5G基站"]),
        ("site:example.com -news", ["长文", "標題裡的鐵路", "5G基站", "俄罗斯"]),
        ("site:0.example.com", []),
        ("site:ample.com", []),
        ("普京 OR 龘", ["长文", "俄罗斯"]),
        ("普京 OR 末尾的龘字 OR 没有这个词", ["长文", "俄罗斯"]),
        ("普京 OR 龘 -恩将", ["长文"]),
        ("普京 OR 龘 OR tag:标签3", ["长文", "標題裡的鐵路", "俄罗斯"]),
        ("普京 OR tag:没有", ["俄罗斯"]),
        ("-文字 -news -基站", ["標題裡的鐵路", "俄罗斯"]),
        ("after:2019-03 before:2021", ["News", "5G基站"]),
        ("after:2022-03-14", ["长文"]),
        ("after:2022-03-15", []),
        ("before:2018-03-11", ["俄罗斯"]),
        ("after:2020 before:2019", []),
        ("Doe news", []),
        ("没有的词", []),
    ],
)
def test_what_is_found_newest_first(archive, query, expected):
    assert titles(query) == expected
    assert titles(query, sort=Sort.OLDEST) == expected[::-1]
    assert sorted(place.id for place in rank(parse(query), enough()).places) == sorted(found(query))
    assert count_hits(parse(query), 1000, enough()).total == len(expected)


def test_a_title_outranks_a_newer_text(archive, tmp_path):
    write_post(tmp_path, "2024-01-01-newer.md", title="别的", source="https://example.org/n", body="<p>俄罗斯</p>")
    run_import(tmp_path)
    ranked = [place.id for place in rank(parse("俄罗斯"), enough()).places]
    assert [Post.objects.get(pk=pk).title for pk in ranked] == ["俄罗斯", "别的"]


def test_pages_join_without_gap_or_overlap(archive):
    everything = found("tag:共同")
    pages, place = [], None
    while page := find(parse("tag:共同"), 2, enough(), beyond=place).places:
        pages += [each.id for each in page]
        place = page[-1]
    assert pages == everything
    back = find(parse("tag:共同"), 10, enough(), Sort.OLDEST, beyond=place).places
    assert [each.id for each in back] == everything[-2::-1]


def test_hits_are_counted_by_year_and_to_the_bound(archive):
    counted = count_hits(parse("tag:共同"), 10, enough())
    assert counted.years == {2018: 1, 2019: 1, 2020: 1, 2021: 1, 2022: 1}
    assert (counted.total, counted.complete) == (5, True)
    bounded = count_hits(parse("tag:共同"), 4, enough())
    assert (bounded.total, bounded.complete) == (4, False)
    assert count_hits(parse("tag:共同"), 5, enough()).complete


def test_an_edited_post_is_found_at_once_and_not_by_what_it_was(archive):
    post = Post.objects.get(title="俄罗斯")
    save_edit(post, {"title": "蓝鲸", "tags": ["海洋"]})
    assert titles("蓝鲸") == titles("tag:海洋") == titles("普京") == ["蓝鲸"]
    assert titles("tag:标签0") == titles("title:俄罗斯") == []


def test_a_hidden_post_is_not_found_until_it_is_shown_again(archive):
    posts = Post.objects.filter(title="俄罗斯")
    set_hidden(posts, True)
    assert found("普京") == []
    set_hidden(posts, False)
    assert titles("普京") == ["俄罗斯"]


def test_an_import_taken_back_leaves_nothing_to_be_found(archive):
    undo_import(ImportRun.objects.get())
    assert SearchRow.objects.count() == 0


def test_a_site_is_not_found_by_the_end_of_another_host(tmp_path):
    for number, host in enumerate(["example.com", "my-example.com", "my.example.com", "example.com.cn"]):
        write_post(tmp_path, f"2023-09-1{number}-{number}.md", title=host, source=f"https://{host}/1")
    run_import(tmp_path)
    assert titles("site:example.com") == ["my.example.com", "example.com"]
    assert titles("site:my-example.com") == ["my-example.com"]


_SPELLINGS = ["臺灣", "台灣", "台湾", "ＴＡＧ-a", "tag a", "台", "*"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.lists(st.sampled_from(_SPELLINGS), max_size=4, unique=True),
            st.lists(st.sampled_from(_SPELLINGS), max_size=3, unique=True),
            st.sampled_from(["石炳鋒", "石炳锋", "Jane Doe", "JANE-DOE"]),
            st.sampled_from(["b.c", "a.b.c", "x.a.b.c", "a-b.c", "c.d"]),
            st.booleans(),
        ),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from(["", " -别的", " tag:台湾", " before:2023-09-06", " site:b.c"]),
    st.sampled_from([3, 1000]),
)
def test_a_name_is_counted_as_often_as_the_search_for_it_finds(tmp_path_factory, posts, more, bound):
    folder = tmp_path_factory.mktemp("posts")
    for run in ImportRun.objects.exclude(status=ImportRun.Status.UNDONE).order_by("-pk"):
        undo_import(run)
    for number, (tags, categories, author, host, is_other) in enumerate(posts):
        write_post(
            folder,
            f"2023-{number % 3 + 7:02}-{number + 1:02}-{number}.md",
            title=f"第{number}篇",
            date=f"2023-{number % 3 + 7:02}-{number + 1:02}",
            source=f"https://{host}/{number}",
            author=author,
            tags=json.dumps(tags),
            categories=json.dumps(categories),
            body=f"<p>国家{'别的' if is_other else ''}</p>",
        )
    run_import(folder)
    query = parse(f"国家{more}")
    counted = count_hits(query, bound, enough())
    for facet in facets_of(query, counted, enough()):
        assert len({named(facet.kind, each.name) for each in facet.names}) == len(facet.names)
        for each in facet.names:
            narrower = parse(f"{narrowed(query, facet.kind, each.name)} after:{counted.since}")
            assert each.count == len(find(narrower, 1000, enough()).places), (facet.kind, each)


def test_a_name_that_was_merged_into_another_counts_as_that_one(tmp_path):
    for number, tags in enumerate(["[ 台灣 ]", "[ 台湾 ]", "[ 台北 ]", "[ 台北, 台湾 ]"]):
        write_post(tmp_path, f"2023-09-1{number}-{number}.md", source=f"https://example.com/{number}", tags=tags)
    run_import(tmp_path)
    merge_names([Tag.objects.get(name="台灣")], Tag.objects.get(name="台北"))
    query = parse("夜车")
    tags = facets_of(query, count_hits(query, 10, enough()), enough())[0]
    assert [tuple(each) for each in tags.names] == [("台湾", 4), ("台北", 3)]
    assert len(found("tag:台湾")) == 4


def make_rows(texts):
    """Search rows of posts on different days, without files."""
    days = [date(2000 + number % 25, number % 12 + 1, number % 28 + 1) for number in range(len(texts))]
    posts = [
        Post(
            pk=number + 1,
            identity=f"00000000-0000-0000-0000-{number:012}",
            title=title.strip() or "-",
            published_at=datetime(day.year, day.month, day.day, tzinfo=UTC),
            day=day,
            slug=str(number),
            claimed_slug=str(number),
        )
        for number, ((title, _), day) in enumerate(zip(texts, days, strict=True))
    ]
    Post.objects.bulk_create(posts)
    SearchRow.objects.bulk_create(
        SearchRow(post=post, day=post.day, published_at=post.published_at, names=[], text=search_text(title, "", [], text))
        for post, (title, text) in zip(posts, texts, strict=True)
    )
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM articles_archiveday")
        cursor.execute("INSERT INTO articles_archiveday SELECT day, count(*) FROM articles_post GROUP BY day")


def plainly_found(query):
    """The same by looking at every text."""
    rows = SearchRow.objects.order_by("-day", "-published_at", "-post_id").values_list("pk", "day", "text")
    return [pk for pk, day, text in rows if is_hit(query, day, text)]


def is_hit(query, day, text):
    def has(term):
        return pack(term.marked) in (text.split("\n")[0] if term.in_title else text)

    return (
        all(any(map(has, group)) for group in query.groups)
        and not any(map(has, query.without))
        and (query.after or day) <= day
        and (not query.before or day < query.before)
    )


WORDS = st.text(st.sampled_from("国家金正恩カ𠮷é#😀 ，a1B\n臺灣台湾"), max_size=12)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=30),
    st.lists(WORDS | st.sampled_from(["OR", "-国", "title:国家"]), max_size=4),
)
def test_any_query_finds_in_any_texts_what_a_plain_look_finds(texts, words):
    Post.objects.all().delete()
    make_rows(texts)
    query = parse(" ".join(words))
    if not query.is_empty:
        assert [place.id for place in find(query, 1000, enough()).places] == plainly_found(query)
        assert count_hits(query, 1000, enough()).total == len(plainly_found(query))


def real_texts(corpus, number):
    """Texts of real posts, roughly: what matters here is that people wrote them."""
    with tarfile.open(corpus / "teahouse.tar.gz") as tar:
        members = [member for member in tar if member.name.endswith(".md")][:number]
        contents = [tar.extractfile(member).read().decode("utf-8", "replace") for member in members]
    return [(content.partition("title:")[2].partition("\n")[0], content[:20_000]) for content in contents]


def cut(random, text):
    length = random.choice([1, 2, 2, 3, 4, 6, 12])
    start = random.randrange(max(len(text) - length, 1))
    return text[start : start + length]


OTHER_SCRIPT = {
    "国": "國",
    "国家": "國家",
    "发": "發",
    "习": "習",
    "东": "東",
    "这": "這",
    "为": "為",
    "台": "臺",
    "说": "說",
    "时": "時",
}


@pytest.mark.slow
def test_queries_cut_from_real_posts_find_what_a_plain_look_finds(corpus):
    texts = real_texts(corpus, 400)
    make_rows(texts)
    draw = random.Random(7)
    for number in range(400):
        pieces = [cut(draw, draw.choice(texts)[1]) for _ in range(draw.choice([1, 1, 1, 2, 3]))]
        if number % 3 == 0:
            pieces = [f'"{piece}"' for piece in pieces]
        typed = " ".join(pieces)
        for one, other in OTHER_SCRIPT.items():
            typed = typed.replace(one, other) if number % 2 else typed
        query = parse(typed)
        if not query.is_empty:
            assert [place.id for place in find(query, 1000, enough()).places] == plainly_found(query), typed


@pytest.mark.slow
def test_the_longest_real_post_is_found_by_its_last_characters(corpus, tmp_path):
    with tarfile.open(corpus / "oped2.tar.gz") as tar:
        longest = max((member for member in tar if member.name.endswith(".md")), key=lambda member: member.size)
        (tmp_path / longest.name.rpartition("/")[2]).write_bytes(tar.extractfile(longest).read())
    run_import(tmp_path)
    (post,) = Post.objects.all()
    last = re.findall("[\u4e00-\u9fff]{2,}", post.text)[-1]
    assert found(last) == found(last[-2:]) == [post.pk]


@pytest.mark.parametrize("text", ["国", "国家", "abc", "x国y", "é", "한국"])
def test_a_whole_word_is_what_stands_between_other_characters(text):
    """The bars say the same as a look at the neighbours of a match does."""
    line = fold(f"{text} {text}s a{text} {text}国 国{text}，{text}")
    marked, piece = mark(line), mark(fold(text))
    word = rf"[^ #{UNSPACED}]"
    left = rf"(?<!{word})" if re.match(word, fold(text)) else ""
    right = rf"(?!{word})" if re.search(word + r"\Z", fold(text)) else ""
    assert marked.count(piece) == len(re.findall(left + re.escape(fold(text)) + right, line))


def test_a_place_beyond_the_last_finds_nothing(archive):
    assert find(parse("tag:共同"), 10, enough(), beyond=Place(date(1, 1, 1), datetime(1, 1, 1, tzinfo=UTC), 0)).places == []


def test_terms_in_titles_only_are_terms_of_the_text_too(archive):
    assert parse("title:铁路").terms == [Term("铁路", in_title=True)]
