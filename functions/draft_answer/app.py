"""Second step of a turn: an answer from the articles."""

import os

from handrail.bootstrap.draft_answer import build
from handrail.settings import DraftAnswerSettings

lambda_handler = build(DraftAnswerSettings.from_env(os.environ))
