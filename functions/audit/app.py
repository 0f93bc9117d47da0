"""Watch what was written, and reconcile what was acknowledged with what became of it."""

import os

from handrail.bootstrap.audit import build
from handrail.settings import AuditSettings

lambda_handler = build(AuditSettings.from_env(os.environ))
