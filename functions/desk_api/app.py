"""Serve what agents do."""

import os

from handrail.bootstrap.desk_api import build
from handrail.settings import DeskApiSettings

lambda_handler = build(DeskApiSettings.from_env(os.environ))
