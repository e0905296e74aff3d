"""The one way outside to addresses that partners name: checked where it connects.

    name ──names──> addresses ──every one deliverable?──> connect to one of these very addresses
                                                          TLS for the name

`names` asks the name servers, holding no thread; `courier` checks, connects and sends. Nothing is
resolved a second time between the check and the connection, so a name that answers differently each
time (DNS rebinding) gains nothing. What fails before a packet left for the receiver is `Unsent`: it
is ours, and does not count against the receiver.
"""
