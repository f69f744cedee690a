"""The addresses of gatherings."""

from __future__ import annotations

from django.urls import path

from undersigned.office.gatherings import views

__all__ = ["urlpatterns"]

urlpatterns = [
    path("campaigns/<str:name>/gatherings/", views.gatherings, name="gatherings"),
    path("campaigns/<str:name>/gatherings/<str:slug>/", views.gathering, name="gathering"),
]
