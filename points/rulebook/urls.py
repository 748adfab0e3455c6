from django.urls import path

from points.rulebook import views

urlpatterns = [
    path("rules/", views.rules, name="rules"),
    path("rules/new/", views.begin, name="rules-begin"),
    path("rules/<str:number>/rule/", views.rule, name="rule"),
]
