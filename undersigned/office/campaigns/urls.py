"""The addresses of campaigns."""

from __future__ import annotations

from django.urls import path

from undersigned.office.campaigns import (
    addressee_views,
    exchange_views,
    history_views,
    photo_views,
    preview_views,
    text_views,
    views,
)

__all__ = ["urlpatterns"]

urlpatterns = [
    path("", views.home, name="home"),
    path("sections/<slug:slug>/", views.section, name="section"),
    path("campaigns/begin/", views.begin, name="begin"),
    path("campaigns/<str:name>/", views.campaign, name="campaign"),
    path("campaigns/<str:name>/facts/", views.facts, name="facts"),
    path("campaigns/<str:name>/addressees/", addressee_views.addressees, name="addressees"),
    path("campaigns/<str:name>/photo/", photo_views.photo, name="photo"),
    path("campaigns/<str:name>/photo/<str:file>", photo_views.picture, name="picture"),
    path("campaigns/<str:name>/key/", views.key, name="key"),
    path("campaigns/<str:name>/key/demonstration/", views.demonstration_key, name="demonstration-key"),
    path("campaigns/<str:name>/write/", views.write, name="write"),
    path("campaigns/<str:name>/write/rendered/", preview_views.rendered, name="rendered"),
    path("campaigns/<str:name>/release/", views.release, name="release"),
    path("campaigns/<str:name>/undo/", views.undo, name="undo"),
    path("campaigns/<str:name>/pause/", views.pause, name="pause"),
    path("campaigns/<str:name>/texts/<str:language>/", text_views.translate, name="translate"),
    path("campaigns/<str:name>/texts/<str:language>/preview/", preview_views.preview, name="preview"),
    path("campaigns/<str:name>/texts/<str:language>/page/", preview_views.page, name="page"),
    path("campaigns/<str:name>/texts/<str:language>/review/", text_views.review, name="review"),
    path("campaigns/<str:name>/texts/<str:language>/history/", history_views.history, name="history"),
    path("campaigns/<str:name>/texts/<str:language>/files/", exchange_views.files, name="files"),
    path("campaigns/<str:name>/texts/<str:language>/text.<str:form>", exchange_views.file, name="file"),
    path(
        "campaigns/<str:name>/texts/<str:language>/compare/<int:one>/<int:other>/", text_views.compare, name="compare"
    ),
]
