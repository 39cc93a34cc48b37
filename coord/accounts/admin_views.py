"""Pages of the system administrator (accounts) and the security administrator (roles)."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coord.accounts import operations, policy
from coord.accounts.admin_forms import AccountForm, MoveForm, RolesForm, SearchForm
from coord.accounts.forms import EmptyForm
from coord.accounts.models import Person
from coord.accounts.register import list_accounts
from coord.db import db
from coord.kernel.actor import Role
from coord.kernel.clock import utc_now
from coord.web.forms import attempt
from coord.web.guards import guard
from coord.web.identity import current_actor
from coord.web.paging import page_number

blueprint = Blueprint("accounts_admin", __name__, url_prefix="/admin", template_folder="templates")

PER_PAGE = 50


@blueprint.get("/people")
@guard(Role.SYSTEM_ADMIN)
def people() -> str:
    """Accounts, searchable."""
    return _people_page("accounts/people.html")


@blueprint.get("/roles")
@guard(Role.SECURITY_ADMIN)
def roles() -> str:
    """The same list for the one who grants roles."""
    return _people_page("accounts/roles.html")


def _people_page(template: str) -> str:
    form = SearchForm(request.args)
    wanted = form.as_wanted()
    page, now = page_number(), utc_now()
    rows, total = list_accounts(current_actor(), wanted, now=now, page=page, per_page=PER_PAGE)
    asked = {name: value for name, value in request.args.items() if name in form and value}
    return render_template(
        template,
        form=form,
        people=rows,
        total=total,
        page=page,
        per_page=PER_PAGE,
        asked=asked,
        now=now,
    )


def _person_or_404(person_id: int) -> Person:
    statement = policy.visible(current_actor()).where(Person.id == person_id)
    person: Person | None = db.session.scalars(statement).unique().one_or_none()
    if person is None:
        abort(404)
    return person


@blueprint.route("/people/new", methods=["GET", "POST"])
@guard(Role.SYSTEM_ADMIN)
def new_person() -> ResponseReturnValue:
    """Make an account; its one-time password is shown once, on the answer."""
    form = AccountForm()
    if form.validate_on_submit():
        made = attempt(
            form,
            lambda: operations.create_account(
                login=form.login.data,
                name=form.name.data,
                certificate_number=form.certificate_number.data or "",
                organisation_id=form.organisation_id.data,
                actor=current_actor(),
                now=utc_now(),
            ),
        )
        if made is not None:
            person, initial = made
            return render_template("accounts/initial.html", person=person, initial=initial)
    return render_template("accounts/new_person.html", form=form), 422 if form.errors else 200


@blueprint.get("/people/<int:person_id>")
@guard(Role.SYSTEM_ADMIN)
def person(person_id: int) -> str:
    """One account."""
    found = _person_or_404(person_id)
    return render_template("accounts/person.html", person=found, now=utc_now())


@blueprint.post("/people/<int:person_id>/reset")
@guard(Role.SYSTEM_ADMIN)
def reset(person_id: int) -> ResponseReturnValue:
    """A new one-time password, shown once."""
    found = _person_or_404(person_id)
    if not EmptyForm().validate_on_submit():
        abort(400)
    initial = operations.reset_password(found, actor=current_actor(), now=utc_now())
    return render_template("accounts/initial.html", person=found, initial=initial)


@blueprint.post("/people/<int:person_id>/disable")
@guard(Role.SYSTEM_ADMIN)
def disable(person_id: int) -> ResponseReturnValue:
    """Close the account."""
    return _change(person_id, operations.disable, _("账号已停用。"))


@blueprint.post("/people/<int:person_id>/enable")
@guard(Role.SYSTEM_ADMIN)
def enable(person_id: int) -> ResponseReturnValue:
    """Open it again."""
    return _change(person_id, operations.enable, _("账号已启用。"))


@blueprint.post("/people/<int:person_id>/unlock")
@guard(Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN)
def unlock(person_id: int) -> ResponseReturnValue:
    """End the wait after wrong passwords."""
    return _change(person_id, operations.unlock, _("账号已解锁。"))


@blueprint.post("/roles/<int:person_id>/end-sessions")
@guard(Role.SECURITY_ADMIN)
def end_sessions(person_id: int) -> ResponseReturnValue:
    """Sign the person out everywhere."""
    return _change(person_id, operations.end_all_sessions, _("该账号已在所有设备上退出。"))


def _change(person_id: int, act: Callable[..., Person], sentence: str) -> ResponseReturnValue:
    found = _person_or_404(person_id)
    if not EmptyForm().validate_on_submit():
        abort(400)
    act(found, actor=current_actor(), now=utc_now())
    flash(sentence)
    return redirect(_page_of(found))


def _page_of(person: Person) -> str:
    """The person's page as the present administrator has it."""
    endpoint = "person" if current_actor().has(Role.SYSTEM_ADMIN) else "person_roles"
    return url_for(f"accounts_admin.{endpoint}", person_id=person.id)


@blueprint.route("/people/<int:person_id>/move", methods=["GET", "POST"])
@guard(Role.SYSTEM_ADMIN)
def move(person_id: int) -> ResponseReturnValue:
    """Post the person to another organisation."""
    found = _person_or_404(person_id)
    form = MoveForm(organisation_id=found.organisation_id)
    if form.validate_on_submit():
        moved = attempt(
            form,
            lambda: operations.move(
                found, form.organisation_id.data, actor=current_actor(), now=utc_now()
            ),
        )
        if moved:
            flash(_("单位已变更,原有角色已收回,请安全管理员重新授予。"))
            return redirect(_page_of(found))
    page = render_template("accounts/move.html", form=form, person=found)
    return page, 422 if form.errors else 200


@blueprint.route("/roles/<int:person_id>", methods=["GET", "POST"])
@guard(Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN)
def person_roles(person_id: int) -> ResponseReturnValue:
    """Grant and take roles. The operation lets a system administrator name only the
    first security administrator."""
    found = _person_or_404(person_id)
    form = RolesForm(roles=sorted(found.roles))
    if form.validate_on_submit():
        chosen = frozenset(Role(value) for value in form.roles.data)
        saved = attempt(
            form, lambda: operations.set_roles(found, chosen, actor=current_actor(), now=utc_now())
        )
        if saved:
            flash(_("角色已更新,对方需重新登录。"))
            return redirect(request.path)
    page = render_template(
        "accounts/person_roles.html",
        form=form,
        person=found,
        may_grant=operations.may_grant(current_actor(), found),
        now=utc_now(),
    )
    return page, 422 if form.errors else 200
