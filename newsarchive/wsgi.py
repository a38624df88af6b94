import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsarchive.settings")
# Who serves pages lets no query of a reader's hold a connection for longer; articles.middleware gives editors more. libpq reads it.
os.environ.setdefault("PGOPTIONS", "-c statement_timeout=2s")
application = get_wsgi_application()
