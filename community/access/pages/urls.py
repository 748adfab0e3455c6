from django.urls import path

from community.access.pages import account, codes, posts

app_name = "access"
urlpatterns = [
    path("me/", account.me, name="me"),
    path("me/looks/", account.looks, name="looks"),
    path("me/password/", account.password, name="password"),
    path("me/household/leave/", account.leave, name="leave"),
    path("accounts/password/reset/", account.forgotten, name="forgotten"),
    path("codes/", codes.buildings, name="codes"),
    path("codes/<int:pk>/", codes.sheet, name="sheet"),
    path("posts/", posts.posts, name="posts"),
    path("posts/new/", posts.appoint, name="appoint"),
    path("posts/<int:pk>/end/", posts.end, name="end-post"),
]
