"""Sentences that name a page of ours as ``(/policy)`` lead there."""

import re

from markupsafe import Markup, escape

_PAGE = re.compile(r"\((/(?:policy|training|batches/[A-Z0-9.-]+/labels/[A-Z0-9.-]+))\)")


def with_links(text: object) -> Markup:
    """Return a sentence as HTML, the pages it names as links."""
    return Markup(_PAGE.sub(r'(<a href="\1">\1</a>)', str(escape(text))))  # noqa: S704 -- escaped before
