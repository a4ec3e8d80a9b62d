"""Dates as an iCalendar file (RFC 5545), for any diary."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

from icalendar import Alarm, Calendar, Event

PRODUCT = "-//kamlib//risk treatment//EN"


@dataclass(frozen=True)
class DiaryEntry:
    """One whole day in a diary.

    Attributes
    ----------
    key : str
        What makes it the same entry next time, so that a diary updates it and does not double it.
    day : date
    summary, description : str
    warn_days : int
        So many days before, the diary reminds.
    """

    key: str
    day: date
    summary: str
    description: str = ""
    warn_days: int = 7


def diary_file(entries: Sequence[DiaryEntry], name: str, stamp: date) -> bytes:
    """The content of an .ics file; no entry makes an empty, valid calendar.

    Parameters
    ----------
    entries : sequence of DiaryEntry
    name : str
        Of the calendar, as diaries show it.
    stamp : date
        When it was made: the day of the data, so that the same data give the same bytes.

    Examples
    --------
    >>> made = diary_file([DiaryEntry("a", date(2026, 10, 1), "Notify the insurer")], "Cover", date(2026, 9, 30))
    >>> b"DTSTART;VALUE=DATE:20261001" in made
    True
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    moment = datetime(stamp.year, stamp.month, stamp.day, tzinfo=UTC)
    for entry in entries:
        event = Event()
        event.add("uid", f"{sha256(entry.key.encode()).hexdigest()[:24]}@kamlib")
        event.add("dtstamp", moment)
        event.add("dtstart", entry.day)
        event.add("dtend", entry.day + timedelta(days=1))
        event.add("summary", entry.summary)
        if entry.description:
            event.add("description", entry.description)
        event.add("transp", "TRANSPARENT")
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", entry.summary)
        alarm.add("trigger", timedelta(days=-entry.warn_days))
        event.add_component(alarm)
        calendar.add_component(event)
    return calendar.to_ical()
