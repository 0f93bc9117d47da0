"""Do the steps of the escalation workflow."""

import os

from handrail.bootstrap.escalate import build
from handrail.settings import EscalateSettings

lambda_handler = build(EscalateSettings.from_env(os.environ))
