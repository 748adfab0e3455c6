from django.urls import path

from grids.posts import licences, neighbour, views

urlpatterns = [
    path("posts/", views.overview, name="posts"),
    path("posts/required/", views.required, name="posts-required"),
    path("posts/seats/", views.seats, name="seats"),
    path("posts/offer/", views.put_up, name="seat-offer"),
    path("posts/reserve/", views.reserve, name="reserve"),
    path("posts/<int:pk>/licence/", views.hand_licence, name="licence-issue"),
    path("openings/", neighbour.openings, name="openings"),
    path("openings/reserve/", neighbour.join_reserve, name="reserve-join"),
    path("openings/reserve/leave/", neighbour.leave_reserve, name="reserve-leave"),
    path("licences/", licences.sheet, name="licences"),
    path("licences/<int:pk>/", licences.licence, name="licence"),
    path("licences/<int:pk>/name/", licences.show_name, name="licence-name"),
    path("licences/<int:pk>/renew/", licences.renew, name="licence-renew"),
    path("licences/<int:pk>/withdraw/", licences.withdraw, name="licence-withdraw"),
]
