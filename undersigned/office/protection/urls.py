"""The addresses of data protection."""

from __future__ import annotations

from django.urls import path

from undersigned.office.protection import views

__all__ = ["urlpatterns"]

urlpatterns = [
    path("campaigns/<str:name>/protection/", views.page, name="protection"),
    path("campaigns/<str:name>/protection/edit/", views.edit, name="protection-edit"),
    path("campaigns/<str:name>/protection/register.<str:form>", views.register, name="protection-register"),
    path("campaigns/<str:name>/protection/assessment.<str:form>", views.assessment, name="protection-assessment"),
    path("campaigns/<str:name>/protection/consents.csv", views.consent_file, name="protection-consents"),
    path("campaigns/<str:name>/requests/", views.person_requests, name="person-requests"),
    path("campaigns/<str:name>/requests/<int:number>/", views.person_request, name="person-request"),
]
