// Somebody else's webhook endpoint: plain Node, nothing of this code base. Records what arrives and answers as
// it is told.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout } from 'node:timers/promises';

/**
 * `{ url, requests, answer, stop() }`; assign `answer` (`{ status, headers, body, after, until }`: milliseconds, a
 * promise) to change the answers.
 */
export async function startReceiver() {
  const receiver = { requests: [], answer: { status: 200, headers: {}, body: 'thank you' } };
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method, url, headers } = request;
    receiver.requests.push({ method, url, headers, body: Buffer.concat(chunks).toString('utf8') });
    if (receiver.answer.after) await setTimeout(receiver.answer.after);
    await receiver.answer.until;
    response.writeHead(receiver.answer.status, receiver.answer.headers);
    response.end(receiver.answer.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  receiver.url = `http://127.0.0.1:${server.address().port}/hook`;
  receiver.stop = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return receiver;
}
