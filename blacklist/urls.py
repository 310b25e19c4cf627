"""Public addresses of the severe dishonesty list."""

from django.urls import path

from blacklist import views
from blacklist.campaigns import campaigns

app_name = "blacklist"
urlpatterns = [
    path("blacklist/", views.listings, name="list"),
    path("campaigns/", campaigns, name="campaigns"),
]
