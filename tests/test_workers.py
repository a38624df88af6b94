from concurrent.futures import Future
from multiprocessing import active_children

from articles.importing import workers
from articles.importing.options import import_options
from articles.importing.read import walk
from articles.importing.workers import Job, Workers

from .files import write_post


def test_files_of_a_worker_that_never_answers_are_given_to_another(tmp_path, monkeypatch):
    for number in range(3):
        write_post(tmp_path, f"2023-09-1{number}-post.md", title=f"Post {number}")
    options = import_options(workers=1)
    monkeypatch.setattr(workers, "_INLINE_FILES", 0)
    start, started = Workers._start, []

    def never_answer_at_first(self, chunk):
        started.append(chunk)
        if len(started) > 1:
            return start(self, chunk)
        # As long as it may take, over at once.
        monkeypatch.setattr(workers, "_LOOK_SECONDS", 0.01)
        monkeypatch.setattr(workers, "_GRACE_SECONDS", -len(chunk) * workers.SECONDS_PER_FILE)
        return Future()

    def answer_in_time(self, chunk, future):
        if len(started) > 1:
            monkeypatch.undo()
        return result_of(self, chunk, future)

    result_of = Workers._result_of
    monkeypatch.setattr(Workers, "_start", never_answer_at_first)
    monkeypatch.setattr(Workers, "_result_of", answer_in_time)
    with Workers(1, options.read, options.parse) as pool:
        results = list(pool.process(Job(source, None) for source in walk([str(tmp_path)], options.read, print)))
    assert [result.front_matter.title for result in results] == ["Post 0", "Post 1", "Post 2"]


def test_files_of_a_worker_whose_death_the_pool_missed_are_given_to_another(tmp_path, monkeypatch):
    write_post(tmp_path)
    options = import_options(workers=1)
    monkeypatch.setattr(workers, "_INLINE_FILES", 0)
    start, started = Workers._start, []

    def miss_the_first_death(self, chunk):
        started.append(chunk)
        future = start(self, chunk)
        if len(started) > 1:
            return future
        for worker in active_children():
            worker.kill()
        return Future()

    monkeypatch.setattr(Workers, "_start", miss_the_first_death)
    with Workers(1, options.read, options.parse) as pool:
        results = list(pool.process(Job(source, None) for source in walk([str(tmp_path)], options.read, print)))
    assert [result.front_matter.title for result in results] == ["夜车开往兰州"]


def test_no_worker_outlives_its_pool(tmp_path, monkeypatch):
    write_post(tmp_path)
    options = import_options(workers=2)
    monkeypatch.setattr(workers, "_INLINE_FILES", 0)
    with Workers(2, options.read, options.parse) as pool:
        assert len(list(pool.process(Job(source, None) for source in walk([str(tmp_path)], options.read, print)))) == 1
        started = active_children()
    assert started
    assert not any(worker.is_alive() for worker in started)
