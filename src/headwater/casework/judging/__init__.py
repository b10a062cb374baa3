"""What people judged: things known again in later runs, words combined by a written rule, shown beside the evidence."""
