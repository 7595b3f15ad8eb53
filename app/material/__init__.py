"""Pages of materials and lots: balances, status, where a lot came from and where it went."""
