"""Lets packaging tools read setup.cfg, which is the source of truth."""

from setuptools import setup

setup()
