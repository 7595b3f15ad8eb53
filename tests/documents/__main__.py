"""Write the documents that code and tests make: `make traceability` runs it."""

from tests.documents.clauses import DOCS
from tests.documents.made import MADE

for name, make in MADE.items():
    (DOCS / name).write_text(make(), encoding="utf-8", newline="\n")
