import { readFileSync } from "node:fs";
import core from "@stoplight/spectral-core";
import dataplane from "@microsoft.azure/openapi-validator-rulesets/dist/spectral/az-dataplane.js";
console.log(Object.keys(dataplane), Object.keys(dataplane.default ?? {}));
const rs = dataplane.default ?? dataplane;
console.log(rs.extends, rs.formats);
const keys = new Set();
for (const [n, r] of Object.entries(rs.rules)) { for (const k of Object.keys(r)) keys.add(k); console.log(n, r.severity, r.formats?.map(f=>f.displayName||f.name), JSON.stringify(r.given)); }
console.log(keys);
