"""
Run by the Python of Tryton: sells so many pieces at 10.00 on each day of March 2025 that is named, `DAY:PIECES[:x]`,
x for an order that is cancelled. The first call makes company, accounts, customer and article.
"""

import datetime
import sys
from decimal import Decimal

from proteus import Model, config
from trytond.modules.account.tests.tools import create_chart, create_fiscalyear, get_accounts
from trytond.modules.account_invoice.tests.tools import set_fiscalyear_invoice_sequences
from trytond.modules.company.tests.tools import create_company
from trytond.modules.currency.tests.tools import get_currency

config.set_trytond("firm", user="admin", config_file=sys.argv[1])
Party, Product = Model.get("party.party"), Model.get("product.product")
if not Product.find([]):
    create_company(currency=get_currency("EUR"))
    create_chart()
    set_fiscalyear_invoice_sequences(create_fiscalyear(today=datetime.date(2025, 6, 1))).click(
        "create_period"
    )
    accounts = get_accounts()
    category = Model.get("product.category")(name="Goods", accounting=True)
    category.account_expense, category.account_revenue = accounts["expense"], accounts["revenue"]
    category.save()
    (unit,) = Model.get("product.uom").find([("name", "=", "Unit")])
    template = Model.get("product.template")(name="Flange", default_uom=unit, type="service", salable=True)
    template.list_price, template.account_category = Decimal("10"), category
    template.save()
    Party(name="Customer").save()
(product,), (customer,) = Product.find([]), Party.find([("name", "=", "Customer")])
for told in sys.argv[2:]:
    day, pieces, *cancelled = told.split(":")
    sale = Model.get("sale.sale")(party=customer, sale_date=datetime.date(2025, 3, int(day)))
    line = sale.lines.new()
    line.product, line.quantity = product, int(pieces)
    sale.save()
    sale.click("quote")
    sale.click("cancel" if cancelled else "confirm")
