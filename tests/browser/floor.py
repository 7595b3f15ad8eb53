"""The people who make a batch, each at a browser: the pages lead, and the robot knows the values."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from urllib.parse import parse_qs, urlsplit

from app.demo.pictures import overprint
from records.execution.facts import split_part
from tests.browser.person import Person
from tests.robot import Robot

OPERATOR, VERIFIER, ANALYST, SUPERVISOR = "a.reyes", "m.lindqvist", "p.sharma", "t.novak"
APPROVER, REVIEWER = "e.haddad", "h.brandt"
"""Of the quality unit: who approves on the floor, and who takes no part there before the record's review."""
HAND_OVER = 'a[href$="/hand-over"].button-primary'
REASON = "Seen and understood; no effect on the product."


@dataclass
class Floor:
    """The people who make a batch, what they find out by themselves, and when they wait."""

    batch: str
    seat: Callable[[str], Person]
    robot: Robot
    crew: Sequence[str]
    """Whom the operator waits for, in the order in which their turns come."""
    mistyped: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    """By part and value: what is typed first, and what is true."""
    out_of_limits: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """By part and value: a true value that a supervisor has to accept."""
    wrong_scans: dict[tuple[str, str], str] = field(default_factory=dict)
    """By part and value: a code scanned before the right one."""
    problems: dict[str, str] = field(default_factory=dict)
    """By part: what the operator notices there, and reports."""
    handed_over: frozenset[str] = frozenset()
    """Parts whose second person comes to the operator's tablet."""
    runs: dict[str, list[int]] = field(default_factory=dict)
    """By part that ends a run: minutes that pass before it, one after the other."""

    @property
    def operator(self) -> Person:
        return self.seat(OPERATOR)

    def work_until(self, part: str) -> None:
        """Work until this step is the operator's next, and its page is open."""
        self._work(lambda: self.operator.part == part)

    def work_to_the_end(self) -> None:
        """Work until every step is closed."""
        self._work(self._is_finished)

    def _work(self, is_over: Callable[[], bool]) -> None:
        while not self._operate(is_over):
            if not any(turn() for turn in self._others()):
                self._wait_for_what_is_due()

    def _others(self) -> Iterator[Callable[[], bool]]:
        """Yield whose turn it may be, until one of them has had it."""
        turns = {VERIFIER: self._second, SUPERVISOR: self._assess, APPROVER: self._second}
        for user_name in self.crew:
            yield partial(turns.get(user_name, self._alone), user_name)

    # the operator

    def _operate(self, is_over: Callable[[], bool]) -> bool:
        """Let the operator do whatever is theirs; tell whether it is over."""
        person = self.operator
        self._go_on(person)
        while not is_over():
            if minutes := self.runs.get(person.part):
                person.clock.move(minutes=minutes.pop(0))
                self._go_on(person)
                continue
            if not self.act(person):
                return False
            if person.part in self.handed_over and person.there(HAND_OVER):
                self._hand_over(person)
            if not self._asks(person):
                self._go_on(person)
        return True

    def _go_on(self, person: Person) -> None:
        """Let the product say which step is this person's next."""
        person.go(f"/batches/{self.batch}/execute")

    def _asks(self, person: Person) -> bool:
        return bool(person.part) and person.there(
            "#step-form, .exception-card, .action-confirm[data-opens=sign], .action-confirm[data-opens=vouch]"
        )

    def act(self, person: Person) -> bool:
        """Do the one thing a step's page asks for; tell whether it asked anything."""
        if not self._asks(person):
            return False
        if person.part in self.problems:
            self._report(person)
        elif person.there(".exception-card"):
            self._settle(person)
        elif person.there("#step-form input[name=name]"):
            self._answer(person)
        elif person.there("#step-form"):
            self._keep(person, "confirm")
            person.follow(".action-confirm")
        else:
            dialog = "sign" if person.there(".action-confirm[data-opens=sign]") else "vouch"
            self._keep(person, dialog)
            person.sign(dialog)
        return True

    def _answer(self, person: Person) -> None:
        name, part = person.value_of("#step-form input[name=name]"), person.part
        if person.there("#step-form input[name=mark]"):
            self._time(person, part, name)
            return
        self._keep(person, name.partition(".")[0])
        if person.there("#step-form input[type=file]"):
            person.photograph(overprint(self.batch, name, person.clock()))
        elif person.there(".label-to-print"):
            self._print_label(person)
            person.follow(".action-confirm")
        elif person.there("#step-form input[name=value][type=hidden]"):
            person.follow(".action-confirm")
        else:
            if (part, name) in self.wrong_scans:
                person.scan_wrongly(self.wrong_scans.pop((part, name)))
                self._keep(person, "refused")
            self._give(person, self._reading(part, name))

    def _give(self, person: Person, text: str) -> None:
        if person.there("#step-form .scan-tile"):
            person.scan(text)
        elif person.there("#step-form .number-value"):
            person.give_number(text)
        elif person.there("#step-form textarea[name=value]"):
            person.write(text)
        else:
            person.choose(*text.split(","))

    def _reading(self, part: str, name: str) -> str:
        if (part, name) in self.mistyped:
            return self.mistyped[part, name][0]
        return self.out_of_limits.get((part, name)) or self.robot.reading(part, name)

    def _time(self, person: Person, part: str, name: str) -> None:
        mark = person.value_of("#step-form input[name=mark]")
        if mark == "stop":
            self.robot.wait_for_timer(part, name)
            person.go(f"{person.path}?at={name}.stop")
        self._keep(person, mark)
        person.follow(".action-confirm")

    def _print_label(self, person: Person) -> None:
        person.follow(".label-to-print a")
        self._keep(person, "label")
        person.follow(".label-acts button.button-primary")
        assert person.there("body[data-printed]")
        person.follow("main a.button[href*='/steps/']")

    def _report(self, person: Person) -> None:
        """Report a problem, with a photo of it."""
        text = self.problems.pop(person.part)
        person.press('[data-opens="problem"]')
        person.page.select_option("#problem [name=kind]", index=1)
        picture = {"name": "problem.jpg", "mimeType": "image/jpeg"}
        picture["buffer"] = overprint(self.batch, text, person.clock())
        person.page.set_input_files("#problem [name=photo]", [picture])
        self._keep(person, "problem")
        person.write_there("#problem", text)

    def _settle(self, person: Person) -> None:
        """Correct what was mistyped; hand the tablet to the supervisor for what is true."""
        part = person.part
        self._keep(person, "out-of-limits")
        ways = [one.get_attribute("href") for one in person.page.locator(".exception-way a").all()]
        corrections = [href for href in ways if "correct=" in href]
        for href in corrections:
            (name,) = parse_qs(urlsplit(href).query)["correct"]
            if (part, name) in self.mistyped:
                person.follow(f'.exception-way a[href="{href}"]')
                person.page.select_option("[name=reason_code]", "mistyped")
                self._keep(person, "correct")
                self._correct(person, self.mistyped.pop((part, name))[1])
                return
        person.follow('.exception-way a[href$="/hand-over"]')
        self._keep(person, "accept")
        person.sign_there(".hand-over", SUPERVISOR, "Repeated, and true.")

    def _correct(self, person: Person, text: str) -> None:
        person.page.fill("#step-form .number-value", text)
        person.follow(".action-confirm")

    def _hand_over(self, person: Person) -> None:
        person.follow(HAND_OVER)
        person.press('.big-choice:has(input[value="agree"])')
        self._keep(person, "hand-over")
        person.sign_there(".hand-over", VERIFIER)

    # the others

    def _second(self, user_name: str) -> bool:
        """Let a second person answer the requests on their own device."""
        person, has_acted = self.seat(user_name), False
        for _ in range(20):
            person.go("/verifications")
            person.keep("verifications")
            links = person.page.locator("#requests-table tbody tr:not(:has(.hint)) a")
            if not links.count():
                return has_acted
            person.follow("#requests-table tbody tr:not(:has(.hint)) a")
            assert self.act(person), person.page.locator("main").inner_text()
            has_acted = True
        raise AssertionError(person.path)

    def _alone(self, user_name: str) -> bool:
        """Let somebody do the steps of their own role."""
        person, has_acted = self.seat(user_name), False
        self._go_on(person)
        while self.act(person):
            has_acted = True
            if not self._asks(person):
                self._go_on(person)
        return has_acted

    def _assess(self, user_name: str) -> bool:
        """Let the supervisor assess every exception that waits for it."""
        person, has_acted = self.seat(user_name), False
        for _ in range(20):
            person.go("/verifications")
            if not person.there("#exceptions-table tbody a"):
                return has_acted
            person.keep("to-assess")
            person.follow("#exceptions-table tbody a")
            person.say_why(
                person.page.locator('[data-opens^="assess-"]').first.get_attribute("data-opens"), REASON
            )
            has_acted = True
        raise AssertionError(person.path)

    def _is_finished(self) -> bool:
        return not self.operator.part and self.operator.there(".step-card .message-good")

    def _wait_for_what_is_due(self) -> None:
        """Let the time pass until the next check is due."""
        clock = self.robot.hands.service.clock
        times = self.operator.page.locator(".waiting-list time, .step-notices time").evaluate_all(
            "all => all.map(one => one.getAttribute('datetime'))"
        )
        coming = [at for at in map(datetime.fromisoformat, times) if at > clock()]
        assert coming, self.operator.page.locator("main").inner_text()
        clock.at = min(coming)

    def _keep(self, person: Person, what: str) -> None:
        person.keep(f"{split_part(person.part)[0]}-{what}")
