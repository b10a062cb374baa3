"""The trades that a world can be of, each as data with its sources."""
