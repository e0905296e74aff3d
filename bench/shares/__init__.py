"""What another partner notices of one's load, beside what the machine does to anybody (ISO-2).

    python -m bench.shares [ROUNDS [SAMPLES [KIND …]]]      default: 2 rounds, 4 samples, every kind

```
driver (__main__) ──> system under load: two hosts, two workers, an emulator <── load, by itself
        │
        └───────────> bystander: the very same once more, which nobody else asks
```

`load`, a process of its own: a flood of 2,000 messages, four receivers that take nine seconds for
each event, and 16 writers of one customer, all of one partner; and four anonymous readers of all
that is public. Measured: another partner's single command at that very customer, and at another;
its message, until what it asks for is there, in the flood's queue and in another; its webhook, from
the command to the receiver. A quiet phase lies before each loaded one and behind it. Whoever is
told 429 waits as long as it was told. Each round has systems of its own: the emulator looks through
all rows of a customer at each request, so one with thousands of sales slows everybody, which no
storage account does.

A machine with few cores, on which load, driver and emulator take the processor from the app, slows
everybody. How much, the bystander tells: the same code over as many processes and hops, an emulator
of its own, asked the same in the same phases. What our shares are answerable for is the ratio over
the bystander's; the aim holds for that, and the raw one stands beside it. Ends with 1 where it is
missed.
"""
