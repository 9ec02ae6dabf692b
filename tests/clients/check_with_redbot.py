"""Asks REDbot about addresses, several at a time: a line of JSON in (a list of addresses), a line of JSON out.

For each address its status and REDbot's notes as (level, name, summary): of the answer itself and of what REDbot asks further, such as the
answer compressed and to a condition. Only what is given is asked; links are not followed.
"""
import json
import sys
from configparser import ConfigParser

import thor
from redbot.resource import HttpResource

AT_ONCE = 4

settings = ConfigParser()
settings.read_dict({"redbot": {"enable_local_access": "True"}})
waiting = json.loads(sys.stdin.readline())
under_way = 0
found = {}


def told(notes):
    """The notes, and those within them."""
    for note in notes:
        yield note.level.value, type(note).__name__, str(note.summary)
        yield from told(note.subnotes)


def begin() -> None:
    global under_way
    while waiting and under_way < AT_ONCE:
        under_way += 1
        ask(waiting.pop(0))
    if not under_way:
        thor.stop()


def ask(address: str) -> None:
    resource = HttpResource(settings["redbot"])
    resource.set_request(address)

    def done() -> None:
        global under_way
        under_way -= 1
        notes = [*resource.response.notes, *(note for check in resource.subreqs.values() for note in check.response.notes)]
        found[address] = {
            "status": resource.response.status_code and int(resource.response.status_code),
            "error": resource.fetch_error and str(resource.fetch_error),
            "notes": list(told(notes))}
        thor.schedule(0, begin)

    resource.on("check_done", done)
    resource.check()


thor.schedule(0, begin)
thor.run()
print(json.dumps(found))
