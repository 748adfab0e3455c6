from django.urls import path

from community.imports import views

app_name = "imports"
urlpatterns = [
    path("", views.list_runs, name="list"),
    path("new/", views.upload, name="upload"),
    path("columns/", views.column_maps, name="column_maps"),
    path("columns/<int:pk>/forget/", views.forget_columns, name="forget_columns"),
    path("template.xlsx", views.blank_template, name="template"),
    path("<int:pk>/", views.show_run, name="run"),
    path("<int:pk>/progress/", views.show_progress, name="progress"),
    path("<int:pk>/columns/", views.columns, name="columns"),
    path("<int:pk>/apply/", views.order, name="apply"),
    path("<int:pk>/undo/", views.undo, name="undo"),
    path("<int:pk>/wrong-rows.xlsx", views.wrong_rows, name="wrong_rows"),
]
