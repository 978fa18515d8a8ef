"""Properties have no deadline for one example: a busy machine is no finding.

`HYPOTHESIS_PROFILE=quick` draws few examples, for use while working; `fixed` draws the same ones
each time, so that a planted fault is caught always or never.
"""

import os

from hypothesis import settings

settings.register_profile("full", deadline=None)
settings.register_profile("quick", deadline=None, max_examples=15)
settings.register_profile("fixed", deadline=None, derandomize=True, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "full"))
