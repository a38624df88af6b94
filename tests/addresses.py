"""An address of every kind of page, taken from the archive that a test has imported."""

from urllib.parse import quote

from articles.kinds import KINDS
from articles.models import Post


def addresses() -> dict[str, str]:
    post = Post.objects.exclude(text="").exclude(author=None).newest_first().first()
    day, address = post.day, post.get_absolute_url()
    changed = Post.objects.changed().first()
    states = [state.sha256.hex() for state in changed.revisions.order_by("id")]
    return {
        "latest": "/",
        "post": address,
        "post with a picture": Post.objects.filter(body_html__contains="<img").newest_first().first().get_absolute_url(),
        "video": Post.objects.exclude(video="").newest_first().first().get_absolute_url(),
        "history": f"{changed.get_absolute_url()}history/",
        "comparison": f"{changed.get_absolute_url()}history/compare/?from={states[0]}&to={states[1]}",
        "capture": f"/captures/{states[0]}/",
        "changes": "/changes/",
        "on this day": f"/on-this-day/{day:%m-%d}/",
        "archive": "/archive/",
        "year": f"/{day.year:04}/",
        "month": f"/{day.year:04}/{day.month:02}/",
        "day": f"/{day}/",
        **{kind.path: f"/{kind.path}/" for kind in KINDS.values()},
        **{kind.key: kind.model.objects.in_use().most_used().first().get_absolute_url() for kind in KINDS.values()},
        "search form": "/search/",
        "search": f"/search/?q={quote('中国')}",
        "search without hits": "/search/?q=zzzzqqqq",
        "offline": "/offline/",
        "missing": "/nowhere/",
    }
