SELECT
    fulfilment_day AS day,
    coalesce(market, '(unknown)') AS market,
    coalesce(channel, '(unknown)') AS channel,
    fulfilment_bin AS bin,
    count(*) AS count
FROM order_outcomes
WHERE NOT deleted AND status NOT IN ('cancelled', 'test', 'gift_card') AND confirmed_epoch IS NOT NULL
    AND fulfilment_day <= :day AND handed_over_epoch <= :epoch AND fulfilment_s >= 0
GROUP BY ALL
