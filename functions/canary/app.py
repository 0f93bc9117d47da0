"""Every few minutes, a customer who is a program asks for a person."""

import os

from handrail.bootstrap.canary import build
from handrail.settings import CanarySettings

lambda_handler = build(CanarySettings.from_env(os.environ))
