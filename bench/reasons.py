"""Why a figure does not reach its target, by how its name begins: what a profile showed, not a guess."""

from collections.abc import Mapping

_ENTRY = """\
An entry runs 18 statements: besides writing value, event, head and outbox row it reads the batch, its runs,
values, exceptions, equipment and signatures, so that every rule is checked on what is true now. By profile
about half of the time is SQLAlchemy's work around these reads. `perform_to_…` is the write alone."""
_PLAIN = """\
Eight statements beside the ORM's one. By profile a fifth of the time is the commit, a tenth the statements
before it, a tenth the canonical bytes; the rest is spread over session, checks and the row's object."""
REASONS: Mapping[str, str] = {
    "audited_write.sqlite.value_to": _ENTRY,
    "audited_write.postgresql.value_to": _ENTRY,
    "audited_write.sqlite.perform_to": _PLAIN,
    "audited_write.postgresql.perform_to": f"{_PLAIN} Here each is a round trip as well.",
    "small_batch.history_read": """\
Other programs had the cores (see the load): with 100 entries it took 10 ms on a quieter machine.""",
    "small_batch": """\
About 50 requests, nearly all of them a transaction that is forced to disk, and four signatures with 30 ms
of Argon2id each; other programs had the cores and the disk meanwhile (see the load).""",
    "operators": """\
A value entered in a batch of 350 steps takes about 10 ms of a core by profile: a quarter of it works out
where all the steps stand, most of the rest are the reads of the rules. In a burst that, the pages and
Argon2id fill two cores, which the clients, the database and other programs share (see the load).""",
    "long_history": """\
Single calls on cores that other programs use scatter by more than the quarter allowed (see the load);
`median_of_pairs` in results.json compares each call with its neighbour.""",
    "verify.one_core": """\
About 11 µs of a core for each event, by profile: reading the row 1.1, parsing its body 2.2, three hashes
(its bytes, and two for the MAC) 1.7, writing its canonical form again 0.8, comparing its fields about 2, and
about 3 for the live rows and signatures that events speak of. No check is left out.""",
    "verify.all_cores": "As on one core, on cores that other programs share (see the load).",
    "batch_pdf": "Nearly all of it is layout by WeasyPrint, on shared cores (see the load).",
}


def reason_of(identifier: str) -> str:
    """Return why the figure of this name may miss its target; empty where nothing was found out."""
    found = next((reason for name, reason in REASONS.items() if identifier.startswith(name)), "")
    return " ".join(found.split())
