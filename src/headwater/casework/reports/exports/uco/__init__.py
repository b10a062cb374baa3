"""A case as a graph of CASE 1.5 and UCO 1.5 (Cyber-investigation Analysis Standard Expression), in JSON-LD."""
