"""The list of electronic data (清单) and the draft of the record of its collection (笔录), Chinese first, to be printed and signed."""
