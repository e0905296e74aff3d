// Events as both majors of the CloudEvents SDK for JavaScript write them, one JSON text a line.
import * as ten from "cloudevents";
import * as nine from "cloudevents-9";

const { source, type, data } = JSON.parse(process.argv[2]);
const bytes = Buffer.from(JSON.stringify(data));
const variants = {
  plain: { data },
  nulls: { data, subject: null, dataschema: null, myext: null, datacontenttype: null },
  undefineds: { data, subject: undefined, dataschema: undefined },
  extensions: { data, comexampleext: "x", number: 5, truth: true, traceparent: "00-x" },
  typed: { data, datacontenttype: "application/json", dataschema: "https://s.example/1" },
  suffixed: { data, datacontenttype: "application/vnd.contoso+json" },
  subject: { data, subject: "부산 \u200d/1", time: "2026-11-01T08:00:00+09:00" },
  buffer: { data: bytes, datacontenttype: "application/json" },
  array: { data: new Uint8Array(bytes), datacontenttype: "application/json; charset=utf-8" },
};
for (const [version, { CloudEvent, HTTP }] of Object.entries({ 10: ten, 9: nine })) {
  for (const [name, said] of Object.entries(variants)) {
    for (const [way, write] of Object.entries({
      structured: (event) => HTTP.structured(event).body,
      stringify: (event) => JSON.stringify(event),
      string: (event) => event.toString(),
    })) {
      const id = `${version} ${name} ${way}`;
      const event = new CloudEvent({ id, source, type, ...said });
      console.log(JSON.stringify({ id, text: write(event) }));
    }
  }
}
