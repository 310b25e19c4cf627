"""Public addresses of 双公示."""

from django.urls import path

from disclosure import views

app_name = "disclosure"
urlpatterns = [
    path("disclosure/licences/", views.licences, name="licences"),
    path("disclosure/penalties/", views.penalties, name="penalties"),
]
