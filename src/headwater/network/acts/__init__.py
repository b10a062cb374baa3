"""What each message of the trade does: orders, quotes, payments, answers, failures, told from ordinary talk."""
