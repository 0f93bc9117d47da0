"""Every minute, finish whatever was dropped."""

import os

from handrail.bootstrap.sweep import build
from handrail.settings import SweepSettings

lambda_handler = build(SweepSettings.from_env(os.environ))
