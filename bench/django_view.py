"""What a signature costs in a plain Django view: the default middleware, a model form, one row saved, a redirect.

Only for comparison (`undersigned bench --only sign-orm`). `python -m bench.django_view FILE` makes the database;
`bench.django_view:application` serves it, named by the environment variable DATABASE.
"""

from __future__ import annotations

import os
import sys
from datetime import datetime

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, models
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path

settings.configure(
    SECRET_KEY="for a measure only",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ.get("DATABASE", sys.argv[-1]),
            "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL", "timeout": 20},
        }
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    INSTALLED_APPS=["django.contrib.sessions", "django.contrib.messages"],
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    USE_TZ=True,
)
django.setup()


class Signature(models.Model):
    """One row."""

    name: models.CharField[str, str] = models.CharField(max_length=200)
    email: models.EmailField[str, str] = models.EmailField(db_index=True)
    country: models.CharField[str, str] = models.CharField(max_length=2)
    comment: models.TextField[str, str] = models.TextField(blank=True)
    signed: models.DateTimeField[datetime, datetime] = models.DateTimeField(auto_now_add=True)

    class Meta:
        """Belongs to no application."""

        app_label = "bench"


class SignatureForm(ModelForm):  # type: ignore[type-arg]
    """The form of the row."""

    class Meta:
        """What is asked."""

        model = Signature
        fields = ("name", "email", "country", "comment")


def sign(request: HttpRequest, campaign: str, language: str) -> HttpResponse:
    """Save a signature."""
    form = SignatureForm(request.POST)
    if not form.is_valid():
        return HttpResponse(form.errors.as_json(), status=422)
    form.save()
    return HttpResponseRedirect("/kept/", status=303)


urlpatterns = [path("c/<str:campaign>/<str:language>/sign", sign)]
application = get_wsgi_application()

if __name__ == "__main__":
    with connection.schema_editor() as editor:
        editor.create_model(Signature)
