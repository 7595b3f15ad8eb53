"""Production orders, batches and their frozen control recipes, dispositions."""
