"""For a WSGI server: `gunicorn wsgi:app`."""

import os

from app.config import Settings
from app.factory import create_app, refuse_another_schema
from app.observing import configure_logs

configure_logs()
app = create_app(Settings.read(os.environ))
refuse_another_schema(app)
