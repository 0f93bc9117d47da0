"""Takes what the direct channel sends to the canary."""

import os

from handrail.bootstrap.canary_callback import build
from handrail.settings import CanaryCallbackSettings

lambda_handler = build(CanaryCallbackSettings.from_env(os.environ))
