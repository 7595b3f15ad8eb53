"""The root of everything Countersign refuses: a sentence for the person who asked."""


class DomainError(Exception):
    """Refuse what was asked, in a sentence that says why and what to do instead."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
