"""An operator at the steps of a batch of readings, over HTTP: enter a value, read the page, sign it."""

from itertools import count

from bench.client import Client

READING = {"name": "reading", "value": "21.4"}
SIGNED = "P+V"
"""How the steps are signed: by who performed them, then by a second person."""


class Steps:
    """The steps of one batch, each given out once."""

    def __init__(self, batch: str) -> None:
        self.batch = batch
        self._next = count(1)

    def take(self) -> str:
        """Return the address of the next step."""
        return f"/batches/{self.batch}/steps/1.{next(self._next)}/1"


class Hand:
    """One operator: a value is entered in a new step, and the step signed as the next act."""

    def __init__(self, client: Client, steps: Steps) -> None:
        self._client, self._steps = client, steps
        self.open = ""
        """The address of the step that waits for its signature."""

    def enter(self, *, twice: bool = False) -> None:
        """Enter a value in a new step; twice as a double click sends it, with the same key."""
        self.open = self._steps.take()
        key = f"{self._client.user_name}{self.open}"
        for _ in range(2 if twice else 1):
            self._client.post(f"{self.open}/values", READING, key)

    def read(self) -> str:
        """Read the page of the open step, as before a signature."""
        return self._client.get(self.open)

    def sign(self, page: str) -> None:
        """Sign the open step as performed, with the password."""
        self._client.sign(f"{self.open}/perform", page)
        self.open = ""
