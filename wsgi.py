"""The service for a WSGI server: `gunicorn wsgi:app`, `flask --app wsgi run`, `waitress-serve wsgi:app`.

Each process that imports this also collects, unless SUMMITRY_SCHEDULER=false; however many they are, each slot of a
source is collected once. Load it in each worker (gunicorn without `--preload`): threads do not survive a fork.
"""
from __future__ import annotations

from app.config import Settings
from app.logs import set_up_logs
from app.service import Service

settings = Settings.from_environment()
set_up_logs(settings.log_format)
service = Service(settings)
app = service.web_app()
if settings.scheduler:
    service.scheduler.start()
