"""Public addresses of the spine."""

from django.urls import path

from registry.pages.catalogue import catalogue
from registry.pages.record import record
from registry.pages.subject import subject

app_name = "registry"
urlpatterns = [
    path("subjects/<str:code>/", subject, name="subject"),
    path("records/<uuid:uid>/", record, name="record"),
    path("catalogue/", catalogue, name="catalogue"),
]
