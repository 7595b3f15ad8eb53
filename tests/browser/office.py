"""What happens to a batch before and after its making, by the pages alone; each function is a chapter."""

from playwright.sync_api import expect

from tests.browser.person import Person
from tests.cast import PASSWORD


def order_and_issue(planner: Person, supervisor: Person, quantity: str) -> str:
    """Plan an order, release it, make the batch of it; the supervisor issues it. Return the batch number."""
    planner.go("/production-orders")
    planner.follow('a[href="/production-orders/new"]')
    page = planner.page
    page.select_option("[name=master]", index=1)
    page.fill("[name=quantity]", quantity)
    planner.keep("order-new")
    planner.follow("main form button.button-primary")
    planner.follow("form[action$='/release'] button")
    planner.keep("order-released")
    planner.follow("form[action$='/batch'] button")
    batch = planner.path.rpartition("/")[2]
    supervisor.go(f"/batches/{batch}")
    supervisor.keep("batch-created")
    supervisor.sign("sign-issue")
    supervisor.keep("batch-issued")
    return batch


def complete(supervisor: Person, batch: str) -> None:
    """Sign that production is complete."""
    supervisor.go(f"/batches/{batch}")
    supervisor.keep("batch-made")
    supervisor.sign("sign-complete")


def decide_by_keyboard(reviewer: Person, batch: str) -> None:
    """Begin the review; every exception is opened in its turn, and accepted with the reason."""
    reviewer.go(f"/batches/{batch}")
    reviewer.keep("review-begins")
    reviewer.follow("form[action$='/begin-review'] button")
    reviewer.keep("review")
    press(reviewer, "j")
    press(reviewer, "k")
    while "/exceptions/" in reviewer.path or reviewer.there(".decision button[value=accept]:enabled"):
        reviewer.keep("review-exception")
        reviewer.page.keyboard.press("a")
        expect(reviewer.page.locator("#decision-reason")).to_be_focused()
        type_into(reviewer, "Explained by the assessment; no effect on the product.", "Tab")
        press(reviewer, "Enter")


def read_by_keyboard(reviewer: Person, batch: str) -> None:
    """Open what no rule checks, page by page, and the audit trail."""
    reviewer.go(f"/batches/{batch}/review/unchecked")
    reviewer.keep("review-unchecked")
    while True:
        if reviewer.there("form#read [data-key=a]"):
            press(reviewer, "a")
        if not reviewer.there("a[rel=next]"):
            break
        focus_and_press(reviewer, "a[rel=next]")
    reviewer.go(f"/batches/{batch}/review/trail")
    reviewer.keep("review-trail")


def sign_reviews_by_keyboard(reviewer: Person, batch: str) -> None:
    """Sign the review of the audit trail, then that of the record."""
    reviewer.go(f"/batches/{batch}/review/sign")
    reviewer.keep("review-sign")
    for name in ("sign-trail", "sign-record"):
        page = reviewer.page
        page.focus(f'[data-opens="dialog-{name}"]')
        page.keyboard.press("Enter")
        dialog = page.locator(f"#dialog-{name}")
        if dialog.locator("[name=user_name]").count():
            expect(dialog.locator("[name=user_name]")).to_be_focused()
            type_into(reviewer, reviewer.user_name, "Tab")
        expect(dialog.locator("[name=password]")).to_be_focused()
        type_into(reviewer, PASSWORD)
        reviewer.keep(f"dialog-{name}")
        press(reviewer, "Enter")


def decide_for_market(person: Person, batch: str, act: str, market: str) -> None:
    """Sign the disposition for one market, with both components and a comment."""
    person.go(f"/batches/{batch}/disposition")
    person.keep(f"disposition-{market}")
    person.sign(f"sign-{act}-{market}", "Meets its specification.")


def take_copy(person: Person, batch: str) -> bytes:
    """Have the whole record made as a PDF, and take it away."""
    person.go(f"/batches/{batch}/copies")
    person.follow("form#make-pdf button")
    person.keep("copy-being-made")
    person.page.locator("form#hand-over button").wait_for(timeout=180_000)
    person.keep("copy-ready")
    with person.page.expect_download() as coming:
        person.press("form#hand-over button")
    return coming.value.path().read_bytes()


def press(person: Person, key: str) -> None:
    """Press a key that leads to another page."""
    with person.leaving():
        person.page.keyboard.press(key)


def focus_and_press(person: Person, selector: str) -> None:
    person.page.focus(selector)
    press(person, "Enter")


def type_into(person: Person, *pieces: str) -> None:
    """Type text, or press a key where a piece names one."""
    for piece in pieces:
        if piece == "Tab":
            person.page.keyboard.press(piece)
        else:
            person.page.keyboard.type(piece)
