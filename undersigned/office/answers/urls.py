"""The addresses of answers."""

from __future__ import annotations

from django.urls import path

from undersigned.office.answers import views

__all__ = ["urlpatterns"]

urlpatterns = [
    path("campaigns/<str:name>/answers/", views.answers, name="answers"),
]
