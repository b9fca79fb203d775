"""The shop's further figures once more in plain SQL; the form is that of `oracles`."""

from collections.abc import Mapping

VISIT = "market, channel, device, 1 AS n"

SHOP_VIEWS: Mapping[str, str] = {
    "kept": """
        SELECT *, least(units, coalesce((SELECT sum(r.units) FROM returns r WHERE r.order_id = s.order_id
            AND r.returned_day <= s.delivered_day + 30), 0)) AS back FROM sold s
        WHERE coalesce(delivered_day, ordered_day + 60) + 30 <= $day""",
}
SHOP: Mapping[str, str] = {
    "mer": """
        SELECT day, market, net / 1e6 AS num, 0 AS den, 0 AS n FROM sold
        UNION ALL SELECT spend_day, market, 0, spend_company_micros / 1e6, 1 FROM ad_spend
        WHERE spend_company_micros IS NOT NULL""",
    "roas_net_of_returns": """
        SELECT spend_day AS day, market, channel, campaign, 1 AS n, spend_company_micros / 1e6 AS den,
            (revenue_company_micros - returned_company_micros) / 1e6 AS num
        FROM ad_spend WHERE num IS NOT NULL AND den IS NOT NULL""",
    "net_aov": """
        SELECT day, market, channel, 1 AS n, 1 AS den,
            (net - CASE WHEN back > 0 THEN net * back // units ELSE 0 END) / 1e6 AS num
        FROM kept WHERE NOT (coalesce(units, 0) = 0 AND EXISTS (SELECT 1 FROM returns r
            WHERE r.order_id = kept.order_id AND r.units > 0 AND r.returned_day <= kept.delivered_day + 30))""",
    "checkout_abandonment_rate": f"""
        SELECT checkout_day AS day, {VISIT}, 1 AS den,
            CASE WHEN epoch(ordered_at - checkout_at) <= 86400 THEN 0 ELSE 1 END AS num
        FROM carts WHERE epoch(checkout_at) + 86400 <= $epoch""",
    "visitor_conversion_rate": f"""
        SELECT session_day AS day, {VISIT}, CASE WHEN purchase_sessions > 0 THEN visitor_id END AS num,
            visitor_id AS den FROM web_sessions WHERE visitor_id IS NOT NULL""",
    "action_conversion_rate": """
        SELECT action_day AS day, market, channel, action, completed AS num, visits AS den, 1 AS n
        FROM desired_actions""",
}
