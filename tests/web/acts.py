"""Acts on one record over HTTP, as any page does them: identified entries and three kinds of signature."""

from flask import Blueprint, render_template_string

from app.auth import requires
from app.forms import ReasonedForm, SignedForm, Text, load
from app.http import plain_work, read_session, run
from app.signing import handed_over_work, signed_work
from audit.events import Action
from records.personnel.queries import get_person
from signatures.meaning import Meaning
from workflows.authority import Permission
from workflows.machine import Transition
from workflows.perform import Content, perform
from workflows.personnel.commands import lock_person
from workflows.personnel.facts import PersonFacts

NUMBER = "P-0009"
STREAM = f"person/{NUMBER}"
PAGE = """
{% extends "base.html" %}
{% from "components/sign.html" import sign_panel %}
{% block title %}A record{% endblock %}
{% block content %}
  <h1>{{ content.text }}</h1>
  <p>Next signing: {{ components_needed() }}; release: {{ components_needed(all_components=true) }}</p>
  {{ sign_panel("sign", "/acts/sign", "A person", [content.text], content.digest, meaning.text,
    reason=true, hidden=seen(content, meaning)) }}
{% endblock %}
"""

pages = Blueprint("acts", __name__)


class NoteForm(ReasonedForm):
    note = Text(required=True, longest=40)


@pages.get("/acts")
@requires(Permission.RECORD_READ)
def show():
    return render_template_string(
        PAGE, content=content_of(get_person(read_session(), NUMBER)), meaning=Meaning.REVIEWED
    )


@pages.post("/acts/note")
@requires(Permission.RECORD_READ)
def note():
    form = load(NoteForm())
    return run(plain_work(form), lambda unit: _note(unit, form["note"]), then="/acts", said="Noted.")


@pages.post("/acts/rename")
@requires(Permission.RECORD_READ)
def rename():
    form = load(NoteForm())
    return run(plain_work(form), lambda unit: _rename(unit, form["note"]), then="/acts")


@pages.post("/acts/commit")
@requires(Permission.RECORD_READ)
def commit():
    form = load(NoteForm())
    return run(plain_work(form), lambda unit: _note(unit, form["note"]), then=None)


@pages.post("/acts/sign")
@requires(Permission.RECORD_READ)
def sign():
    return run(signed_work(load(SignedForm())), _sign, then="/acts")


@pages.post("/acts/approve")
@requires(Permission.RECORD_READ)
def approve():
    return run(signed_work(load(SignedForm())), lambda unit: _sign(unit, Meaning.APPROVED), then="/acts")


@pages.post("/acts/release")
@requires(Permission.RECORD_READ)
def release():
    return run(signed_work(load(SignedForm()), all_components=True), _sign, then="/acts")


@pages.post("/acts/second")
@requires(Permission.RECORD_READ)
def second():
    return run(handed_over_work(load(SignedForm())), _sign, then="/acts")


def content_of(person):
    return Content.of("record", {"printed_name": person.printed_name}, f"Person {person.printed_name}")


def _row(act, meaning=None, **settings):
    return Transition(
        act=act,
        words="do this",
        permission=Permission.RECORD_READ,
        event=Action.PERSON_CHANGE,
        meaning=meaning,
        **settings,
    )


def _facts(person):
    return PersonFacts(stream=person.stream, printed_name=person.printed_name, record=person)


def _note(unit, text):
    person = lock_person(unit.session, NUMBER)
    guards = (_refuse_the_word_no(text),)

    def change(changes):
        changes.note(person, Action.PERSON_CHANGE, note=text)

    perform(unit, _row("test.note", guards=guards), _facts(person), change)


def _rename(unit, name):
    person = lock_person(unit.session, NUMBER)

    def change(changes):
        changes.update(person, Action.PERSON_CHANGE, printed_name=name)

    perform(unit, _row("test.rename"), _facts(person), change)


def _refuse_the_word_no(text):
    return lambda _facts, _actor: "The note says no." if text == "no" else None


def _sign(unit, meaning=Meaning.REVIEWED):
    person = lock_person(unit.session, NUMBER)
    perform(unit, _row("test.sign", meaning), _facts(person), content=content_of(person))
