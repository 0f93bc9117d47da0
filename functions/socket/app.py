"""Hold the web chat's live connection."""

import os

from handrail.bootstrap.socket import build
from handrail.settings import SocketSettings

lambda_handler = build(SocketSettings.from_env(os.environ))
