"""Which movements of a KPI are more than the usual noise: limits, rules, baselines and charts."""
