"""Pages: from a record to HTML, as a client of the API inside the process.

```
request ─> serving ─┬─ preferences   language and time zone, kept in cookies
                    ├─ session       who is signed in; nobody: one page for every address
                    ├─ asking        the page's questions, put to the API as this person
                    ├─ downloads     a page that is a file: the API's export, handed on
                    ├─ refusals      what the API's 4xx and 5xx look like as a page
                    └─ rendering     a template over the answers; texts, moments
page            the records: a page, its questions, a visit
```

A page decides, authorises and phrases no rule by itself. Its first question is its subject, whose
status is the page's; another question's 403 or 404 leaves its section out. Forms are in
`shared/web/forms`.
"""
