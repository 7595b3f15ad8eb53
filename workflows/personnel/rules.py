"""Rules about people, each one sentence (21 CFR 11.10(d), (g), 11.100(a), 11.300)."""

from records.personnel.states import Role
from workflows.authority import SYSTEM, Actor
from workflows.personnel.facts import AccountFacts, PersonFacts


def only_the_first_without_a_person(facts: PersonFacts, actor: Actor) -> str | None:
    """Refuse the software itself once there is somebody who can act."""
    if actor is SYSTEM and facts.store_has_people:
        return "The store has people already; a security administrator does this, signed in."
    return None


def number_is_free(facts: PersonFacts, _actor: Actor) -> str | None:
    """Refuse a personnel number that somebody has: a person is registered once (11.100(a))."""
    other = facts.namesake
    return f"{other.number} is {other.printed_name}'s number. Give another, or none." if other else None


def user_name_is_well_formed(facts: PersonFacts, _actor: Actor) -> str | None:
    """Refuse letters that look like others."""
    return " ".join(facts.user_name_flaws) or None


def user_name_was_never_used(facts: PersonFacts, _actor: Actor) -> str | None:
    """Refuse a user name that somebody has or had (11.100(a), 11.300(a))."""
    return (
        "This user name is or was somebody's; user names are never reused."
        if facts.user_name_was_used
        else None
    )


def person_has_no_account(facts: PersonFacts, _actor: Actor) -> str | None:
    """Refuse a second account of one person (11.100(a))."""
    return f"{facts.printed_name} has an account; a person has one." if facts.has_account else None


def nobody_grants_to_themselves(facts: PersonFacts, actor: Actor) -> str | None:
    """Refuse a grant to oneself: it takes two persons (draft Annex 11 section 11.10)."""
    if facts.record and facts.record.number == actor.person:
        return "Nobody grants a role to themselves; another security administrator does."
    return None


def role_is_not_held(facts: PersonFacts, _actor: Actor) -> str | None:
    """Refuse a grant that changes nothing."""
    if facts.grant and facts.role:
        return f"{facts.printed_name} is {facts.role.title} already."
    return None


def role_is_held(facts: PersonFacts, _actor: Actor) -> str | None:
    """Refuse to revoke what is not there."""
    if facts.grant is None and facts.role:
        return f"{facts.printed_name} is not {facts.role.title}."
    return None


def first_role_is_security_administrator(facts: PersonFacts, actor: Actor) -> str | None:
    """Refuse the software any other role for the first person."""
    if actor is SYSTEM and facts.role is not Role.SECURITY_ADMINISTRATOR:
        return "The software grants the first security administrator's role and no other."
    return None


def another_administrator_remains(facts: PersonFacts, _actor: Actor) -> str | None:
    """Refuse to leave the site without a security administrator."""
    if facts.role is Role.SECURITY_ADMINISTRATOR and facts.other_administrators == 0:
        return "This is the last security administrator; grant the role to somebody else first."
    return None


def account_is_not_the_last_administrators(facts: AccountFacts, _actor: Actor) -> str | None:
    """Refuse to shut out the last security administrator."""
    if facts.other_administrators == 0:
        return "This is the last security administrator's account; grant the role to somebody else first."
    return None


def software_unlocks_only_the_last_administrator(facts: AccountFacts, actor: Actor) -> str | None:
    """Refuse to unlock from the server's console what a security administrator can unlock."""
    if actor is SYSTEM and facts.other_administrators > 0:
        return "A security administrator unlocks this account, signed in."
    return None


def account_is_ones_own(facts: AccountFacts, actor: Actor) -> str | None:
    """Refuse another person's password, login or screen: nobody acts as somebody else (11.200(a)(2))."""
    if facts.record.person == actor.person or actor is SYSTEM:
        return None
    return f"Only its owner may do this with {facts.title}."


def account_is_another_persons(facts: AccountFacts, actor: Actor) -> str | None:
    """Refuse to unlock or disable one's own account: it takes another person (11.300(d))."""
    return (
        "This is your own account; it takes another person." if facts.record.person == actor.person else None
    )
