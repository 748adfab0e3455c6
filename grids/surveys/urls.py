from django.urls import path

from grids.surveys import building, filling, reviewing, views

app_name = "surveys"
urlpatterns = [
    path("", views.all_of_them, name="all"),
    path("new/", views.draft, name="draft"),
    path("sheets/<int:pk>/", filling.sheet, name="sheet"),
    path("sheets/<int:pk>/answer/", filling.answer, name="answer"),
    path("sheets/<int:pk>/people/", filling.people, name="people"),
    path("sheets/<int:pk>/submit/", filling.submit, name="submit"),
    path("sheets/<int:pk>/review/", reviewing.review, name="review"),
    path("sheets/<int:pk>/sensitive/", reviewing.sensitive, name="sensitive"),
    path("<str:number>/", views.board, name="board"),
    path("<str:number>/sheets/", views.sheets, name="sheets"),
    path("<str:number>/form/", building.form, name="form"),
    path("<str:number>/form/section/", building.add_section, name="add-section"),
    path("<str:number>/form/question/", building.add_question, name="add-question"),
    path("<str:number>/form/section/<int:pk>/", building.section, name="section"),
    path("<str:number>/form/question/<int:pk>/", building.question, name="question"),
    path("<str:number>/form/order/", building.order, name="order"),
    path("<str:number>/form/remove/", building.remove, name="remove"),
    path("<str:number>/export/", views.export, name="export"),
]
