"""Translate between agents and customers."""

import os

from handrail.bootstrap.translate import build
from handrail.settings import TranslateSettings

lambda_handler = build(TranslateSettings.from_env(os.environ))
