"""The studio: rules in the address, pins on the map, the groups they give."""

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from coord.boundaries import atlas, policy, queries, solving, studio_queries, studio_work
from coord.boundaries.grouping import Grouping, Objective
from coord.boundaries.scenarios import Scenario
from coord.boundaries.studio_forms import AddPinForm, RulesForm, SaveForm
from coord.boundaries.studio_pages import StudioPage, build_studio_page, page_of
from coord.boundaries.studio_state import State
from coord.boundaries.wishes import Ask, Price, Wish
from coord.boundaries.work_views import send_off
from coord.kernel.clock import utc_now
from coord.kernel.errors import CoordError, Refused
from coord.web.forms import StrictForm
from coord.web.guards import EVERYONE_AT_WORK, guard
from coord.web.identity import current_actor
from coord.web.words import km_text, say, translate

blueprint = Blueprint("boundaries_studio", __name__, url_prefix="/boundaries/studio")

#: What an address holds beside the state: the way of clicking, a question, long work.
EXTRAS = ("mode", "pick", "pick2", "why", "with", "work")


@blueprint.get("/")
@guard(*EVERYONE_AT_WORK)
def index() -> ResponseReturnValue:
    """Rules by form or by clicking, and the groups that are best under them."""
    if "party" not in request.args:
        return redirect(url_of(solving.scenario_state(atlas.get_key(), Scenario.PLAN)))
    form = RulesForm(request.args, solving.list_parties())
    adding = AddPinForm(request.args)
    if not form.validate():
        return _page(form, adding, None), 422
    state = form.state()
    if adding.is_asked():
        try:
            return redirect(url_of(adding.apply(state, studio_queries.county_book(state.parties))))
        except CoordError as refusal:
            adding.form_errors = [translate(refusal)]
    elif _is_untidy(request.args, state):
        return redirect(url_of(state, **_extras()))
    return _page(form, adding, page_here(state)), 422 if adding.form_errors else 200


def url_of(state: State, **more: str) -> str:
    """The address of a state."""
    return studio_work.address(state, **more)


def page_here(state: State) -> StudioPage:
    """The state's page: from the long work that the address names, or computed now."""
    work = request.args.get("work", "")
    if work.isascii() and work.isdigit() and len(work) < 10:
        found = studio_work.find_result(current_actor(), int(work), state)
        if found != (None, None):
            return page_of(state, *found)
    return build_studio_page(state)


def grouping_here(state: State) -> Grouping:
    """The state's grouping; raises what stands in its way."""
    page = page_here(state)
    if page.trouble is not None:
        raise page.trouble
    if page.grouping is None:
        raise Refused(_("区县较多,请先在后台计算。"))
    return page.grouping


def _extras() -> dict[str, str]:
    kept = {key: request.args.get(key, "").strip() for key in EXTRAS}
    return {key: value for key, value in kept.items() if value}


def _is_untidy(args: MultiDict[str, str], state: State) -> bool:
    """Whether the address holds empty, repeated or disordered fields, as forms send them."""
    wanted = [(key, value) for key, values in state.query().items() for value in values]
    sent = [(key, value) for key, value in args.items(multi=True) if key not in EXTRAS]
    return sorted(sent) != sorted(wanted)


def _page(form: RulesForm, adding: AddPinForm, page: StudioPage | None) -> str:
    actor, key = current_actor(), atlas.get_key()
    return render_template(
        "boundaries/studio.html",
        form=form,
        adding=adding,
        page=page,
        vintage=queries.get_vintage(),
        starts=[(one, url_of(solving.scenario_state(key, one))) for one in Scenario],
        url_of=url_of,
        mode={**dict.fromkeys(EXTRAS, ""), **_extras()},
        save_form=SaveForm(formdata=None),
        may_save=policy.may_save(actor),
        links=_links(page) if page is not None else {},
        runner_up=_runner_up(page) if page is not None else "",
        answer=_answer(page) if page is not None and page.grouping is not None else "",
    )


def _links(page: StudioPage) -> dict[str, dict[str, str]]:
    """County code → where a click leads, and its pin in words."""
    mode = _extras()
    return {one.code: _link(page.state, one.code, mode) for one in page.counties}


def _link(state: State, code: str, mode: dict[str, str]) -> dict[str, str]:
    pin = state.pin_of(code)
    words = {"": _("未指定"), "include": _("必须纳入"), "exclude": _("必须排除")}[pin]
    if "mode" not in mode:
        return {"href": url_of(state.cycled(code)), "pin": pin, "words": words}
    picked = [mode[key] for key in ("pick", "pick2") if key in mode]
    if code in picked:
        picked.remove(code)
    else:
        picked = [*picked, code][-2:]
    more = dict(zip(("pick", "pick2"), picked, strict=False))
    return {"href": url_of(state, mode="pair", **more), "pin": pin, "words": words}


def _runner_up(page: StudioPage) -> str:
    """The next-best grouping in a sentence: what differs and what it would cost."""
    best = page.grouping
    if best is None or best.runner_up is None:
        return ""
    other = best.runner_up
    instead = sorted(set(other.groups) - set(best.groups))
    groups = ";".join(_named(codes, page) for codes in instead)
    if other.loss <= 1e-9 * best.value:
        return _("另有一种同样好的编法:%(groups)s。", groups=groups)
    return _(
        "次优的编法把有关各组改为 %(groups)s:目标值少%(loss)s%%,组内边界变化%(change)s公里。",
        groups=groups,
        loss=f"{100 * other.loss / best.value:.2f}",
        change=f"{(other.covered_m - best.covered_m) / 1000:+.1f}",
    )


def _named(codes: tuple[str, ...], page: StudioPage) -> str:
    return "–".join(page.names.get(code, code) for code in codes)


def _answer(page: StudioPage) -> str:
    """The answer to "why not with us?", where it was asked."""
    extras = _extras()
    if "why" not in extras:
        return ""
    book = studio_queries.county_book(page.state.parties)
    try:
        first = book.find(extras["why"]).code
        second = book.find(extras["with"]).code if "with" in extras else ""
        wish = Wish(Ask.TOGETHER if second else Ask.INCLUDE, first, second)
        price = solving.priced(atlas.get_key(), page.state, wish)
    except CoordError as refusal:
        return translate(refusal)
    return _price_words(page, price)


def _price_words(page: StudioPage, price: Price) -> str:
    wish = price.wish
    names = page.names
    who = names.get(wish.a, wish.a)
    asked = (
        _("%(a)s与%(b)s同组", a=who, b=names.get(wish.b, wish.b))
        if wish.b
        else _("%(county)s必须纳入", county=who)
    )
    if price.grouping is None:
        clash = price.clash.clashing if price.clash is not None else ()
        reasons = [one.renamed(names) for one in clash]
        listed = "、".join(say(one.msgid, **one.params) for one in reasons)
        return _("%(asked)s:做不到。不能同时满足:%(reasons)s。", asked=asked, reasons=listed)
    if not price.given_up:
        return _("%(asked)s:现在的编组已经如此。", asked=asked)
    unit = (
        _("组内边界少%(km)s公里", km=km_text(price.loss))
        if page.state.rules.objective is Objective.KM
        else _("目标值少%(share)s%%", share=f"{100 * price.loss_share:.1f}")
    )
    return _(
        "%(asked)s:%(unit)s(%(share)s%%),组内边界变化%(change)s公里;%(before)s 改为 %(after)s。",
        asked=asked,
        unit=unit,
        share=f"{100 * price.loss_share:.1f}",
        change=f"{price.change_m / 1000:+.1f}",
        before=";".join(_named(codes, page) for codes in price.given_up),
        after=";".join(_named(codes, page) for codes in price.new),
    )


@blueprint.post("/compute")
@guard(*EVERYONE_AT_WORK)
def compute() -> ResponseReturnValue:
    """Have the state of the address computed beside the pages."""
    if not StrictForm().validate_on_submit():
        abort(400)
    form = RulesForm(request.args, solving.list_parties())
    if not form.validate():
        abort(400)
    # A refusal, such as too much unfinished work, is shown on a page of its own.
    return send_off(studio_work.ask_grouping(form.state(), actor=current_actor(), now=utc_now()))
