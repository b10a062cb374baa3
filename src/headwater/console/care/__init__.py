"""The health of a case: what was read and what is missing, alerts against their budget, how true calibrated claims were."""
