"""The people of Alder Ridge (invented), and what each is shown first."""

from dataclasses import dataclass

from records.personnel.states import Role


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the demo: number, printed name, roles, and the page to open first."""

    user_name: str
    number: str
    printed_name: str
    roles: tuple[Role, ...]
    first_page: str


CAST = (
    Member("s.patel", "P-0001", "S. Patel", (Role.SECURITY_ADMINISTRATOR,), "/people"),
    Member("a.reyes", "P-0002", "A. Reyes", (Role.OPERATOR,), "/batches/TB-0772/execute"),
    Member("j.okafor", "P-0003", "J. Okafor", (Role.OPERATOR,), "/batches/TB-0772/execute"),
    Member("m.lindqvist", "P-0004", "M. Lindqvist", (Role.VERIFIER,), "/verifications"),
    Member("t.novak", "P-0005", "T. Novak", (Role.SUPERVISOR,), "/batches/TB-0772"),
    Member("p.sharma", "P-0006", "P. Sharma", (Role.IPC_ANALYST,), "/batches/TB-0772/execute"),
    Member("h.brandt", "P-0007", "H. Brandt", (Role.QA_REVIEWER,), "/batches/TB-0771/review"),
    Member("d.moreau", "P-0008", "D. Moreau", (Role.QUALIFIED_PERSON,), "/batches/TB-0770/disposition"),
    Member("k.ito", "P-0009", "K. Ito", (Role.TECHNICIAN,), "/equipment"),
    Member("l.weber", "P-0010", "L. Weber", (Role.AUTHOR,), "/masters"),
    Member("r.silva", "P-0011", "R. Silva", (Role.CHECKER,), "/masters"),
    Member("c.dubois", "P-0012", "C. Dubois", (Role.PLANNER, Role.MAINTENANCE_PLANNER), "/production-orders"),
    Member("g.andersson", "P-0013", "G. Andersson", (Role.AUDITOR,), "/trail"),
    Member("e.haddad", "P-0014", "E. Haddad", (Role.QA_REVIEWER,), "/verifications"),
)
ADMINISTRATOR = "s.patel"
QUALITY = "h.brandt"
OWES_ACKNOWLEDGEMENT = "c.dubois"
"""Signs nothing in the story, and so shows what the policy page says to somebody who owes it."""
