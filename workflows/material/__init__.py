"""Define materials, receive and dispose of lots, move their quantities, fill and charge containers."""
