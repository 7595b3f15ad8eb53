"""Publish and acknowledge the policy of signatures (21 CFR 11.10(j))."""
