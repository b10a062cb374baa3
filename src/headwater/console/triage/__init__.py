"""What somebody looks at first: alerts of the evening, stories with both sides, cited lines, verdicts, and names for minutes."""
