"""What is normal: for an account, its peers, a device."""
