"""rebuild_posts: derive everything again, after a rule changed."""

import signal
import sys

from ...importing.pipeline import only_writer
from ...importing.rebuild import rebuild_posts
from ...models import Post
from ..base import ArchiveCommand, counted, interrupt, number_from
from ..progress import Progress


class Command(ArchiveCommand):
    help = (
        "Derive HTML, text, tags, addresses and search terms of every post again from the files that are kept. "
        "The site can be read meanwhile. If it is interrupted, --after goes on from where it was."
    )

    def add_arguments(self, parser):
        parser.add_argument("--after", type=number_from(0), default=0, metavar="ID", help="begin behind the post with this id")

    def handle(self, *, after, **options):
        signal.signal(signal.SIGTERM, interrupt)
        posts = Post.objects.filter(pk__gt=after)
        with (
            only_writer(lambda: self.stderr.write("An import is running; waiting for it to end.")),
            Progress("posts", posts.count()) as progress,
        ):
            last, done = after, 0
            try:
                for last, number in rebuild_posts(lambda problem: progress.write(self.stderr, problem), after):
                    done += number
                    progress.add(number, f"; --after {last} goes on from here")
            except KeyboardInterrupt:
                self.stderr.write(f"Interrupted. To go on: rebuild_posts --after {last}")
                sys.exit(130)
        self.stdout.write(f"{counted(done, 'posts')} derived again.")
