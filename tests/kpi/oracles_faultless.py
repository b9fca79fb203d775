"""KPIs of faultless orders and of returns once more in plain SQL, written from the definitions."""

from collections.abc import Mapping

SALES = "day, market, channel, 1 AS n"
GOODS = "market, product, reason, 1 AS n"

VIEWS: Mapping[str, str] = {
    "misdeclared": """
        SELECT order_id FROM customs_entries WHERE shipper_corrections > 0 OR shipper_queries > 0
        UNION SELECT s.order_id FROM customs_entries e JOIN shipments s USING (shipment_id)
        WHERE e.shipper_corrections > 0 OR e.shipper_queries > 0""",
    "complaints": """
        SELECT c.order_id, c.kind FROM claims c JOIN live_orders o USING (order_id)
        WHERE c.confirmed AND c.reported_day <= o.handed_over_day + 30""",
    "flawless": """
        SELECT promised_day AS day, market, channel, coalesce(delivered_day <= promised_day, false)::INT AS on_time,
            (lines_complete = lines)::INT AS in_full,
            (order_id NOT IN (SELECT order_id FROM complaints WHERE kind = 'damage'))::INT AS undamaged,
            (order_id NOT IN (SELECT order_id FROM complaints WHERE kind = 'documents')
                AND order_id NOT IN (SELECT order_id FROM misdeclared WHERE order_id IS NOT NULL))::INT AS papers
        FROM live_orders WHERE promised_day + 30 <= $day AND lines > 0 AND lines_complete IS NOT NULL""",
    "refundable": """
        SELECT *, epoch(requested_at)::BIGINT AS asked, epoch(returned_at)::BIGINT AS back,
            epoch(refunded_at)::BIGINT AS paid FROM returns
        WHERE (status IS NOT NULL OR refunded_at IS NOT NULL) AND coalesce(status, '') <> 'refused'""",
    "sent_back": """
        SELECT o.customer_id, o.market, o.channel, min(r.returned_day) AS day
        FROM counted_orders o JOIN returns r USING (order_id)
        GROUP BY o.order_id, o.customer_id, o.market, o.channel""",
}

ORACLES: Mapping[str, str] = {
    "perfect_order_rate": f"SELECT {SALES}, on_time * in_full * undamaged * papers AS num, 1 AS den FROM flawless",
    "perfect_order_index": f"SELECT {SALES}, on_time * in_full * undamaged * papers AS num, 1 AS den FROM flawless",
    "late_shipment_rate": """
        SELECT ship_by_day AS day, market, channel, 1 AS n, 1 AS den,
            CASE WHEN handed_over_day <= ship_by_day THEN 0 ELSE 1 END AS num
        FROM live_orders WHERE ship_by_day <= $day""",
    "seller_cancellation_rate": """
        SELECT ordered_day AS day, market, channel, 1 AS n, 1 AS den,
            (status = 'cancelled' AND cancelled_by IN ('seller', 'out_of_stock')
                AND handed_over_day IS NULL)::INT AS num
        FROM orders WHERE status NOT IN ('test', 'gift_card') AND (status <> 'cancelled'
            OR cancelled_by IS NOT NULL)""",
    "address_verification_rate": """
        SELECT handed_over_day AS day, market, channel, 1 AS n, 1 AS den, checked::INT AS num FROM (
            SELECT *, CASE WHEN address_verified IS NOT NULL THEN address_verified
                WHEN address_verified_at IS NOT NULL AND coalesce(label_printed_at, handed_over_at) IS NOT NULL
                    THEN address_verified_at <= coalesce(label_printed_at, handed_over_at)
                WHEN label_printed_at IS NOT NULL THEN false END AS checked FROM orders)
        WHERE status NOT IN ('cancelled', 'test', 'gift_card') AND handed_over_day IS NOT NULL
            AND checked IS NOT NULL""",
    "return_processing_time": f"""
        SELECT refunded_day AS day, {GOODS}, (paid - back) / 3600 AS num, 1 AS den FROM refundable
        WHERE paid >= back AND paid <= $epoch""",
    "return_processed_in_time_rate": f"""
        SELECT returned_day AS day, {GOODS}, 1 AS den, CASE WHEN paid - back <= refund_limit_s THEN 1 ELSE 0 END AS num
        FROM refundable WHERE back + refund_limit_s <= $epoch""",
    "refund_time": f"""
        SELECT refunded_day AS day, {GOODS}, (paid - asked) / 86400 AS num, 1 AS den FROM refundable
        WHERE paid >= asked AND paid <= $epoch""",
    "repeat_purchase_after_return_rate": f"""
        SELECT {SALES}, 1 AS den, EXISTS (SELECT 1 FROM counted_orders o WHERE o.customer_id = b.customer_id
            AND o.ordered_day > b.day AND o.ordered_day <= b.day + 90)::INT AS num
        FROM sent_back b WHERE day + 90 <= $day""",
}

OPEN: Mapping[str, str] = {
    "return_processing_time": """
        SELECT returned_day AS day, market, back AS since FROM refundable
        WHERE back IS NOT NULL AND (paid IS NULL OR paid > $epoch)""",
    "refund_time": """
        SELECT requested_day AS day, market, asked AS since FROM refundable
        WHERE asked IS NOT NULL AND (paid IS NULL OR paid > $epoch)""",
}
