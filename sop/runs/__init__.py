"""Following a procedure for one order, shipment, ticket or batch, step by step."""
