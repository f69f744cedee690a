"""Django's settings, made from ours. Nothing here reads the environment or a file of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django
from django.conf import settings as django_settings

from undersigned.assemble.places import Places
from undersigned.office.project import log_filter
from undersigned.settings import Settings
from undersigned.vault.keys import ensure_secret

__all__ = ["OFFICE", "PREFIX", "configure", "values"]

OFFICE = Path(__file__).resolve().parents[1]
PREFIX = "/desk/"  #: every address of the desk begins so, and its cookie goes nowhere else
SESSION_SECONDS = 12 * 3600
FRESH_SECONDS = 15 * 60  # how long a sign-in counts as fresh for releasing, reviewing, delivering
LANGUAGES = (("en", "English"), ("ar", "العربية"))  # of the desk's own words; petitions have others


def configure(settings: Settings) -> None:
    """Set Django up for one data folder; once a process."""
    if not django_settings.configured:
        django_settings.configure(**values(settings))
        django.setup()
        log_filter.install()


def values(settings: Settings) -> dict[str, Any]:
    """Give Django's settings for an installation."""
    secure = settings.url.startswith("https:")
    places = Places(settings.path)
    return {
        "UNDERSIGNED": settings,
        "SECRET_KEY": ensure_secret(places.desk_key, exists=False).hex(),
        "ALLOWED_HOSTS": _hosts(settings),
        "DATABASES": {"default": _database(settings)},
        "INSTALLED_APPS": _APPLICATIONS,
        "MIDDLEWARE": _MIDDLEWARE,
        "ROOT_URLCONF": "undersigned.office.project.urls",
        "WSGI_APPLICATION": None,
        "TEMPLATES": [_TEMPLATES],
        "AUTH_USER_MODEL": "people.Staff",
        "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.ScryptPasswordHasher"],
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
            for name, options in (
                ("MinimumLengthValidator", {"min_length": 12}),
                ("CommonPasswordValidator", {}),
                ("UserAttributeSimilarityValidator", {}),
            )
        ],
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "LANGUAGE_CODE": "en",
        "LANGUAGES": LANGUAGES,
        "LOCALE_PATHS": [str(places.run / "locale")],
        "USE_TZ": True,
        "TIME_ZONE": "UTC",
        "STATIC_URL": PREFIX + "static/",
        "STATICFILES_DIRS": [str(OFFICE / "static"), ("public", str(OFFICE.parent / "pages" / "static"))],
        "WHITENOISE_USE_FINDERS": True,
        "WHITENOISE_AUTOREFRESH": False,
        "MEDIA_ROOT": str(places.media),
        "FILE_UPLOAD_MAX_MEMORY_SIZE": 16 << 20,
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 4 << 20,
        "MESSAGE_STORAGE": "django.contrib.messages.storage.session.SessionStorage",
        "LOGGING_CONFIG": None,
        **_cookies(secure),
        **_proxy(settings, secure),
        **_sign_in(settings),
    }


_APPLICATIONS = [
    "undersigned.office.project.apps.OperatorConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "undersigned.office.people",
    "undersigned.office.trail",
    "undersigned.office.campaigns",
    "undersigned.office.signatures",
    "undersigned.office.watching",
    "undersigned.office.answers",
    "undersigned.office.gatherings",
    "undersigned.office.protection",
    "undersigned.office.statements",
]
_MIDDLEWARE = [
    "undersigned.office.project.headers.Headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "undersigned.office.people.middleware.Language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "undersigned.office.people.middleware.SecondFactor",
    "undersigned.office.project.problems.Stopped",
]
_TEMPLATES = {
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "DIRS": [str(OFFICE / "templates")],
    "APP_DIRS": True,
    "OPTIONS": {
        "context_processors": [
            "django.template.context_processors.request",
            "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
            "undersigned.office.people.context.desk",
        ],
        "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
    },
}


def _cookies(secure: bool) -> dict[str, Any]:
    """One cookie of the desk, one against forged requests; neither is sent from another site or elsewhere here."""
    return {
        "SESSION_COOKIE_NAME": "desk",
        "SESSION_COOKIE_PATH": PREFIX,
        "SESSION_COOKIE_AGE": SESSION_SECONDS,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Strict",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_SAVE_EVERY_REQUEST": False,  # 12 hours from signing in, not from the last page
        "CSRF_COOKIE_NAME": "desk-form",
        "CSRF_COOKIE_PATH": PREFIX,
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_SAMESITE": "Strict",
        "CSRF_COOKIE_SECURE": secure,
        "CSRF_FAILURE_VIEW": "undersigned.office.project.problems.forged",
    }


def _proxy(settings: Settings, secure: bool) -> dict[str, Any]:
    """Believe what the proxies say of a request, and nobody where there is none.

    The desk speaks no TLS, so that only a proxy knows of it; docs/deploy/nginx.conf replaces what a browser says.
    Without the address, too many wrong passwords of one stranger would shut everybody out.
    """
    return {
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https") if secure and settings.proxies else None,
        "ALLAUTH_TRUSTED_PROXY_COUNT": settings.proxies,
    }


def _sign_in(settings: Settings) -> dict[str, Any]:
    """Passkeys first; a password with a second factor where there is none; nobody signs up by themselves."""
    return {
        "LOGIN_URL": "account_login",
        "LOGIN_REDIRECT_URL": "home",
        "ACCOUNT_ADAPTER": "undersigned.office.people.adapters.Accounts",
        "ACCOUNT_LOGIN_METHODS": {"email"},
        "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*"],
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "ACCOUNT_LOGOUT_REDIRECT_URL": "account_login",
        "ACCOUNT_REAUTHENTICATION_TIMEOUT": FRESH_SECONDS,
        "ACCOUNT_PREVENT_ENUMERATION": True,
        "ACCOUNT_SESSION_REMEMBER": False,
        "ACCOUNT_USER_DISPLAY": "undersigned.office.people.models.displayed",
        "MFA_ADAPTER": "undersigned.office.people.adapters.Factors",
        "MFA_SUPPORTED_TYPES": ["webauthn", "totp", "recovery_codes"],
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_PASSKEY_SIGNUP_ENABLED": False,
        "MFA_FORMS": {
            "authenticate_webauthn": "undersigned.office.people.signing.AuthenticateByKey",
            "login_webauthn": "undersigned.office.people.signing.LoginByKey",
            "reauthenticate_webauthn": "undersigned.office.people.signing.ReauthenticateByKey",
        },
        "MFA_TOTP_ISSUER": settings.origin,
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": settings.demo,
        "MFA_RECOVERY_CODES_SHOW_ONCE": True,
    }


def _hosts(settings: Settings) -> list[str]:
    named = urlsplit(settings.url).hostname or ""
    return [named, "localhost", "127.0.0.1", "[::1]"] if settings.demo else [named]


def _database(settings: Settings) -> dict[str, Any]:
    """What a PostgreSQL URL says goes to libpq whole: hosts, ports, TLS.

    Django's own SQLite keeps its rollback journal: the SQLite inside many Pythons can lose a write-ahead log.
    """
    if not settings.office:
        options = {"transaction_mode": "IMMEDIATE", "timeout": 10}
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(Places(settings.path).office), "OPTIONS": options}
    from undersigned.engines.postgres.connection import route  # loads the driver

    given = route(settings.office)
    name = given.pop("dbname", "") or given.get("user", "")  # as libpq has it; Django asks for one
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "OPTIONS": given,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
