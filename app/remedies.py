"""What to mend, in a sentence for each thing that can be wrong with a source.

The classes of error are those of `scraper/errors.py` and of the ledger (`docs/operating.md`).
"""
from __future__ import annotations

__all__ = ["REMEDIES", "remedy"]

_OURS = "Nothing is wrong with the source"

REMEDIES: dict[str, str] = {
    # We did not ask.
    "bad-url": "The address is none that may be asked: write it as a plain http or https URL, without a user name.",
    "guarded-address": "The host's name leads to an address that is not public. If that is meant (a host in your own network), "
                       "name host:port in SUMMITRY_ALLOW_HOSTS; else the domain has lapsed or its DNS is wrong.",
    "robots": "The outlet's robots.txt forbids it, or answers with a server error. Respect it: look for a feed or sitemap that it "
              "allows, or ask the outlet.",
    "paused": "The host asked to be left alone for a while; it is asked again then. If it happens often, raise the interval.",
    # No answer.
    "timeout": "No answer came within SUMMITRY_FETCH_DEADLINE. If it stays so, see whether the address opens from this machine.",
    "connection": "No connection, or it broke. See whether the address opens from this machine, and whether a firewall is between.",
    "dns": "The host's name is not found. See whether the outlet has a new domain, and whether this machine resolves other names.",
    "tls": "The host's certificate is not good (expired, for another name, or signed by nobody known). The outlet must mend it; see "
           "also whether this machine's clock and certificates are up to date.",
    # An answer that is none.
    "too-large": "The answer is larger than SUMMITRY_FETCH_CAP. Look for a smaller feed, or raise the cap.",
    "bad-encoding": "The answer is packed in a way that was not asked for, or its packing is broken. The outlet must mend it.",
    "bad-answer": "What came is no proper HTTP answer. If it stays so, the outlet's server is broken, or a proxy is between.",
    "redirects": "The address redirects in a circle or without end. Open it in a browser and write down where it ends.",
    "http-401": "The outlet wants a login. Look for a public feed.",
    "http-402": "The outlet wants to be paid. Look for a public feed.",
    "http-403": "The outlet refuses us. Put an address to write to in SUMMITRY_USER_AGENT, ask the outlet, or look for a feed that it "
                "serves to all.",
    "http-404": "The listing is gone. Look for its new address on the outlet's front page (`summitry sources add` finds feeds) and write "
                "it into the sources file.",
    "http-410": "The listing is gone for good. Look for another one (`summitry sources add` finds feeds), or remove the source.",
    "http-429": "The outlet is asked too often. Raise its interval, or SUMMITRY_HOST_GAP.",
    "http-4xx": "The outlet refuses the request. See what the address shows in a browser.",
    "http-5xx": "The outlet's server fails. It is asked again, ever more seldom; if it stays so, look for another address.",
    "http": "The answer is none that can be used. See what the address shows in a browser.",
    # A listing that can't be read.
    "listing-blank": "The listing's answer is blank. See what the address shows in a browser; it may have moved.",
    "listing-format": "What comes is not what `kind` says: a page instead of a feed, say. See whether the address still is the feed's, "
                      "whether a bot check stands before it, and whether `kind` is right.",
    "listing-encoding": "The listing's encoding is broken. The outlet must mend it.",
    "listing-parser": "The listing can't be read. See whether the address still is the feed's; if it is, report it.",
    "listing-budget": "Reading the listing takes too long. Look for a shorter one.",
    "listing-process": f"{_OURS}: no parser process could be started. See this machine's memory and limits.",
    "folder": "The folder is not there, or can't be read. Mend `url`, or the folder's permissions.",
    # A listing that is read, and tells too little.
    "empty-listing": "The listing is there and holds no links. If it should, the outlet was redesigned: mend `selectors.links` or "
                     "`include`, or find its feed.",
    "fewer-links": "The listing holds a tenth of its usual links or less. Most likely the outlet was redesigned: mend `selectors.links` or "
                   "`include`, or find its feed.",
    "unread-pages": "Half of the pages or more have no text that can be read. Most likely the outlet was redesigned, or a bot check or a "
                    "paywall stands before it: give `selectors.body`.",
    "undated-pages": "Half of the pages or more do not tell when they were published, so that their dates can't be resolved: give "
                     "`selectors.date`.",
    "refused-pages": "The listing can be read, but half of the pages or more can't be had. See in /api/v1/scrapes why.",
    "stale": "Nothing new has come for long, against what is usual. See whether the outlet still writes there, or has moved on.",
    "moved": "The listing has moved for good. Write its new address into the sources file.",
    # Ours.
    "source-deadline": "Collecting it takes longer than SUMMITRY_SOURCE_DEADLINE and does not end by itself. If it stays so, report it.",
    "run-deadline": "The run's time was over before it was this source's turn. Raise SUMMITRY_RUN_DEADLINE or SUMMITRY_WORKERS.",
    "no-worker": f"{_OURS}: no worker began it in time. Start workers, or more of them. It is due again.",
    "busy": f"{_OURS}: another run was collecting it.",
    "interrupted": f"{_OURS}: the process that collected it ended. It is collected again.",
    "unfinished": f"{_OURS}: the run ended before it was collected. It is collected again.",
    "disk": f"{_OURS}: there is no room for the store. Make room.",
    "locked": f"{_OURS}: another process held the store for too long. See which (a backup, a shell).",
    "store": f"{_OURS}: the store can't be used. See the log.",
    "bug": f"{_OURS}: our own code failed at it. The log has the details; report it.",
}


def remedy(error_class: str) -> str:
    """What to do about an error of this class, in a sentence or two. Each class has one."""
    if error_class in REMEDIES:
        return REMEDIES[error_class]
    family = error_class.split("-")[0]
    if family == "http" and len(error_class) == 8 and error_class[5] in "45":
        return REMEDIES[f"http-{error_class[5]}xx"]
    return REMEDIES.get(family, "See the log for what went wrong.")
