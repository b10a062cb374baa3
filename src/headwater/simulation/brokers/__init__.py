"""A made market in personal data: who asks, who passes it on, who sells, and what a few seized phones show of it.

``make_brokers`` writes a case folder and gives the truth of what happened.
"""

from headwater.simulation.brokers.habits import BrokerFormats, BrokerHabits
from headwater.simulation.brokers.make import make_brokers
from headwater.simulation.brokers.sizes import brokers_of_size

__all__ = ["BrokerFormats", "BrokerHabits", "brokers_of_size", "make_brokers"]
