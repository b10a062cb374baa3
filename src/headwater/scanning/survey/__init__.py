"""Any files, scanned one by one in processes of their own: what each holds, as fingerprints, and the sum of all."""
