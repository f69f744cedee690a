"""The addresses of people."""

from __future__ import annotations

from django.urls import path

from undersigned.office.people import trail_views, views

__all__ = ["urlpatterns"]

urlpatterns = [
    path("in/<str:secret>/", views.enter, name="enter"),
    path("join/<str:secret>/", views.join, name="join"),
    path("profile/", views.profile, name="profile"),
    path("found/", views.found, name="found"),
    path("sections/<slug:slug>/people/", views.members, name="members"),
    path("sections/<slug:slug>/people/invite/", views.invite, name="invite"),
    path("sections/<slug:slug>/people/<int:number>/", views.roles, name="roles"),
    path("sections/<slug:slug>/invitations/<int:number>/revoke/", views.revoke, name="revoke"),
    path("sections/<slug:slug>/trail/", trail_views.of_section, name="trail"),
    path("sections/<slug:slug>/trail.csv", trail_views.export, name="trail-export"),
    path("sections/<slug:slug>/trail/check/", trail_views.check, name="trail-check"),
    path("profile/trail/", trail_views.mine, name="my-trail"),
    path("profile/trail.csv", trail_views.export_mine, name="my-trail-export"),
]
