"""Orders: what was asked of whom, what came back, and how a request went up from the customer to the source."""
