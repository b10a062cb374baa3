"""What is planted among protected data so that it can be known again: decoy people, and marks of exports."""
