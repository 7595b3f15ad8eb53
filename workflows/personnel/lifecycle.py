"""The lives of a person's registration, account and roles: who may do what, from where to where."""

from audit.events import Action
from records.personnel.states import PersonState
from signatures.models import AccountState as S
from workflows.authority import Permission
from workflows.machine import Transition
from workflows.personnel import rules

_ACTIVE = frozenset({S.ACTIVE})

REGISTER = Transition(
    act="person.register",
    words="register a person",
    permission=Permission.PERSON_MANAGE,
    event=Action.PERSON_REGISTER,
    guards=(rules.only_the_first_without_a_person, rules.number_is_free),
    by_system=True,
)
OPEN_ACCOUNT = Transition(
    act="account.open",
    words="open an account",
    permission=Permission.PERSON_MANAGE,
    event=Action.ACCOUNT_OPEN,
    sources=frozenset({PersonState.ACTIVE}),
    guards=(
        rules.only_the_first_without_a_person,
        rules.user_name_is_well_formed,
        rules.user_name_was_never_used,
        rules.person_has_no_account,
    ),
    by_system=True,
)
GRANT_ROLE = Transition(
    act="role.grant",
    words="grant a role",
    permission=Permission.PERSON_MANAGE,
    event=Action.ROLE_GRANT,
    sources=frozenset({PersonState.ACTIVE}),
    guards=(
        rules.only_the_first_without_a_person,
        rules.first_role_is_security_administrator,
        rules.nobody_grants_to_themselves,
        rules.role_is_not_held,
    ),
    by_system=True,
)
REVOKE_ROLE = Transition(
    act="role.revoke",
    words="revoke a role",
    permission=Permission.PERSON_MANAGE,
    event=Action.ROLE_REVOKE,
    guards=(rules.role_is_held, rules.another_administrator_remains),
    reason_required=True,
)
CHANGE_PASSWORD = Transition(
    act="account.password",
    words="change the password",
    permission=Permission.SELF_MANAGE,
    event=Action.ACCOUNT_PASSWORD,
    sources=_ACTIVE,
    guards=(rules.account_is_ones_own,),
)
COUNT_FAILURE = Transition(
    act="account.fail",
    words="count a failed attempt",
    permission=Permission.PERSON_MANAGE,
    event=Action.ACCOUNT_FAILED,
    by_system=True,
)
CLEAR_FAILURES = Transition(
    act="account.clear",
    words="clear failed attempts",
    permission=Permission.SELF_MANAGE,
    event=Action.ACCOUNT_CLEARED,
    sources=_ACTIVE,
    guards=(rules.account_is_ones_own,),
)
LOCK_ACCOUNT = Transition(
    act="account.lock",
    words="lock the account",
    permission=Permission.PERSON_MANAGE,
    event=Action.ACCOUNT_LOCK,
    sources=_ACTIVE,
    target=S.LOCKED,
    by_system=True,
)
UNLOCK_ACCOUNT = Transition(
    act="account.unlock",
    words="unlock the account",
    permission=Permission.PERSON_MANAGE,
    event=Action.ACCOUNT_UNLOCK,
    sources=frozenset({S.LOCKED}),
    target=S.ACTIVE,
    guards=(rules.account_is_another_persons, rules.software_unlocks_only_the_last_administrator),
    reason_required=True,
    by_system=True,
)
DISABLE_ACCOUNT = Transition(
    act="account.disable",
    words="disable the account",
    permission=Permission.PERSON_MANAGE,
    event=Action.ACCOUNT_DISABLE,
    sources=frozenset({S.ACTIVE, S.LOCKED}),
    target=S.DISABLED,
    guards=(rules.account_is_another_persons, rules.account_is_not_the_last_administrators),
    reason_required=True,
)
LOG_IN = Transition(
    act="session.login",
    words="sign in",
    permission=Permission.SELF_MANAGE,
    event=Action.LOGIN,
    sources=_ACTIVE,
    guards=(rules.account_is_ones_own,),
)
LOG_OUT = Transition(
    act="session.logout",
    words="sign out",
    permission=Permission.SELF_MANAGE,
    event=Action.LOGOUT,
    guards=(rules.account_is_ones_own,),
    by_system=True,
)
LOCK_SCREEN = Transition(
    act="session.lock",
    words="lock the screen",
    permission=Permission.SELF_MANAGE,
    event=Action.LOCK,
    guards=(rules.account_is_ones_own,),
    by_system=True,
)
UNLOCK_SCREEN = Transition(
    act="session.unlock",
    words="unlock the screen",
    permission=Permission.SELF_MANAGE,
    event=Action.UNLOCK,
    sources=_ACTIVE,
    guards=(rules.account_is_ones_own,),
)

LIFECYCLE = (
    REGISTER,
    OPEN_ACCOUNT,
    GRANT_ROLE,
    REVOKE_ROLE,
    CHANGE_PASSWORD,
    COUNT_FAILURE,
    CLEAR_FAILURES,
    LOCK_ACCOUNT,
    UNLOCK_ACCOUNT,
    DISABLE_ACCOUNT,
    LOG_IN,
    LOG_OUT,
    LOCK_SCREEN,
    UNLOCK_SCREEN,
)
