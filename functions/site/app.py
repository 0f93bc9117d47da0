"""Serve the chat page."""

import os

from handrail.bootstrap.site import build
from handrail.settings import SiteSettings

lambda_handler = build(SiteSettings.from_env(os.environ))
