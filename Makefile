# make run    a working archive on http://127.0.0.1:8000; POSTS=/path/to/posts imports those, PORT=8123 serves there
# make test   the whole test suite
# make check  what CI checks beside the tests

PYTHON ?= python3
POSTS ?= examples/posts
PORT ?= 8000
MANAGE = .venv/bin/python manage.py

.PHONY: run test check

run: .venv/installed
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) import_posts "$(POSTS)" || [ $$? -eq 1 ]
	@$(MANAGE) collectstatic --noinput --verbosity 0
	@PORT=$(PORT) exec .venv/bin/gunicorn

test: .venv/installed-dev
	.venv/bin/python -m pytest $(TESTS)

check: .venv/installed-dev
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/djade --check --target-version 5.2 $$(git ls-files 'templates/*.html')
	$(MANAGE) makemigrations --check
	PRODUCTION=1 SECRET_KEY=$$(.venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(50))') \
		ALLOWED_HOSTS=archive.example $(MANAGE) check --deploy --fail-level WARNING

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name one: make PYTHON=python3.12")'
	@$(PYTHON) -m venv .venv

.venv/installed: requirements.txt | .venv/bin/python
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt requirements.txt | .venv/bin/python
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ .venv/installed
