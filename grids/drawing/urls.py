from django.urls import path

from grids.drawing import views

urlpatterns = [
    path("", views.drawings, name="drawings"),
    path("<str:number>/", views.drawing, name="drawing"),
    path("<str:number>/shift/", views.shift, name="drawing-shift"),
    path("<str:number>/split/", views.split, name="drawing-split"),
    path("<str:number>/merge/", views.merge, name="drawing-merge"),
]
