"""Whether the keys are those of the store, before anything is written with them (21 CFR 11.10(a)).

An event written with another key or under another log's name could never be verified again.
"""

import hmac

import orjson
from sqlalchemy import Connection, inspect, select

from audit.chain import Ledger, event_hash, mac
from audit.models import audit_event

_LAST = select(audit_event.c.event_hash, audit_event.c.mac, audit_event.c.body)
_WAY_OUT = "Restore KEYS_DIR from its backup, then run `countersign verify`."


def key_faults(connection: Connection, ledger: Ledger) -> list[str]:
    """Say why the store's last event is not one of these keys; empty where it is, or where there is none."""
    last = connection.execute(_LAST.order_by(audit_event.c.id.desc()).limit(1)).first()
    if last is None:
        return []
    digest, body = bytes(last.event_hash), last.body.encode()
    if not hmac.compare_digest(mac(ledger.mac_key, digest), bytes(last.mac)):
        return [f"The store's last event was not authenticated with the key in mac.key. {_WAY_OUT}"]
    if event_hash(body) != digest or orjson.loads(body)["log"] != ledger.origin:
        return [f"The store's last event is altered, or of another log than {ledger.origin}. {_WAY_OUT}"]
    return []


def has_events(connection: Connection) -> bool:
    """Tell whether the store has its tables and an event in them."""
    if not inspect(connection).has_table(audit_event.name):
        return False
    return connection.execute(select(audit_event.c.id).limit(1)).first() is not None
