"""The addresses of the desk."""

from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from undersigned.office.project import problems

__all__ = ["urlpatterns"]

urlpatterns: list[URLPattern | URLResolver] = [
    path(
        "desk/",
        include(
            [
                path("account/", include("undersigned.office.people.account_urls")),
                path("operator/", admin.site.urls),
                path("", include("undersigned.office.people.urls")),
                path("", include("undersigned.office.campaigns.urls")),
                path("", include("undersigned.office.signatures.urls")),
                path("", include("undersigned.office.watching.urls")),
                path("", include("undersigned.office.answers.urls")),
                path("", include("undersigned.office.gatherings.urls")),
                path("", include("undersigned.office.protection.urls")),
                path("", include("undersigned.office.statements.urls")),
            ]
        ),
    )
]
handler404 = problems.missing
handler403 = problems.forbidden
handler500 = problems.failed
