"""Decide what customers wrote."""

import os

from handrail.bootstrap.conduct import build
from handrail.settings import ConductSettings

lambda_handler = build(ConductSettings.from_env(os.environ))
