"""Addresses of the joint check."""

from django.urls import path

from measures.api import views

app_name = "joint_checks"
urlpatterns = [
    path("v1/joint-checks/", views.JointChecks.as_view(), name="check"),
    path("v1/joint-checks/workbook/", views.JointCheckFiles.as_view(), name="file"),
    path("v1/joint-checks/<str:number>/", views.JointCheckDetail.as_view(), name="detail"),
    path("v1/joint-checks/<str:number>/decisions/", views.JointCheckDecisions.as_view(), name="decisions"),
    path("v1/joint-checks/<str:number>/feedback/", views.JointCheckFeedback.as_view(), name="feedback"),
]
