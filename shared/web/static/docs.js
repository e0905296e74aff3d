// Starts Swagger UI on the description that this app serves.
"use strict";

window.addEventListener("DOMContentLoaded", () => {
  window.SwaggerUIBundle({
    url: document.getElementById("swagger-ui").dataset.url,
    dom_id: "#swagger-ui",
    deepLinking: true,
    filter: true,
    // A body's fields stand open: what each is, is what a reader came for.
    defaultModelExpandDepth: 2,
    // A token is for this visit only, and no address in the query chooses another description.
    persistAuthorization: false,
    queryConfigEnabled: false,
    validatorUrl: null,
    // The description, and answers to what is tried out, come in the language of the page.
    requestInterceptor: (request) => {
      request.headers["Accept-Language"] = document.documentElement.lang;
      return request;
    },
  });
});
