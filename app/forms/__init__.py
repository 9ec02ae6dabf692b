"""The list of events in the forms that other programs read: tables, feeds, maps, linked data, timelines.

Each form is written from the event objects as they are served (`app.event_json`), so that all show the same.
"""
