"""How a signer of the tests stands to the policy of signatures: it is acknowledged."""

from signatures.accountability import Accountability

ACKNOWLEDGED = Accountability(version="1", is_acknowledged=True)
