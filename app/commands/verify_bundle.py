"""`countersign verify-bundle`: the offline verifier, as it lies in every bundle."""

from collections.abc import Sequence

from audit import offline_verifier


def main(arguments: Sequence[str]) -> int:
    """Verify a bundle and print the report: 0 PASS, 1 FAIL, 2 INCOMPLETE."""
    return offline_verifier.main(arguments, "countersign verify-bundle")
