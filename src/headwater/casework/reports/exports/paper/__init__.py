"""What is for paper: the report, the list of exhibits and the draft record as PDF."""
