"""The demonstration season 2026: roster, plan, two campaigns, leads; all of it fictional.

Everything is done through the rooms' own operations, at the instants at which people would
have done it, so the trail, the clocks and the meter tell one story.
"""

from datetime import date

from sqlalchemy import select

from coord.accounts.models import Person
from coord.agreements.models import Agreement
from coord.agreements.operations import draft_renewal, publish, sign
from coord.boundaries import atlas, solving
from coord.boundaries.operations import adopt_scenario
from coord.boundaries.scenarios import Scenario
from coord.boundaries.studio_operations import Keepsake, save_scenario
from coord.db import db, unit_of_work
from coord.demo.actions import make_autumn_winter, make_summer
from coord.demo.leads import make_leads
from coord.demo.moments import at
from coord.demo.people import make_people

SIGNERS = ("chengdu", "deyang", "yaan", "meishan", "ziyang")


def make_demonstration() -> bool:
    """Make the season once, in one transaction; False where it is there already."""
    with unit_of_work():
        if db.session.scalar(select(Person.id).limit(1)) is not None:
            return False
        people = make_people(at(2025, 12, 15))
        chengdu = people["chengdu"].as_actor()
        adopt_scenario(
            Scenario.PLAN,
            name="五市日常联动执法组(演示)",
            effective_from=date(2026, 1, 1),
            actor=chengdu,
            now=at(2025, 12, 18),
        )
        _keep_scenario(people["yaan"])
        plan = _renew_plan(people)
        make_summer(plan, people)
        make_autumn_winter(plan, people)
        make_leads(people)
    return True


def _keep_scenario(author: Person) -> None:
    """What the plan's groups would be with 雨城, as Ya'an's coordinator wishes to show."""
    key = atlas.get_key()
    state = solving.scenario_state(key, Scenario.PLAN).pinned("511802", "include")
    save_scenario(
        Keepsake("雨城纳入(演示)", "在方案口径之外要求纳入雨城,供五市讨论;数据为演示。"),
        state,
        solving.solved(key, state),
        actor=author.as_actor(),
        now=at(2026, 1, 9),
    )


def _renew_plan(people: dict[str, Person]) -> Agreement:
    ended = db.session.scalars(
        select(Agreement).where(Agreement.key == "five_city_plan_2023")
    ).one()
    plan = draft_renewal(
        ended,
        title="成德雅眉资污染防控攻坚联动执法三年行动方案(2026—2028年,演示草案)",
        effective_from=date(2026, 1, 1),
        effective_to=date(2028, 12, 31),
        is_demo=True,
        actor=people["chengdu"].as_actor(),
        now=at(2025, 12, 19),
    )
    plan.short_name = "五市行动方案2026—2028(演示)"
    for number, login in enumerate(SIGNERS):
        sign(plan, actor=people[login].as_actor(), now=at(2025, 12, 22 + number))
    return publish(plan, actor=people["chengdu"].as_actor(), now=at(2025, 12, 29))
