"""A person at a browser of their own: reads the page, does the one thing it asks for, and signs.

What to press is found by what the product's scripts go by too (data-opens, names), not by wording.
"""

from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

from tests.cast import PASSWORD
from tests.web.conftest import MovableClock

TABLET = {"width": 1280, "height": 800}
DESK = {"width": 1440, "height": 900}

# What a scanner does: the keys of a code and Enter within a few milliseconds, wherever the focus is.
SCAN = """code => {
  const target = document.activeElement ?? document.body;
  for (const key of [...code, 'Enter']) {
    const event = new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true});
    if (target.dispatchEvent(event) && key.length === 1 && 'value' in target) target.value += key;
  }
}"""
SECONDS_AN_ACT = 15
KEYS = {".": "Decimal point", "-": "Change the sign"}


@dataclass
class Album:
    """Pictures of what persons saw, each kind of page once; none without a folder."""

    folder: Path | None
    taken: set[str] = field(default_factory=set)

    def take(self, page: Page, name: str) -> None:
        if self.folder and name not in self.taken:
            self.taken.add(name)
            page.screenshot(path=self.folder / f"{len(self.taken):03}-{name}.png")


@dataclass
class Person:
    """Somebody signed in on a device of their own."""

    user_name: str
    page: Page
    clock: MovableClock
    album: Album
    is_touch: bool
    acts: int = 0
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Write down everything the browser complains of."""
        page, note = self.page, self.complaints.append
        page.on("console", lambda said: note(f"console: {said.text}") if said.type == "error" else None)
        page.on("pageerror", lambda error: note(f"script: {error}"))
        page.on("response", lambda one: note(f"{one.status} {one.url}") if one.status >= 400 else None)
        page.on("requestfailed", lambda one: None if _is_left(one) else note(f"{one.failure} {one.url}"))

    # to get somewhere

    def go(self, path: str) -> None:
        self.page.goto(path, wait_until="commit")
        self.arrive()

    def arrive(self) -> None:
        """Wait until the scripts of the page listen; sign in again or unlock where that is asked first."""
        self.page.wait_for_selector("html[data-attached]", state="attached")
        if self.there("#lock-password"):
            self.page.fill("#lock-password", PASSWORD)
            self.follow("button.button-primary")
        elif self.there("form[action^='/sign-in'] #user-name"):
            self.page.fill("#user-name", self.user_name)
            self.page.fill("#password", PASSWORD)
            self.follow("button.button-primary")

    @contextmanager
    def leaving(self):
        """Do something that leads to another page, and wait until it is there."""
        self.clock.move(seconds=SECONDS_AN_ACT)
        self.acts += 1
        with self.page.expect_navigation(wait_until="commit"):
            yield
        self.arrive()

    def follow(self, selector: str) -> None:
        with self.leaving():
            self.press(selector)

    def press(self, selector: str) -> None:
        one = self.page.locator(selector).first
        one.tap() if self.is_touch else one.click()

    def there(self, selector: str) -> bool:
        return self.page.locator(selector).count() > 0

    def value_of(self, selector: str) -> str:
        return self.page.locator(selector).first.input_value()

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    @property
    def part(self) -> str:
        """The step whose page is open, as STEP/OCCURRENCE; empty on any other page."""
        return self.path.partition("/steps/")[2]

    def keep(self, name: str) -> None:
        self.album.take(self.page, name)

    # to give something

    def scan(self, code: str) -> None:
        """Scan a code with the focus nowhere."""
        self.page.evaluate("document.activeElement.blur()")
        with self.leaving():
            self.page.evaluate(SCAN, code)

    def scan_wrongly(self, code: str) -> None:
        """Scan a code that is refused; the browser may complain of the refusal, and of nothing else."""
        before = len(self.complaints)
        self.scan(code)
        assert self.there(".scan-refused")
        self.complaints[before:] = [one for one in self.complaints[before:] if "409" not in one]

    def give_number(self, text: str) -> None:
        """Key in a number: with gloves on the pad of the screen, at a desk on the keyboard."""
        if self.is_touch:
            self.page.locator(".keypad:visible").wait_for()
            pad = self.page.locator(".keypad")
            for key in [*text.replace("-", ""), *(["-"] if "-" in text else [])]:
                pad.get_by_role("button", name=KEYS.get(key, key), exact=True).tap()
            self.follow(".action-confirm")
        else:
            self.page.focus(".number-value")
            self.page.keyboard.type(text)
            with self.leaving():
                self.page.keyboard.press("Enter")

    def choose(self, *answers: str) -> None:
        for answer in answers:
            self.press(f'.big-choice:has(input[value="{answer}"])')
        self.follow(".action-confirm")

    def write(self, text: str) -> None:
        self.page.fill('#step-form textarea[name="value"]', text)
        self.follow(".action-confirm")

    def photograph(self, picture: bytes) -> None:
        file = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": picture}
        self.page.set_input_files("#step-form input[type=file]", [file])
        self.follow(".action-confirm")

    def sign(self, dialog: str, reason: str = "") -> None:
        """Open a signing dialog and sign in it, with user name where it asks for one."""
        self.press(f'[data-opens="{dialog}"]')
        self.sign_there(f"#{dialog}", self.user_name, reason)

    def sign_there(self, place: str, user_name: str, reason: str = "") -> None:
        """Fill a form that signs, for whoever it is that signs there."""
        form = self.page.locator(f"{place} form:has(input[type=password])")
        if reason:
            form.locator("[name=reason]").fill(reason)
        if form.locator("[name=user_name]").count():
            form.locator("[name=user_name]").fill(user_name)
        form.locator("[name=password]").fill(PASSWORD)
        self.follow(f"{place} form:has(input[type=password]) button.button-primary")

    def say_why(self, dialog: str, text: str) -> None:
        """Open a dialog that takes words and no signature, and send them."""
        self.press(f'[data-opens="{dialog}"]')
        self.write_there(f"#{dialog}", text)

    def write_there(self, place: str, text: str) -> None:
        self.page.fill(f"{place} textarea", text)
        self.follow(f"{place} button.button-primary")


def sit_down(
    browser: Browser, address: str, user_name: str, clock: MovableClock, album: Album, *, is_touch: bool
) -> Person:
    """Open a browser of this person's own, and sign in."""
    size = TABLET if is_touch else DESK
    context = browser.new_context(base_url=address, viewport=size, has_touch=is_touch)
    context.set_default_timeout(15_000)
    context.add_init_script("window.print = () => document.body.setAttribute('data-printed', '')")
    person = Person(user_name, context.new_page(), clock, album, is_touch)
    person.go("/sign-in")
    return person


def _is_left(request) -> bool:
    """Tell whether a request came to nothing because its page was left."""
    return request.failure == "net::ERR_ABORTED"
