"""The screen groups, one blueprint each: the list is the application."""

from flask import Blueprint

from web.demo.views import bp as demo
from web.home.views import bp as home
from web.me.views import bp as me
from web.sign_in.views import bp as sign_in

BLUEPRINTS: tuple[Blueprint, ...] = (
    home,
    sign_in,
    me,
    demo,
)
