"""The addresses of watching."""

from __future__ import annotations

from django.urls import path

from undersigned.office.watching import source_views, views

__all__ = ["urlpatterns"]

urlpatterns = [
    path("campaigns/<str:name>/count/", views.count, name="count"),
    path("campaigns/<str:name>/count/where/", views.where, name="where"),
    path("campaigns/<str:name>/count/<str:table>.csv", views.table, name="table"),
    path("campaigns/<str:name>/sources/", source_views.sources, name="sources"),
    path("campaigns/<str:name>/sources/release/", source_views.release, name="release-sources"),
    path("campaigns/<str:name>/sources/<str:code>/away/", source_views.away, name="source-away"),
    path("campaigns/<str:name>/sources/<str:code>.<str:form>", source_views.picture, name="source-picture"),
]
