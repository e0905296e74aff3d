// A first invitation to the end by the types that openapi-typescript makes: every optional field is
// set, read back, and compared. Compiled by `tsc --strict`; what it is given comes as JSON.

import createClient, { type Client } from "openapi-fetch";

import type { components, paths } from "./api.js";

type Schemas = components["schemas"];
type Party = { tenant: string; token: string };
type Given = {
  baseUrl: string;
  version: string;
  parties: Record<"operator" | "provider" | "reseller" | "customer", Party>;
};

declare const process: { argv: string[] };
const given = JSON.parse(process.argv[2] ?? "") as Given;
const { operator, provider, reseller, customer } = given.parties;
const query = { "api-version": given.version };

const as = ({ token }: Party): Client<paths> =>
  createClient<paths>({
    baseUrl: given.baseUrl,
    headers: { Authorization: `Bearer ${token}` },
  });

function ok<T>(answer: { data?: T; error?: unknown; response: Response }): T {
  if (answer.data === undefined) {
    throw new Error(`${answer.response.status} ${JSON.stringify(answer.error)}`);
  }
  return answer.data;
}

function same(found: object, sent: object): void {
  for (const [name, value] of Object.entries(sent)) {
    const read = (found as Record<string, unknown>)[name];
    const [one, other] = [JSON.stringify(read), JSON.stringify(value)];
    if (one !== other) throw new Error(`${name} is ${one}, was sent as ${other}`);
  }
}

const mpnId = (): string => String(1e9 + Math.floor(Math.random() * 8e9));

async function enrol(party: Party, type: Schemas["PartnerType"]): Promise<string> {
  const body: Schemas["PartnerBody"] = {
    name: "Contoso é 한국",
    type,
    mpnId: mpnId(),
    mpnCountry: "US",
    country: "US",
    partnerAgreementSignedAt: "2026-01-01T00:00:00.000000Z",
    affiliatedTenantIds: [crypto.randomUUID()],
  };
  const path = { partnerId: party.tenant };
  ok(await as(operator).PUT("/api/partners/{partnerId}", { params: { path, query }, body }));
  same(ok(await as(party).GET("/api/partners/{partnerId}", { params: { path, query } })), body);
  return body.mpnId;
}

async function link(): Promise<void> {
  const path = { partnerId: provider.tenant, resellerId: reseller.tenant };
  const params = { path, query };
  ok(await as(provider).PUT("/api/partners/{partnerId}/resellers/{resellerId}", { params }));
  ok(await as(reseller).POST("/api/partners/{partnerId}/resellers/{resellerId}/accept", { params }));
}

async function invite(): Promise<void> {
  const path = { customerId: customer.tenant, invitationId: crypto.randomUUID() };
  const params = { path, query };
  const body: Schemas["InvitationBody"] = {
    delegatedAdmin: true,
    indirectResellerId: reseller.tenant,
    country: "US",
    message: "Hello, 산림청.",
    contact: { email: "ada@agency.example", locale: "ko" },
    externalReference: "CRM-4711 é",
    expiresInDays: 30,
  };
  const at = "/api/customers/{customerId}/invitations/{invitationId}" as const;
  ok(await as(provider).PUT(at, { params, body }));
  const { country, expiresInDays, ...shown } = body;
  same(ok(await as(customer).GET(at, { params })), { ...shown, closedAt: null, closedBy: null });
  const acceptance: Schemas["AcceptanceBody"] = {
    customerAgreement: { firstName: "Ada", lastName: "Lee", email: "ada@agency.example" },
    country: "US",
    name: "Agency é",
    domain: "agency.example",
    delegatedAdminUntil: "2099-01-01T00:00:00.000000Z",
  };
  const accepted = await as(customer).POST(`${at}/accept`, { params, body: acceptance });
  same(ok(accepted), { status: "accepted" });
}

async function look(): Promise<void> {
  const { customerId } = { customerId: customer.tenant };
  const profile = await as(customer).GET("/api/customers/{customerId}", {
    params: { path: { customerId }, query },
  });
  same(ok(profile), { name: "Agency é", domain: "agency.example", country: "US" });
  const related = await as(customer).GET("/api/customers/{customerId}/relationships/{partnerId}", {
    params: { path: { customerId, partnerId: provider.tenant }, query },
  });
  same(ok(related), {
    delegatedAdmin: "granted" satisfies Schemas["DelegatedAdmin"],
    delegatedAdminUntil: "2099-01-01T00:00:00.000000Z",
    indirectResellerId: reseller.tenant,
  });
}

async function sell(partnerOfRecord: string): Promise<void> {
  const path = { customerId: customer.tenant, subscriptionId: crypto.randomUUID() };
  const params = { path, query };
  const body: Schemas["SubscriptionBody"] = {
    partnerOfRecord,
    productType: "onlineService",
    offerId: "CFQ7TTC0LF8R",
    offerName: "Office 365 G3",
    friendlyName: "Seats 한국",
    externalReference: "PO-1",
    billingType: "license",
    quantity: 25,
    unitType: "licenses",
    autoRenew: true,
    term: {
      duration: "P1Y",
      billingCycle: "monthly",
      startsAt: "2026-11-01T00:00:00.000000Z",
      endsAt: "2027-11-01T00:00:00.000000Z",
    },
  };
  const at = "/api/customers/{customerId}/subscriptions/{subscriptionId}" as const;
  ok(await as(provider).PUT(at, { params, body }));
  same(ok(await as(customer).GET(at, { params })), body);
  const listed = await as(customer).GET("/api/customers/{customerId}/subscriptions", {
    params: { path: { customerId: customer.tenant }, query },
  });
  const page = ok(listed);
  if (typeof page === "string") throw new Error("a list as CSV, which nobody asked for");
  const next: string | null | undefined = page.nextLink;
  if (page.value.length !== 1 || next) throw new Error(`${page.value.length} subscriptions`);
}

await enrol(provider, "indirectProvider");
const recorded = await enrol(reseller, "indirectReseller");
await link();
await invite();
await look();
await sell(recorded);
console.log("done");
