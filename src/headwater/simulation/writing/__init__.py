"""The case folder of a made house: tables and logs, day by day, in the layouts that are asked for."""
