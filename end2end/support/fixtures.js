// What tests start from.
import { test as base, expect } from '@playwright/test';
import { setUp } from './console.js';
import { startReceiver } from './receiver.js';
import { startServer } from './server.js';

export const test = base.extend({
  /** A fresh server without an account. */
  server: async ({}, use, info) => {
    const server = await startServer();
    await use(server);
    if (info.status !== info.expectedStatus) await info.attach('crier', { body: server.output() });
    await server.stop();
  },

  baseURL: async ({ server }, use) => use(server.url),

  /** A receiver that is not ours. */
  receiver: async ({}, use) => {
    const receiver = await startReceiver();
    await use(receiver);
    await receiver.stop();
  },

  /** A page on which nothing went wrong in the browser by the end of the test. */
  page: async ({ page, javaScriptEnabled }, use) => {
    const wrong = watch(page, javaScriptEnabled);
    await use(page);
    expect(wrong, 'errors in the browser').toEqual([]);
  },

  /** A page that is signed in as the owner, whose account it made through the set-up link. */
  app: async ({ page, server }, use) => {
    await setUp(page, server);
    await use(page);
  },
});

/** The list into which the page's errors and warnings will be put. */
export function watch(page, javaScriptEnabled = true) {
  const wrong = [];
  page.on('pageerror', (error) => wrong.push(error.stack ?? String(error)));
  page.on('console', (message) => {
    // Chromium reports each answer with an error status; those that a test provokes are no mistakes.
    // Without JavaScript nothing uses the WASM that every page announces.
    const expected =
      /the server responded with a status of 4\d\d/.test(message.text()) ||
      (!javaScriptEnabled && /preloaded using link preload but not used/.test(message.text()));
    if (['error', 'warning'].includes(message.type()) && !expected) wrong.push(message.text());
  });
  return wrong;
}

export { expect };
