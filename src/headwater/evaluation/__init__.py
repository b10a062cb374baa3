"""The yardstick: holds an answer (``result.json``) against what really happened (``truth.json``), and knows nothing else."""
