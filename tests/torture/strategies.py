"""What Hypothesis draws: the bytes of a document, and a seed; and how often it does so."""

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

EXAMPLES = int(os.environ.get("ENGINE_EXAMPLES", "500"))

seeds = st.integers(0, 2**16)
bytes_of_documents = st.binary(min_size=150, max_size=400)
budget = settings(
    max_examples=EXAMPLES,
    deadline=None,
    # What differs says more than the lines that were run.
    phases=set(Phase) - {Phase.explain},
    suppress_health_check=list(HealthCheck),
)
