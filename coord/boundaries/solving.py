"""Groupings of any parties under any rules, each computed once per process."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import select

from coord.boundaries import atlas
from coord.boundaries.contacts import Contact
from coord.boundaries.grouping import Grouping
from coord.boundaries.models import BoundaryVintage, CountyUnit
from coord.boundaries.rules import Clash, Infeasible
from coord.boundaries.scenarios import Scenario, scenario_rules, solve_checked
from coord.boundaries.studio_state import State, state_of
from coord.boundaries.wishes import Price, Wish, price
from coord.db import db
from coord.kernel.regions import FIVE_CITIES

#: Seconds that a page waits for a grouping or a price. The five cities take a tenth of one,
#: half of one where rules clash; on all of Sichuan with Chongqing only a clash takes longer,
#: and is then named without its way out, which long work finds.
PATIENCE_S = 5.0

#: Counties with a contact above which a grouping is long work, with progress and cancel.
#: Up to here even two busy cores answer within about a second and a half.
LARGE = 250


@dataclass(frozen=True)
class Problem:
    """The counties of some parties: what a grouping of them is computed from."""

    contacts: tuple[Contact, ...]
    #: Code → party, and code → perimeter in metres, of every county.
    parties: Mapping[str, str]
    perimeters: Mapping[str, float]

    @property
    def length_m(self) -> float:
        """Metres of all contacts."""
        return sum(one.length_m for one in self.contacts)

    @property
    def is_large(self) -> bool:
        """Whether a grouping is worth a process of its own."""
        return len(self.bordering) > LARGE

    @property
    def bordering(self) -> tuple[str, ...]:
        """Codes with a contact, in order."""
        return tuple(sorted({code for one in self.contacts for code in (one.a, one.b)}))


@lru_cache(maxsize=8)
def problem(key: atlas.Key, parties: tuple[str, ...]) -> Problem:
    """What there is to group among some parties."""
    rows = db.session.execute(
        select(CountyUnit.code, CountyUnit.party, CountyUnit.perimeter_m)
        .where(CountyUnit.vintage_id == key[0], CountyUnit.party.in_(parties))
        .order_by(CountyUnit.code)
    ).all()
    home = {code: party for code, party, _perimeter in rows}
    own = tuple(one for one in atlas.contacts(key) if one.a in home and one.b in home)
    return Problem(own, home, {code: perimeter for code, _party, perimeter in rows})


def solved(key: atlas.Key, state: State) -> Grouping:
    """The best grouping of a state that a page may wait for.

    Raises Infeasible where its rules clash, Unsettled where the time passes first.
    """
    return atlas.grouping_or_clash(_outcome(key, state))


@lru_cache(maxsize=64)
def _outcome(key: atlas.Key, state: State) -> Grouping | Clash:
    given = problem(key, state.parties)
    try:
        return solve_checked(
            given.contacts, given.parties, given.perimeters, state.rules, time_limit_s=PATIENCE_S
        )
    except Infeasible as refusal:
        return atlas.named_clash(key, refusal).clash


@lru_cache(maxsize=64)
def priced(key: atlas.Key, state: State, wish: Wish) -> Price:
    """What a wish would cost against the best grouping of a state."""
    given = problem(key, state.parties)
    return price(
        given.contacts,
        given.parties,
        given.perimeters,
        solved(key, state),
        wish,
        time_limit_s=PATIENCE_S,
    )


def scenario_state(key: atlas.Key, scenario: Scenario) -> State:
    """A built-in scenario of the five cities as a state."""
    return state_of(
        FIVE_CITIES, scenario_rules(scenario, problem(key, tuple(sorted(FIVE_CITIES))).contacts)
    )


def list_parties() -> list[str]:
    """Every party of the current boundaries: the five cities first, then by key."""
    current = select(BoundaryVintage.id).where(BoundaryVintage.is_current.is_(True))
    found = set(
        db.session.scalars(
            select(CountyUnit.party).where(CountyUnit.vintage_id.in_(current)).distinct()
        )
    )
    first = [party for party in FIVE_CITIES if party in found]
    return first + sorted(found - set(first))
