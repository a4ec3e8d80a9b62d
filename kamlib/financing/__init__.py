"""What time, debt and fixed cost do: interest, discounts, factoring, borrowing base, covenants, break-even."""
