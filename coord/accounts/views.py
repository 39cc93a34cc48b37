"""Sign-in, sign-out, one's own password and sessions."""

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from coord.accounts import sign_in as door
from coord.accounts.forms import EmptyForm, PasswordForm, SignInForm
from coord.kernel.actor import Role
from coord.kernel.clock import utc_now
from coord.web.forms import attempt
from coord.web.guards import guard, public
from coord.web.identity import SESSION_KEY, current_actor, current_person, settings
from coord.web.limits import limiter
from coord.web.pages import safe_path
from coord.web.words import say

blueprint = Blueprint("accounts", __name__, template_folder="templates")


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public()
@limiter.limit("20 per minute", methods=["POST"])
def sign_in() -> ResponseReturnValue:
    """The door. A wrong password and an unknown login get the same answer."""
    form = SignInForm(next=request.args.get("next", ""))
    if current_user.is_authenticated and request.method == "GET":
        return redirect("/")
    if not form.validate_on_submit():
        return render_template("accounts/sign_in.html", form=form), 422 if form.errors else 200
    person, word = door.sign_in(
        form.login.data,
        form.password.data,
        now=utc_now(),
        user_agent=request.user_agent.string,
        address=request.remote_addr or "",
    )
    if person is None:
        form.form_errors = [say(word)]
        return render_template("accounts/sign_in.html", form=form), 422
    session.clear()
    session[SESSION_KEY] = word
    session.permanent = True
    return redirect(safe_path(form.next.data or "/"))


@blueprint.post("/sign-out")
@guard(*Role, before_password_change=True)
def sign_out() -> ResponseReturnValue:
    """End this browser's session and clear what it stored."""
    if EmptyForm().validate_on_submit():
        door.sign_out(session.get(SESSION_KEY, ""), actor=current_actor(), now=utc_now())
        session.clear()
    response = redirect(url_for("accounts.sign_in"))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@blueprint.route("/account/password", methods=["GET", "POST"])
@guard(*Role, before_password_change=True)
def password() -> ResponseReturnValue:
    """Change one's own password; other browsers are signed out."""
    form = PasswordForm()
    if form.validate_on_submit():
        if form.new.data != form.again.data:
            form.again.errors = [_("两次输入的新密码不一致。")]
        else:
            changed = attempt(form, lambda: _change(form))
            if changed:
                flash(_("密码已更改,其他设备已退出。"))
                return redirect("/")
    status = 422 if form.errors else 200
    return render_template("accounts/password.html", form=form, person=current_person()), status


def _change(form: PasswordForm) -> bool:
    door.change_password(
        current_person(),
        current=form.current.data,
        new=form.new.data,
        actor=current_actor(),
        now=utc_now(),
        keep_token=session[SESSION_KEY],
    )
    return True


@blueprint.get("/account")
@guard(*Role)
def profile() -> ResponseReturnValue:
    """Who I am here, and where I am signed in."""
    sessions = door.list_sessions(
        current_actor(), now=utc_now(), idle=timedelta(minutes=settings().idle_minutes)
    )
    return render_template("accounts/profile.html", person=current_person(), sessions=sessions)


@blueprint.post("/account/sessions/end")
@guard(*Role)
def end_other_sessions() -> ResponseReturnValue:
    """Sign out every other browser of mine."""
    if EmptyForm().validate_on_submit():
        door.end_sessions(current_person(), now=utc_now(), keep_token=session[SESSION_KEY])
        flash(_("其他设备已退出。"))
    return redirect(url_for("accounts.profile"))
