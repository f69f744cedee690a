"""The addresses of statements; the pages of their texts are those of the campaigns' texts."""

from __future__ import annotations

from django.urls import path

from undersigned.office.campaigns import exchange_views, history_views, text_views
from undersigned.office.statements import link_views, photo_views, release_views, table_views, views

__all__ = ["urlpatterns"]

_ONE = "campaigns/<str:name>/statements/<str:statement>/"
_TEXT = f"{_ONE}texts/<str:language>/"

urlpatterns = [
    path("campaigns/<str:name>/figures/", views.figures, name="figures"),
    path("campaigns/<str:name>/figures/table/", table_views.table_in, name="figures-in"),
    path("campaigns/<str:name>/figures/table.<str:form>", table_views.table, name="figures-table"),
    path("campaigns/<str:name>/statements/", views.statements, name="statements"),
    path("campaigns/<str:name>/begin-statement/", views.begin, name="statement-begin"),
    path("campaigns/<str:name>/milestone/", views.milestone, name="milestone"),
    path("campaigns/<str:name>/drafting/", views.drafting, name="drafting"),
    path(_ONE, views.statement, name="statement"),
    path(f"{_ONE}next/", views.onward, name="statement-next"),
    path(f"{_ONE}write/", views.write, name="statement-write"),
    path(f"{_ONE}away/", views.away, name="statement-away"),
    path(f"{_ONE}quote/", views.quote, name="statement-quote"),
    path(f"{_ONE}photo/", photo_views.photo, name="statement-photo"),
    path(f"{_ONE}photo/<str:file>", photo_views.picture, name="statement-picture"),
    path(f"{_ONE}check/", release_views.check, name="statement-check"),
    path(f"{_ONE}sign/", release_views.sign, name="statement-sign"),
    path(f"{_ONE}release/", release_views.release, name="statement-release"),
    path(f"{_ONE}hour/", release_views.hour, name="statement-hour"),
    path(f"{_ONE}withdraw/", release_views.withdraw, name="statement-withdraw"),
    path(f"{_ONE}links/", link_views.links, name="statement-links"),
    path(f"{_ONE}recipients/", link_views.recipient, name="statement-recipient"),
    path(f"{_ONE}recipients/<int:number>/forget/", link_views.forget, name="statement-forget"),
    path(f"{_ONE}send/", link_views.send, name="statement-send"),
    path(f"{_ONE}letters/<int:number>/again/", link_views.again, name="statement-again"),
    path(f"{_ONE}links/<int:number>/revoke/", link_views.revoke, name="statement-link-away"),
    path("shared/<str:secret>/picture/<str:file>", link_views.shared_picture, name="statement-shared-picture"),
    path("shared/<str:secret>/<str:language>/", link_views.shared, name="statement-shared"),
    path(
        "shared/<str:secret>/<str:language>/statement.<str:form>", link_views.shared_file, name="statement-shared-file"
    ),
    path(f"{_TEXT}", text_views.translate, name="statement-translate"),
    path(f"{_TEXT}preview/", views.preview, name="statement-preview"),
    path(f"{_TEXT}review/", text_views.review, name="statement-review"),
    path(f"{_TEXT}history/", history_views.history, name="statement-history"),
    path(f"{_TEXT}files/", exchange_views.files, name="statement-files"),
    path(f"{_TEXT}text.<str:form>", exchange_views.file, name="statement-file"),
    path(f"{_TEXT}compare/<int:one>/<int:other>/", text_views.compare, name="statement-compare"),
]
