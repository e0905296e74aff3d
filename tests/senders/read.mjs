// Reads events of ours with both majors of the CloudEvents SDK for JavaScript, one by one and as a batch.
import * as ten from "cloudevents";
import * as nine from "cloudevents-9";

const text = process.argv[2];
const type = "content-type";
for (const { CloudEvent, HTTP } of [ten, nine]) {
  const single = JSON.parse(text).map((each) =>
    HTTP.toEvent({ headers: { [type]: "application/cloudevents+json" }, body: JSON.stringify(each) }),
  );
  const batch = HTTP.toEvent({ headers: { [type]: "application/cloudevents-batch+json" }, body: text });
  for (const event of [...single, ...batch]) {
    new CloudEvent(event).validate();
    console.log(JSON.stringify([event.id, event.data, event.customerid, event.feedsequence]));
  }
}
