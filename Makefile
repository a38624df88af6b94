# make run    a working archive on http://127.0.0.1:8000; POSTS=/path/to/posts imports those, PORT=8123 serves there
# make test   the whole test suite
# make check  what CI checks beside the tests
# make messages  takes the strings of code and templates into locale/*/LC_MESSAGES/django.po, to be translated

PYTHON ?= python3
POSTS ?= examples/posts
PORT ?= 8000
MANAGE = .venv/bin/python manage.py

LOCALE = locale
CATALOGUES = $(patsubst %.po,%.mo,$(wildcard $(LOCALE)/*/LC_MESSAGES/django.po))
BABEL = .venv/bin/python -m babel.messages.frontend --quiet

.PHONY: run test check messages catalogues

run: .venv/installed catalogues
	@PORT=$(PORT) .venv/bin/python -m newsarchive.port
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

messages: | .venv/installed
	$(BABEL) extract --mapping-file pyproject.toml --keywords gettext_lazy --keywords ngettext_lazy:1,2 --keywords pgettext_lazy:1c,2 --add-comments Translators \
		--no-location --sort-output --omit-header --no-wrap --output-file $(LOCALE)/django.pot articles newsarchive templates
	$(BABEL) update --domain django --input-file $(LOCALE)/django.pot --output-dir $(LOCALE) \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --no-wrap

catalogues: $(CATALOGUES)

%.mo: %.po | .venv/installed
	@$(BABEL) compile --input-file $< --output-file $@

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name one: make PYTHON=python3.12")'
	@$(PYTHON) -m venv .venv

.venv/installed: requirements.txt | .venv/bin/python
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt requirements.txt | .venv/bin/python
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ .venv/installed
