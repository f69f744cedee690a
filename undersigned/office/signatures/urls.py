"""The addresses of moderation."""

from __future__ import annotations

from django.urls import path

from undersigned.office.signatures import act_views, views

__all__ = ["urlpatterns"]

urlpatterns = [
    path("campaigns/<str:name>/signatures/", views.signatures, name="signatures"),
    path("campaigns/<str:name>/signatures/choose/", views.choose, name="choose"),
    path("campaigns/<str:name>/signatures/letters/", views.letters, name="letters"),
    path("campaigns/<str:name>/signatures/appeals/<str:reference>/", act_views.appeal, name="appeal"),
    path("campaigns/<str:name>/signatures/acts/<int:act>/", act_views.act, name="act"),
    path("campaigns/<str:name>/signatures/acts/<int:act>/agree/", act_views.agree, name="agree"),
    path("campaigns/<str:name>/signatures/acts/<int:act>/decline/", act_views.decline, name="decline"),
    path("campaigns/<str:name>/signatures/acts/<int:act>/reverse/", act_views.reverse, name="reverse"),
]
