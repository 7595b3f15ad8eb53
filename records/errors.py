"""The root of everything Countersign refuses: a sentence for the person who asked."""


class DomainError(Exception):
    """Refuse what was asked, in a sentence that says why and what to do instead."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class StaleError(DomainError):
    """Somebody else changed the record between reading and writing."""

    def __init__(self, stream: str) -> None:
        super().__init__(f"{stream} was changed by someone else in the meantime. Read it again, then decide.")
        self.stream = stream


class RecordNotFoundError(DomainError):
    """There is no record of that name, or it may not be seen."""

    def __init__(self, kind: str, number: str) -> None:
        super().__init__(f"There is no {kind.replace('_', ' ')} {number}. Check the number.")
        self.kind = kind
        self.number = number
