"""An octet-level linter of iCalendar feeds: RFC 5545 as phones read it (see ics.md)."""

import re

PROPERTY = re.compile(r"^[A-Z-]+(;[A-Z-]+=(\"[^\"]*\"|[^\";:,]*))*:")
REQUIRED = ("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE", "STATUS")
TEXTS = ("SUMMARY", "DESCRIPTION", "LOCATION", "NAME", "X-WR-CALNAME", "X-WR-CALDESC")


def lint(body: bytes) -> list[str]:
    """What is wrong with the bytes, a line each; empty if nothing."""
    faults: list[str] = []
    if body.startswith(b"\xef\xbb\xbf"):
        faults.append("byte order mark")
    if not body.endswith(b"\r\n"):
        faults.append("no final CRLF")
    physical = body.split(b"\r\n")[:-1]
    for number, line in enumerate(physical, start=1):
        if b"\n" in line or b"\r" in line:
            faults.append(f"line {number}: bare CR or LF")
        if len(line) > 75:
            faults.append(f"line {number}: {len(line)} octets")
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            faults.append(f"line {number}: a fold splits a character")
            return faults
        if any(octet < 32 and octet != 9 for octet in line) or 127 in line:
            faults.append(f"line {number}: control character")
    logical = body.replace(b"\r\n ", b"").decode("utf-8").split("\r\n")[:-1]
    return faults + _structure(logical)


def _structure(lines: list[str]) -> list[str]:
    faults = [f"not a content line: {line[:40]}" for line in lines if not PROPERTY.match(line)]
    if lines.count("BEGIN:VCALENDAR") != 1 or lines[0] != "BEGIN:VCALENDAR":
        faults.append("not exactly one VCALENDAR")
    faults += [
        f"missing {needed}"
        for needed in ("VERSION:2.0", "CALSCALE:GREGORIAN")
        if needed not in lines
    ]
    for line in lines:
        name = re.split("[;:]", line, maxsplit=1)[0]
        value = line.split(":", 1)[-1]
        if name in TEXTS and re.search(r"(?<!\\)(?:\\\\)*\\(?![\\;,nN])", value):
            faults.append(f"{name}: a backslash escapes nothing")
        if name in TEXTS and re.search(r"(?<!\\)(?:\\\\)*[,;]", value):
            faults.append(f"{name}: comma or semicolon not escaped")
        if name in {"ATTENDEE", "ORGANIZER"}:
            faults.append(f"{name}: personal data")
    events = "\n".join(lines).split("BEGIN:VEVENT\n")[1:]
    uids = []
    for event in events:
        own = event.split("END:VEVENT")[0].split("\n")
        names = [re.split("[;:]", line, maxsplit=1)[0] for line in own]
        faults += [f"event without one {n}" for n in REQUIRED if names.count(n) != 1]
        faults += [
            f"{line}: not a whole number"
            for line in own
            if line.startswith("SEQUENCE") and not re.fullmatch(r"SEQUENCE:\d+", line)
        ]
        uids += [line for line in own if line.startswith("UID")]
        faults += _times(own, zoned="TZID:Asia/Shanghai" in lines)
    if len(set(uids)) != len(uids):
        faults.append("a UID stands twice")
    return faults


def _times(lines: list[str], *, zoned: bool) -> list[str]:
    faults = []
    values: dict[str, str] = {}
    for line in lines:
        head, _colon, value = line.partition(":")
        name, _semicolon, parameters = head.partition(";")
        if name not in {"DTSTART", "DTEND"}:
            continue
        values[name] = value
        if parameters == "VALUE=DATE":
            good = re.fullmatch(r"\d{8}", value)
        elif parameters == "TZID=Asia/Shanghai":
            good = re.fullmatch(r"\d{8}T\d{6}", value) if zoned else None
        else:
            good = re.fullmatch(r"\d{8}T\d{6}Z", value)
        if not good:
            faults.append(f"{name}: floating or undeclared zone")
    if values.get("DTEND", "") <= values.get("DTSTART", ""):
        faults.append("DTEND is not after DTSTART")
    return faults
