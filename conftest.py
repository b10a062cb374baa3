"""How properties are tried: the same examples on every run, however busy the machine is.

``pytest --hypothesis-profile search`` looks for new ones.
"""

from hypothesis import settings

settings.register_profile("house", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=1000)
settings.load_profile("house")
