// The REST API as another program would call it.
import { expect } from '@playwright/test';

/** Calls with a key: `await api('POST', '/events', {…})` → `{ status, body }`. */
export function client(server, key) {
  return async (method, path, body) => {
    const response = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : null };
  };
}

/** Waits until nothing is under way: what arrived is in the log a moment later, and pages without JavaScript stay as they are. */
export async function recorded(api) {
  const underWay = async () => (await api('GET', '/deliveries?state=pending,sending')).body.data;
  await expect.poll(underWay).toEqual([]);
}
