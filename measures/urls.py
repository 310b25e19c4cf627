"""Public addresses of joint measures."""

from django.urls import path

from measures.pages.catalogue import catalogue
from measures.pages.lists import measure_lists

app_name = "measures"
urlpatterns = [
    path("measures/", catalogue, name="catalogue"),
    path("measures/lists/", measure_lists, name="lists"),
]
