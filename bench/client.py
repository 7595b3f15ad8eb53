"""A person's program over HTTP: one kept connection, cookies, the page's token and forms."""

import re
from dataclasses import dataclass
from html import unescape
from http.client import HTTPConnection, HTTPResponse
from itertools import count
from time import monotonic
from urllib.parse import urlencode

from bench.site import PASSWORD

SHOWN = ("seen_part", "seen_content", "seen_rendering", "nonce")
_FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
_INPUT = re.compile(r"<input\b[^>]*>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_TOKEN = re.compile(r'<meta name="csrf-token" content="([^"]+)"')
_KEPT_SECONDS = 3
"""The server closes an idle connection after five."""
_keys = count(1)


class UnexpectedAnswerError(Exception):
    """The server answered otherwise than the measurement needs."""

    def __init__(self, path: str, status: int, text: str) -> None:
        super().__init__(f"{path}: {status} {text[:600]}")
        self.status = status


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a page: where it goes, and what it holds already."""

    action: str
    hidden: dict[str, str]


class Client:
    """One person signed in, who counts the requests."""

    def __init__(self, port: int, user_name: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies: dict[str, str] = {}
        self._token = ""
        self._used_at = monotonic()
        self.user_name = user_name
        self.requests = 0
        self._form_of_sign_in()

    def get(self, path: str) -> str:
        """Return a page; raises UnexpectedAnswerError for any other answer."""
        status, text, location = self._ask("GET", path, None, {})
        while status in {302, 303}:
            status, text, location = self._ask("GET", location, None, {})
        if status != 200:
            raise UnexpectedAnswerError(path, status, text)
        if found := _TOKEN.search(text):
            self._token = unescape(found[1])
        return text

    def post(self, path: str, fields: dict[str, str], key: str | None = None) -> str:
        """Send a form as a program does; return the body of the answer. Raises UnexpectedAnswerError."""
        sent = {"csrf_token": self._token, "idempotency_key": key or f"{self.user_name}-{next(_keys)}"}
        status, text, _ = self._ask("POST", path, {**fields, **sent}, {"Accept": "application/json"})
        if status != 200:
            raise UnexpectedAnswerError(path, status, text)
        return text

    def sign(self, path: str, page: str, **more: str) -> str:
        """Sign what the form of a page shows: user name and password."""
        form = form_of(page, path)
        shown = {name: form.hidden[name] for name in SHOWN}
        given = {"user_name": self.user_name, "password": PASSWORD}
        return self.post(path, {**shown, **given, **more})

    def close(self) -> None:
        """Let the connection go."""
        self._connection.close()

    def _form_of_sign_in(self) -> None:
        self.get("/sign-in")
        given = {"user_name": self.user_name, "password": PASSWORD, "csrf_token": self._token}
        status, text, _ = self._ask("POST", "/sign-in", given, {})
        if status != 303:
            raise UnexpectedAnswerError(self.user_name, status, text)
        self.get("/account/password")

    def _ask(
        self, method: str, path: str, fields: dict[str, str] | None, headers: dict[str, str]
    ) -> tuple[int, str, str]:
        self.requests += 1
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()), **headers}
        body = None
        if fields is not None:
            body = urlencode(fields)
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        self._reconnect_after_a_pause()
        self._connection.request(method, path, body, sent)
        answer = self._connection.getresponse()
        text = answer.read().decode("utf-8")
        self._keep_cookies(answer)
        return answer.status, text, answer.getheader("Location") or ""

    def _reconnect_after_a_pause(self) -> None:
        """Let a connection go that the server may have closed; the next request opens another."""
        now = monotonic()
        if now - self._used_at > _KEPT_SECONDS:
            self._connection.close()
        self._used_at = now

    def _keep_cookies(self, answer: HTTPResponse) -> None:
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                cookie, _, content = value.partition(";")[0].partition("=")
                self._cookies[cookie] = content


def form_of(page: str, action: str) -> Form:
    """Return the form of a page that goes to this address; raises LookupError."""
    for opening, inside in _FORM.findall(page):
        if unescape(dict(_ATTRIBUTE.findall(opening)).get("action", "")) == action:
            inputs = (dict(_ATTRIBUTE.findall(tag)) for tag in _INPUT.findall(inside))
            hidden = {
                one["name"]: unescape(one.get("value", "")) for one in inputs if one.get("type") == "hidden"
            }
            return Form(action, hidden)
    msg = f"The page has no form for {action}."
    raise LookupError(msg)
