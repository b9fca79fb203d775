"""Why a KPI is missed and whether a change helped: what procedures, training and chance have to do with it."""
