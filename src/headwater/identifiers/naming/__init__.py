"""Names of persons and postal addresses, in cells and in free text, in Chinese and Latin script.

``score_array`` gives the log-odds that cells are names; ``spans`` and ``spans_array`` find names and addresses in text.
"""

from headwater.identifiers.naming.cells import score_array as score_array
from headwater.identifiers.naming.finding import spans as spans
from headwater.identifiers.naming.finding import spans_array as spans_array
from headwater.identifiers.naming.span import Span as Span
