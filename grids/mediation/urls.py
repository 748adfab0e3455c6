from django.urls import path

from grids.mediation import views

app_name = "mediation"
urlpatterns = [
    path("", views.files, name="files"),
    path("new/", views.accept, name="accept"),
    path("checks/<int:pk>/", views.check, name="check"),
    path("<str:number>/agreement/", views.agreement, name="agreement"),
    path("<str:number>/sensitive/", views.sensitive, name="sensitive"),
]
