"""First step of a turn: what is the question?"""

import os

from handrail.bootstrap.understand import build
from handrail.settings import UnderstandSettings

lambda_handler = build(UnderstandSettings.from_env(os.environ))
