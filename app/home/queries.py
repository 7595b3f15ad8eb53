"""What waits for a person on the start page."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.logins import Login
from signatures.models import Account, AccountState
from workflows.authority import Permission


def locked_accounts(session: Session, login: Login) -> list[Account]:
    """Return the locked accounts, for those who unlock them (21 CFR 11.300(d))."""
    if not login.may(Permission.PERSON_MANAGE):
        return []
    wanted = select(Account).where(Account.state == AccountState.LOCKED).order_by(Account.user_name)
    return list(session.scalars(wanted))
