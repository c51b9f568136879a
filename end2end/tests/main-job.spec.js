// The main job in the browser.
import { test } from '../support/fixtures.js';
import { mainJob } from '../support/main-job.js';

test('from a new webhook to 24 kinds of events delivered, as XML and as JSON', async ({
  app: page,
  server,
  receiver,
  browser,
}) => {
  test.slow();
  await mainJob({ page, server, receiver, browser });
});
