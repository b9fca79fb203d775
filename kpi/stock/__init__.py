"""How much to keep and when to order: classes of products, safety stock, reorder points and days of cover."""
