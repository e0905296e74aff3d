"""The one door for text: whatever comes in is brought to one form here, or refused with its cause.

```
bytes ──> encoding ──> text ──> characters ──> names          what people read
        (base64, marks)         (trimmed, NFC,  identifiers    what things are called by
        media_types              nothing unseen) countries, domains, languages, times
```

Requests, batches, queue messages and the fields in them all pass here, once, before anything is
compared, stored or digested: so that the same thing has one spelling everywhere behind it, and a
second way of reading one kind of text has no place to be. A type here (`Guid`, `Country`, `Domain`,
`Name`, …) takes every spelling whose meaning is beyond doubt and yields the one that is kept.

What is refused says the cause that a person cannot see: the position and the name of an unseen
character, a variable that was not set, a code that means another country. It repeats nothing else
that was sent. Nothing here knows HTTP, queues or the domain.
"""
