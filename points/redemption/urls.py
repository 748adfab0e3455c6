from django.urls import path

from points.redemption.views import counter, desk, draws, planning, settling, shop

app_name = "redemption"
urlpatterns = [
    path("", shop.shop, name="shop"),
    path("offers/<int:pk>/", shop.offer, name="offer"),
    path("cart/", shop.cart, name="cart"),
    path("checkout/", shop.checkout, name="checkout"),
    path("mine/", shop.mine, name="mine"),
    path("draws/<str:number>/", draws.draw, name="draw"),
    path("draws/<str:number>/withdraw/", draws.withdraw, name="draw-withdraw"),
    path("counter/", counter.counter, name="counter"),
    path("collect/<str:code>/", counter.collect, name="collect"),
    path("windows/", desk.windows, name="windows"),
    path("windows/new/", desk.new_window, name="new-window"),
    path("windows/<int:pk>/", desk.window, name="window"),
    path("windows/<int:pk>/edit/", planning.edit_window, name="edit-window"),
    path("windows/<int:pk>/cancel/", planning.cancel_window, name="cancel-window"),
    path("windows/<int:pk>/offers/new/", desk.new_offer, name="new-offer"),
    path("windows/<int:pk>/settle/", settling.draw_up, name="draw-up"),
    path("offers/<int:pk>/edit/", desk.edit_offer, name="edit-offer"),
    path("settlements/", settling.settlements, name="settlements"),
    path("settlements/<int:pk>/", settling.settlement, name="settlement"),
    path("settlements/<int:pk>/csv/", settling.sheet, name="sheet"),
]
