"""What runs the app in tests, from the services over memory to the whole host as a process.

    system, azurite          processes: `python -m devhost`, and a storage emulator of its own
    client                   callers of a running system, over HTTP
    app                      the HTTP app in this process, over memory: claims in place of tokens
    backend                  the services over memory, with a clock that tests move
    instances, core          executors over any storage, and the pure core that says what is right
    sweeps, sender           one whole sweep; onboarding messages, handed to the inbox
    identity, telemetry      what Azure has beside it: a giver of tokens, a taker of telemetry
    worker_index             the functions of the app, as the Functions worker indexes them
    counting                 storage requests, counted where they leave
    clock, waiting           time that only tests move; other processes, as slow as they may be

Who and what the tests are about is in `tests/cast`; what only one folder needs stays in it.
"""
