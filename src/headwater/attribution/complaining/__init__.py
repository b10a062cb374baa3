"""What complaints have in common: who could have complained, delays, evidence however often it is asked, sources, shares."""
