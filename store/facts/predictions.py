"""What a model says of each customer, written by the worker."""

from typing import ClassVar

from store.contract import Person, Table, day, key, text, whole


class CustomerPredictions(Table):
    about = (
        "One customer in the last run of a month: orders and margin expected in the twelve months after it."
    )
    name: ClassVar[str] = "customer_predictions"
    department: ClassVar[str] = "marketing"
    month_of: ClassVar[str] = "predicted_day"
    prepared: ClassVar[bool] = True

    prediction_id = key("Month of the run and customer, hashed", person=Person.CUSTOMER)
    customer_id = text("The customer, hashed", required=True, person=Person.CUSTOMER)
    market = text("Market of the first order")
    channel = text("Channel of the first order")
    predicted_day = day("Evaluation day of the run", required=True)
    repeats = whole("Orders after the first, up to the run", required=True, default=0)
    alive_ppm = whole("Chance that the customer will order again", unit="per million")
    orders_12m_micros = whole("Orders expected in twelve months", unit="millionths of an order")
    margin_12m_micros = whole(
        "Margin expected in twelve months, company currency", unit="micros", minimum=None
    )
    data_version = text("Version of the orders the run has seen", required=True, default="")
