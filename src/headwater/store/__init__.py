"""The lake (Parquet through Ibis), its manifest, keys and tokens."""
