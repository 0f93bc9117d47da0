"""Last step of a turn: does the answer stand in what it cites?"""

import os

from handrail.bootstrap.check_grounding import build
from handrail.settings import CheckGroundingSettings

lambda_handler = build(CheckGroundingSettings.from_env(os.environ))
