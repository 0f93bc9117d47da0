"""Hand dead letters to a person."""

import os

from handrail.bootstrap.dead_letters import build
from handrail.settings import DeadLettersSettings

lambda_handler = build(DeadLettersSettings.from_env(os.environ))
