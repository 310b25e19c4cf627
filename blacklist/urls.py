"""Public addresses of the severe dishonesty list."""

from django.urls import path

from blacklist import views
from blacklist.campaigns import campaigns
from blacklist.timeliness import timeliness

app_name = "blacklist"
urlpatterns = [
    path("blacklist/", views.listings, name="list"),
    path("blacklist/timeliness/", timeliness, name="timeliness"),
    path("campaigns/", campaigns, name="campaigns"),
]
