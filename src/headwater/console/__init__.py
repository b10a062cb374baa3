"""The console: a team at work on cases, in a browser and through REST. Every page has its twin under ``/api/v1``."""
