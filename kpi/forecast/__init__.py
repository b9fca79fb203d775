"""Forecasts that must earn their place: plain methods, a backtest, a gate against the best baseline, stored figures."""
