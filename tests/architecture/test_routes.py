"""Every route names its permission or is public, and changes nothing around the one write path."""

import ast
import inspect
import re
from pathlib import Path

import pytest
from flask import Blueprint, Flask

from app.auth import RouteNotGuardedError, check_every_route, public, requires
from app.blueprints import BLUEPRINTS
from app.extensions import csrf
from app.observing import pages as observing_pages
from workflows.authority import Permission

PROJECT = Path(__file__).parents[2]
PUBLIC = {"account.sign_in", "account.begin", "observing.alive", "observing.ready", "observing.metrics"}
"""Open to everybody: the sign-in page, and what watches the installation. Nothing else may join unnoticed."""
ACTS_OF_A_LOGIN = {"account.begin", "account.lock_now", "account.sign_out", "account.unlock"}
"""Changes of a login itself: events of the account, harmless when repeated, so they carry no key."""
READS = {"GET", "HEAD", "OPTIONS"}
ADDRESS = re.compile(r"(/|(/([a-z0-9]+(-[a-z0-9]+)*|<[a-z]+(\([^)]*\))?:[a-z_]+>)(\.[a-z]+)?)+)")


def _service():
    app = Flask("app")
    for blueprint in (*BLUEPRINTS, observing_pages):
        app.register_blueprint(blueprint)
    return app


def _name(rule):
    return f"{rule.endpoint} {rule}"


SERVICE = _service()
RULES = [rule for rule in SERVICE.url_map.iter_rules() if rule.endpoint != "static"]
RECORD_ACTS = [rule for rule in RULES if rule.methods - READS and rule.endpoint not in ACTS_OF_A_LOGIN]


def _view(rule):
    """The view as written, below what decorates it."""
    return inspect.unwrap(SERVICE.view_functions[rule.endpoint])


def _reaches(name, function, seen=frozenset()):
    """Tell whether a function calls one of this name, itself or by helpers of its own module."""
    called = {
        node.func.id
        for node in ast.walk(ast.parse(inspect.getsource(function)))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    module = inspect.getmodule(function)
    helpers = [getattr(module, helper, None) for helper in called - seen]
    return name in called or any(
        _reaches(name, helper, seen | called)
        for helper in helpers
        if inspect.isfunction(helper) and helper.__module__ == module.__name__
    )


@pytest.mark.requirement("P11-10g-1")
@pytest.mark.parametrize("rule", RULES, ids=_name)
def test_every_route_names_its_permission_or_is_known_to_be_public(rule):
    permission = getattr(SERVICE.view_functions[rule.endpoint], "permission", None)

    assert isinstance(permission, Permission) != (rule.endpoint in PUBLIC)


@pytest.mark.requirement("P11-10g-1")
def test_application_with_an_unguarded_route_does_not_start():
    app, pages = Flask("guarded"), Blueprint("pages", "pages")
    pages.get("/open")(public(lambda: ""))
    app.register_blueprint(pages, name="good")
    app.view_functions["static"] = public(app.view_functions["static"])
    check_every_route(app)
    app.add_url_rule("/forgotten", view_func=lambda: "", endpoint="forgotten")

    with pytest.raises(RouteNotGuardedError) as refused:
        check_every_route(app)

    assert str(refused.value) == "Neither @requires nor @public: /forgotten."


@pytest.mark.requirement("P11-10f-1")
@pytest.mark.parametrize("rule", RECORD_ACTS, ids=_name)
def test_every_changing_route_runs_once_per_key_through_the_write_path(rule):
    assert _reaches("run", _view(rule)), f"{rule.endpoint} answers without app.http.run"


@pytest.mark.requirement("P11-10c-1")
@pytest.mark.parametrize("rule", RULES, ids=_name)
def test_no_route_deletes(rule):
    assert rule.methods - READS <= {"POST"}
    assert re.search(r"delet|remov|purg", rule.rule + rule.endpoint) is None


@pytest.mark.parametrize("rule", RULES, ids=_name)
def test_address_is_kebab_case_and_names_its_parameters(rule):
    assert ADDRESS.fullmatch(rule.rule)


@pytest.mark.parametrize("rule", RULES, ids=_name)
def test_view_is_short_and_says_what_it_does(rule):
    body = ast.parse(inspect.getsource(_view(rule))).body[0]

    assert ast.get_docstring(body).endswith(".")
    assert sum(isinstance(node, ast.stmt) for node in ast.walk(body)) <= 14, (
        "a view reads, acts once, answers"
    )


@pytest.mark.requirement("ATK-35")
def test_no_view_is_exempt_from_the_csrf_check():
    assert (csrf._exempt_views, csrf._exempt_blueprints) == (set(), set())


@pytest.mark.parametrize("blueprint", BLUEPRINTS, ids=lambda blueprint: blueprint.name)
def test_blueprint_templates_and_tests_bear_one_name(blueprint):
    package = blueprint.import_name.split(".")[1]

    tests = [path.name for path in (PROJECT / "tests" / "web").glob(f"test_{package}*.py")]

    assert (PROJECT / "app" / package / "views.py").is_file()
    assert tests != []


def test_permission_is_read_from_the_view_itself():
    @requires(Permission.RECORD_READ)
    def view():
        return ""

    assert (view.permission, view.also_locked) == (Permission.RECORD_READ, False)
