// One onboarding message by Azure's own SDK for JavaScript. Like the one for Python, and unlike
// the older ones for .NET, it sends the text as it is: base64 is the sender's to do.
import { QueueClient } from "@azure/storage-queue";

const [connection, event] = process.argv.slice(2);
const queue = new QueueClient(connection, "onboarding");
await queue.sendMessage(Buffer.from(event, "utf8").toString("base64"));
