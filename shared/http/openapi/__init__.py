"""The API's description, made from the endpoint records: document, answers, words, examples."""
