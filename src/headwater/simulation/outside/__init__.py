"""What is found outside the house: leaked files, the disks of suspects, complaints."""
