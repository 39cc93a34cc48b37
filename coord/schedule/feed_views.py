"""The calendar address that phones poll: no cookie, no sign-in, the token is the key."""

from flask import Blueprint, Response, request
from flask_babel import force_locale
from flask_babel import gettext as _

from coord.accounts.models import Person
from coord.db import db
from coord.kernel.clock import utc_now
from coord.schedule.feed import etag_of, http_date, is_not_modified
from coord.schedule.subscriptions import (
    DAYS_AHEAD,
    DAYS_BACK,
    FeedWords,
    find_by_token,
    is_note_due,
    note_use,
    render_subscription,
)
from coord.web.guards import public
from coord.web.identity import settings
from coord.web.limits import limiter

blueprint = Blueprint("feeds", __name__, url_prefix="/feeds")


def feed_words() -> FeedWords:
    """The calendar's own words in the present language."""
    return FeedWords(
        name=_("联动行动"),
        description=_(
            "跨市联动执法行动;含此前%(back)s天至此后%(ahead)s天;取消的行动保留30天。",
            back=DAYS_BACK,
            ahead=DAYS_AHEAD,
        ),
        host=_("属地"),
        taking_part=_("参加"),
        category=_("联动执法"),
    )


def _token_of_request() -> str:
    return request.path


@blueprint.get("/<token>.ics")
@public()
@limiter.limit("30 per minute", key_func=_token_of_request)
def feed(token: str) -> Response:
    """The calendar, 304 where the client has it already, 404 without a body otherwise."""
    found = find_by_token(token)
    if found is None:
        return _sealed(Response(status=404))
    row, actor = found
    person = db.session.get_one(Person, row.person_id)
    chosen = settings()
    with force_locale(person.locale or "zh_CN"):
        words = feed_words()
    body = render_subscription(
        row,
        actor,
        # The token stays out of the body: a forwarded file does not open the feed.
        address=f"{chosen.public_url}/schedule/subscriptions",
        site=chosen.public_url,
        words=words,
        now=utc_now(),
    )
    tag, changed_at, now = etag_of(body), row.body_changed_at, utc_now()
    if is_note_due(row, tag, now):
        changed_at = now if row.etag != tag else changed_at
        number = row.id
        # Reading is over: the note begins a transaction that writes from its first word, so
        # that polling phones wait for a writer instead of failing half-way.
        db.session.rollback()
        note_use(number, tag, now)
    known = is_not_modified(
        request.headers.get("If-None-Match"),
        request.headers.get("If-Modified-Since"),
        etag=tag,
        last_modified=changed_at,
    )
    response = Response(status=304) if known else Response(body)
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers["ETag"] = tag
    response.headers["Last-Modified"] = http_date(changed_at)
    response.headers["Content-Disposition"] = "inline; filename=coord.ics"
    return _sealed(response)


def _sealed(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, max-age=900"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
