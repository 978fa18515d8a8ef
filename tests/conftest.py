"""Properties have no deadline for one example: a busy machine is no finding.

`HYPOTHESIS_PROFILE=quick` draws few examples, for use while working.
"""

import os

from hypothesis import settings

settings.register_profile("full", deadline=None)
settings.register_profile("quick", deadline=None, max_examples=15)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "full"))
