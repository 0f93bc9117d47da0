"""Send what was decided: the only door to customers."""

import os

from handrail.bootstrap.deliver import build
from handrail.settings import DeliverSettings

lambda_handler = build(DeliverSettings.from_env(os.environ))
