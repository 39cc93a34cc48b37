"""A scenario as a file: for another installation to replay, for other programs to draw."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import undefer

from coord.boundaries import atlas, exchange, solving
from coord.boundaries.comparing import changed_groups
from coord.boundaries.documents import write_geojson
from coord.boundaries.exchange import Document, Edit
from coord.boundaries.grouping import Grouping
from coord.boundaries.models import BorderContact, BoundaryVintage, CountyUnit
from coord.boundaries.studio_queries import list_edits
from coord.boundaries.studio_state import State, state_of
from coord.db import db
from coord.kernel.errors import Invalid, Refused
from coord.kernel.text import N_

#: Seconds that replaying a file may take while the page waits.
REPLAY_S = 20.0


@dataclass(frozen=True)
class Replayed:
    """A file computed again: from its own input, and on the boundaries here."""

    document: Document
    sha256: str
    #: What its own input gives on this installation, and whether that is what it says.
    again: Grouping
    is_same: bool
    gone: tuple[tuple[str, ...], ...]
    new: tuple[tuple[str, ...], ...]
    #: Whether the boundaries here are the file's own input, to the last digit.
    is_own_input: bool
    #: The rules on the boundaries here; None where some of the file's cities are not there.
    state: State | None


def json_of(state: State, grouping: Grouping, name: str) -> bytes:
    """Parameters, input and result: everything that another installation needs."""
    key = atlas.get_key()
    given = solving.problem(key, state.parties)
    vintage = db.session.get_one(BoundaryVintage, key[0])
    document = Document(
        name=name,
        contacts=given.contacts,
        parties=given.parties,
        perimeters=given.perimeters,
        names=atlas.names(key),
        vintage=_vintage_facts(vintage),
        tolerance_m=vintage.tolerance_m,
        edits=tuple(_edits(given.parties.keys())),
        result=grouping,
    )
    return exchange.write_document(document).encode("utf-8")


def _vintage_facts(vintage: BoundaryVintage) -> dict[str, str]:
    return {
        "name": vintage.name,
        "source": vintage.source,
        "datum": vintage.datum,
        "vintage": vintage.vintage,
        "licence": vintage.licence,
        "sha256": vintage.sha256,
        "revision": str(vintage.revision),
        "map_approval_number": vintage.map_approval_number or "",
    }


def _edits(codes: object) -> list[Edit]:
    own = set(codes)  # type: ignore[call-overload]  # a view of keys
    return [
        Edit(
            a=one.a,
            b=one.b,
            change=one.change.value,
            length_m=one.length_m,
            reason=one.reason,
            made_by=one.made_by,
            made_at=one.made_at.isoformat(),
        )
        for one in list_edits()
        if one.withdrawn_at is None and one.a in own and one.b in own
    ]


def geojson_of(state: State, grouping: Grouping, name: str) -> bytes:
    """Counties, contacts and groups as one FeatureCollection."""
    key = atlas.get_key()
    counties = db.session.scalars(
        select(CountyUnit)
        .where(CountyUnit.vintage_id == key[0], CountyUnit.party.in_(state.parties))
        .order_by(CountyUnit.code)
        .options(undefer(CountyUnit.geometry))
    ).all()
    codes = {one.code for one in counties}
    contacts = db.session.scalars(
        select(BorderContact)
        .where(BorderContact.vintage_id == key[0], BorderContact.struck_by_id.is_(None))
        .order_by(BorderContact.a, BorderContact.b)
        .options(undefer(BorderContact.line))
    ).all()
    group_of = {code: n for n, codes_ in enumerate(grouping.groups, 1) for code in codes_}
    return write_geojson(
        counties,
        [one for one in contacts if one.a in codes and one.b in codes],
        group_of,
        db.session.get_one(BoundaryVintage, key[0]),
        name=name,
        rules=exchange.rules_to_data(state.rules),
        optimal=grouping.optimal,
        covered_m=grouping.covered_m,
        verification="unverified",
    )


def read_replay(content: bytes) -> Replayed:
    """Compute a file again; Invalid names what is wrong with it."""
    if not content.strip():
        raise Invalid(N_("文件是空的。"))
    document = exchange.read_document(content)
    again = exchange.replay(document, time_limit_s=REPLAY_S)
    gone, new = changed_groups(document.result, again.grouping)
    state, own = _here(document)
    return Replayed(
        document=document,
        sha256=hashlib.sha256(content).hexdigest(),
        again=again.grouping,
        is_same=again.same,
        gone=tuple(gone),
        new=tuple(new),
        is_own_input=own,
        state=state,
    )


def _here(document: Document) -> tuple[State | None, bool]:
    """The document's rules on the boundaries here, and whether those are its own input."""
    parties = tuple(sorted(set(document.parties.values())))
    if not set(parties) <= set(solving.list_parties()):
        return None, False
    key = atlas.get_key()
    given = solving.problem(key, parties)
    digests = {
        exchange.input_digest(one.contacts, one.parties, one.perimeters)
        for one in (given, document)
    }
    return state_of(parties, document.result.rules), len(digests) == 1


def kept_state(replayed: Replayed) -> tuple[State, Grouping]:
    """What can be saved here: the rules with the result on the boundaries of this installation."""
    if replayed.state is None:
        raise Refused(N_("现行边界数据不含该文件的全部城市,不能保存;可先载入相应的边界数据。"))
    return replayed.state, solving.solved(atlas.get_key(), replayed.state)
