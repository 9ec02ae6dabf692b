"""Reads calendars with `ical`, Home Assistant's strict parser: a line of JSON in (a calendar), a line of JSON out.

Home Assistant hands a fetched calendar to `calendar_from_ics` and shows nothing at all of one that raises.
"""
import json
import sys

from ical.calendar_stream import IcsCalendarStream

for line in sys.stdin:
    try:
        events = IcsCalendarStream.calendar_from_ics(json.loads(line)).events
        answer = {"events": [{
            "uid": event.uid, "summary": event.summary, "description": event.description, "location": event.location,
            "dtstart": event.dtstart.isoformat(), "status": event.status} for event in events]}
    except Exception as error:
        answer = {"complaint": f"{type(error).__name__}: {error} {getattr(error, 'detailed_error', None) or ''}"}
    print(json.dumps(answer), flush=True)
