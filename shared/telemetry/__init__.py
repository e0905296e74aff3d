"""Telemetry, made from the log: measures, spans and log records.

```
log.info("command.committed", extra=…) ─> handler ─> events (the table) ─> recording ─> exporting
```

`events` lists every event that the app logs: what it says, what is counted by it, which make a
span; a test holds the table against the code. The rest is imported only where telemetry is
configured, in a thread, and is the only code that knows OpenTelemetry. No attribute holds a name, a
text that somebody wrote, or a token.
"""
