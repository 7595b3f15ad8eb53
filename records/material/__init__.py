"""Material definitions, lots with exact balances, and the containers filled from them."""
