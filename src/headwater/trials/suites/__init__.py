"""The suites that Headwater brings, one data file each."""
