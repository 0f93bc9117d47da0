"""Take in what channels send."""

import os

from handrail.bootstrap.receive import build
from handrail.settings import ReceiveSettings

lambda_handler = build(ReceiveSettings.from_env(os.environ))
