"""Public addresses of the red list and of commitments."""

from django.urls import path

from redlist import views

app_name = "redlist"
urlpatterns = [
    path("redlist/", views.honours, name="list"),
    path("commitments/", views.commitments, name="commitments"),
]
