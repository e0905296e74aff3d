"""The pages, one module per area; a page is a record that names the endpoints it asks.

Routes of pages go into functions/routes.json like those of the API, so that a start imports no
page. What serves them is in `shared/web/engine`; nothing here calls a handler or a service.
"""
