"""Pages of the policy of signatures."""
