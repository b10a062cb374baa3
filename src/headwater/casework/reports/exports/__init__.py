"""What is handed to others: a result in the forms that their programs, courts and files ask for, made from result.json alone."""
