from django.urls import path

from points.fund.views import accounts, bank, desk, entering, giving, months

app_name = "fund"
urlpatterns = [
    path("", accounts.home, name="home"),
    path("<int:community_id>/", accounts.accounts, name="accounts"),
    path("<int:community_id>/vouchers/", accounts.vouchers, name="vouchers"),
    path("vouchers/<str:number>/", accounts.voucher, name="voucher"),
    path("projects/<int:pk>/", accounts.project, name="project"),
    path("donate/", giving.donate, name="donate"),
    path("mine/", giving.mine, name="mine"),
    path("receipts/<str:number>/", giving.receipt, name="receipt"),
    path("desk/", desk.desk, name="desk"),
    path("desk/open/", desk.open_up, name="open"),
    path("desk/settings/", desk.settings, name="settings"),
    path("desk/transfer/", desk.transfer, name="transfer"),
    path("projects/new/", desk.new_project, name="new-project"),
    path("projects/<int:pk>/close/", desk.close_project, name="close-project"),
    path("rules/", desk.rules, name="rules"),
    path("rules/new/", desk.new_rule, name="new-rule"),
    path("rules/<int:pk>/end/", desk.end_rule, name="end-rule"),
    path("donations/", entering.donations, name="donations"),
    path("donations/cash/", entering.cash, name="cash"),
    path("donations/goods/", entering.goods, name="goods"),
    path("spendings/", entering.spendings, name="spendings"),
    path("spendings/new/", entering.new_spending, name="new-spending"),
    path("fairs/", entering.fairs, name="fairs"),
    path("fairs/new/", entering.new_fair, name="new-fair"),
    path("bank/", bank.bank, name="bank"),
    path("bank/match/", bank.match_all, name="match-all"),
    path("bank/<int:pk>/", bank.line, name="bank-line"),
    path("months/", months.months, name="months"),
    path("months/due/<int:pk>/", months.closing, name="closing"),
    path("months/<int:pk>/", months.month, name="month"),
    path("months/<int:pk>/workbook/", months.book, name="workbook"),
]
