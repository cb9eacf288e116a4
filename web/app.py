"""The application: made from an installation's ground, with every screen group, behind one gate."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any

from flask import Flask, request
from flask_compress import Compress
from flask_login import LoginManager
from flask_wtf import CSRFProtect
from whitenoise import WhiteNoise

from web import format as formats
from web import gate, i18n, navigation, pages, policy, security, templating
from web.absence.views import absences_here
from web.assets import PREFIX, Assets, never_changes
from web.bell import head
from web.here import Ground, arrived, here
from web.links import link
from web.plan.risk_note import risk_here
from web.screens import BLUEPRINTS
from web.shift.views import receive_form, shifts_here
from web.sign_in.users import load_user

MAX_UPLOAD = 21 * 1024 * 1024
"""A roster may have 20 MB; the rest of the form comes on top."""


def create_app(ground: Ground, *, testing: bool = False) -> Flask:
    """Return the application. Raises RuntimeError if a route does not say who may open it."""
    app = Flask(__name__, static_folder=None)
    app.jinja_environment = templating.Templates
    app.extensions["ground"] = ground
    app.config.update(
        SECRET_KEY=secret_of(ground.settings.instance),
        SESSION_COOKIE_NAME="__Host-tungnha" if ground.https else "tungnha",
        SESSION_COOKIE_SECURE=ground.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=MAX_UPLOAD,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=5000,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_I18N_ENABLED=False,
        TESTING=testing,
        PROPAGATE_EXCEPTIONS=False,
    )
    assets = Assets(ground.settings.instance / "assets").ready()
    app.extensions["assets"] = assets
    _templates(app, assets)
    _sign_in(app)
    gate.stand(app, CSRFProtect(app))
    security.protect(app, https=ground.https)
    pages.register(app)
    Compress(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    templating.prepare(app)
    policy.require_policies(app)
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app, root=str(assets.folder), prefix=PREFIX, immutable_file_test=never_changes, autorefresh=False
    )
    return app


def _templates(app: Flask, assets: Assets) -> None:
    formats.register(app)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.globals.update(_=i18n.page_text, gettext=i18n.page_text, ngettext=i18n.page_text_of)
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        asset=assets.url,
        icon=assets.icon,
        badge=assets.badge,
        form_token=security.form_token,
        here=here,
        head=head,
        menu=navigation.menu,
        absences_here=absences_here,
        shifts_here=shifts_here,
        risk_here=risk_here,
        receive_form=receive_form,
        url_for=link,
        zip=zip,
    )

    @app.context_processor
    def page() -> dict[str, Any]:
        theme = request.cookies.get("theme", "auto")
        return {"locale": i18n.current_locale(), "unit": navigation.unit_shown(), "here": arrived(), "theme": theme}


def _sign_in(app: Flask) -> None:
    login = LoginManager(app)
    login.session_protection = None  # our own table of sign-ins decides
    login.user_loader(load_user)


def secret_of(instance: Path) -> str:
    """Return the secret that signs cookies, made once and readable by its owner only."""
    path = instance / "secret"
    if not path.exists():
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = instance / f"secret.{secrets.token_hex(4)}.part"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
        with suppress(FileExistsError):  # another process may have been first
            os.link(draft, path)
        draft.unlink()
    return path.read_text()
