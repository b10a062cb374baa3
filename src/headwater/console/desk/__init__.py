"""The read model of one answer: what pages show, in one file that is quick to ask and names nobody of the staff."""
