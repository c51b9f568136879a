// Hybrid campaigns by their documented steps: website trigger, webhook, stop; then events over REST, and what a
// receiver that is not ours got.
import { createKey, tabOf, testResult } from '../support/console.js';
import { expect, test } from '../support/fixtures.js';
import { client } from '../support/rest.js';
import { switchOn } from '../support/settings.js';

const TRIGGER = 'https://shop.example.com/p/*';

/** Fills in the three parts of the form that is open. */
async function fillCampaign(page, url) {
  await page.getByLabel('Name', { exact: true }).fill('Packing');
  await page.getByLabel('Visits').selectOption('A page');
  await page.getByLabel('That', { exact: true }).selectOption('matches (* is any text)');
  await page.getByLabel('Address, kind or item id').fill(TRIGGER);
  await page.getByLabel('URL', { exact: true }).fill(url);
  await page.getByRole('radio', { name: 'POST' }).check();
  await page.getByLabel('gender').check();
  await page.locator('#static-fields > summary').click();
  await page.getByText('Add a static field').first().click();
  const fixed = page.getByRole('group', { name: 'Static field 1' });
  await fixed.getByLabel('Static field').fill('automationid');
  await fixed.getByLabel('Static value').fill('42');
  await page.locator('#headers > summary').click();
  await page.getByText('Add a header').first().click();
  const header = page.getByRole('group', { name: 'Header 1' });
  await header.getByLabel('Header', { exact: true }).fill('X-Api-Key');
  await header.getByLabel('Header value').fill('k-4711');
  await header.getByLabel('Secret').check();
  await page.getByLabel('May restart after').fill('1');
}

const save = (page) => page.getByRole('button', { name: 'Save', exact: true }).click();
const activate = (page) => page.getByRole('button', { name: 'Activate', exact: true }).click();

function view(profileid, path = 'trail-pack') {
  return { topic: 'visitor.page.viewed', payload: { profileid, url: `https://shop.example.com/p/${path}` } };
}

test('dt_3 a profile is typed in the console, and a sample view of its visitor starts a campaign', async ({ app: page, server, receiver }) => {
  await switchOn(page, /^Website behaviour/);
  await page.goto('/profiles');
  await page.getByRole('link', { name: 'Add a profile' }).click();
  await page.getByLabel('Id', { exact: true }).fill('c 1/ü');
  await page.getByLabel('Fields', { exact: true }).fill('[1]');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByLabel('Fields', { exact: true })).toHaveAccessibleDescription(/JSON object/);
  await page.getByLabel('Fields', { exact: true }).fill('{"email":"cleo@example.com","gender":"female"}');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('link', { name: 'c 1/ü' }).click();
  await page.getByLabel('Fields', { exact: true }).fill('{"email":"cleo@example.org"}');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('table')).toContainText('email: cleo@example.org');

  await page.goto('/campaigns/new');
  await expect(page.getByText('No website reports views yet')).toBeVisible();
  await fillCampaign(page, receiver.url);
  await activate(page);
  const publish = async (change, profile) => {
    await page.goto('/topics/visitor.page.viewed');
    const sample = JSON.parse(await page.getByLabel('Payload', { exact: true }).inputValue());
    const payload = { ...sample, url: 'https://shop.example.com/p/tent', ...change };
    await page.getByLabel('Payload', { exact: true }).fill(JSON.stringify(payload));
    if (profile !== undefined) await page.getByLabel('Profile', { exact: true }).fill(profile);
    await page.getByRole('button', { name: 'Publish sample event' }).click();
  };
  // The sample's own visitor is known by the sample's profile; of others by what is kept; nobody without either.
  await publish({});
  await expect.poll(() => receiver.requests.length).toBe(1);
  expect(JSON.parse(receiver.requests[0].body)).toMatchObject({ email: expect.stringContaining('@') });
  await publish({ profileid: 'c 1/ü' });
  await expect.poll(() => receiver.requests.length).toBe(2);
  expect(receiver.requests[1].body).toBe('{"profileid":"c 1/ü","email":"cleo@example.org","automationid":"42"}');
  await publish({ profileid: 'p-unheard' }, '');
  await expect(page.getByRole('main')).toContainText('Known profiles only: nobody has said who this visitor is.');

  await page.goto('/profiles');
  await page.getByRole('link', { name: 'c 1/ü' }).click();
  await page.getByRole('button', { name: 'Delete…' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('No profiles yet')).toBeVisible();
});

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('dt_4_15 a campaign from its three parts to the receiver', async ({ app: page, server, receiver }) => {
      test.slow();
      await page.getByRole('link', { name: 'Campaigns', exact: true }).click();
      await page.getByRole('link', { name: 'New campaign' }).click();
      await expect(page.getByText('Nothing can start a campaign yet')).toContainText('Website behaviour');
      await switchOn(page, /^Website behaviour/);

      // dt_5: without its three parts it can't be activated, and each is named where it is missing.
      await page.goto('/campaigns/new');
      await page.getByLabel('Name', { exact: true }).fill('Idea');
      await page.getByLabel('May restart after').fill('');
      await activate(page);
      const summary = page.getByRole('alert');
      for (const part of ['website trigger', 'webhook', 'stop']) await expect(summary).toContainText(`Add the ${part}`);
      await save(page);
      await expect(page).toHaveURL(/\/campaigns\/cmp_/);
      await expect(page.getByText('Missing', { exact: true })).toHaveCount(3);

      await fillCampaign(page, receiver.url);
      await expect(page.getByLabel('Known profiles only'), 'dt_8').toBeChecked();
      // dt_15: a test before production.
      await page.getByRole('button', { name: 'Send test' }).click();
      await expect(testResult(page)).toContainText('200');
      expect(receiver.requests).toHaveLength(1);
      expect(receiver.requests[0].headers).toMatchObject({ 'x-api-key': 'k-4711', 'webhook-test': 'true' });
      expect(JSON.parse(receiver.requests[0].body)).toMatchObject({ automationid: '42' });
      await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Packing');

      await activate(page);
      await expect(page.getByRole('main').getByText('Active', { exact: true }).first()).toBeVisible();
      await expect(page.getByText('Complete', { exact: true })).toHaveCount(3);
      const campaign = page.url().split('?')[0];
      expect(await page.content(), 'a stored secret is never shown').not.toContain('k-4711');

      // dt_3, dt_8: who is not known starts nothing; of who is, the profile's fields are sent.
      const api = client(server, await createKey(page, 'Website', 'manage'));
      const unknown = await api('POST', '/events', view('p-1'));
      expect(unknown.body.deliveries).toBe(0);
      expect((await api('PUT', '/profiles/p-1', { email: 'ann@example.com', city: 'Porto' })).status).toBe(201);
      receiver.requests.length = 0;
      expect((await api('POST', '/events', view('p-1'))).body.deliveries).toBe(1);
      await expect.poll(() => receiver.requests.length).toBe(1);
      const [sent] = receiver.requests;
      expect(sent.method).toBe('POST');
      expect(sent.headers).toMatchObject({ 'content-type': 'application/json', 'x-api-key': 'k-4711' });
      const body = '{"profileid":"p-1","email":"ann@example.com","automationid":"42"}';
      expect(sent.body, 'dt_11: a field that the profile lacks is left out').toBe(body);

      // Who is not known starts it once that is allowed.
      await page.goto(campaign);
      await page.getByLabel('Known profiles only').uncheck();
      await save(page);
      expect((await api('POST', '/events', view('p-9'))).body.deliveries).toBe(1);
      await expect.poll(() => receiver.requests.length).toBe(2);
      expect(receiver.requests[1].body).toBe('{"automationid":"42"}');

      // dt_6: the stop holds the same profile back, and the log says so; another profile is none of its business.
      const again = await api('POST', '/events', view('p-9', 'tent'));
      await api('POST', '/events', view('p-2'));
      await expect.poll(() => receiver.requests.length).toBe(3);
      await page.goto(`/events/${again.body.id}`);
      await expect(page.getByRole('main')).toContainText('Not sent: the profile had one in the last hour.');
      await page.goto(campaign);
      await page.getByRole('main').getByRole('link', { name: 'Deliveries', exact: true }).click();
      await page.getByRole('row').filter({ hasText: 'Held back' }).getByRole('link').first().click();
      await expect(page.locator('#story')).toContainText('Not sent: the profile had one in the last hour.');
      await page.goto('/campaigns');
      const row = page.getByRole('row').filter({ hasText: 'Packing' });
      await expect(row).toContainText(`Page matches ${TRIGGER}`);
      await expect(row.getByRole('cell', { name: '3', exact: true })).toBeVisible();
      await expect(row.getByRole('link', { name: '1', exact: true })).toBeVisible();

      // dt_10: GET puts the fields into the address.
      await page.goto(campaign);
      await page.getByRole('radio', { name: 'GET' }).check();
      await save(page);
      receiver.requests.length = 0;
      await api('POST', '/events', view('p-3'));
      await expect.poll(() => receiver.requests.length).toBe(1);
      const [got] = receiver.requests;
      expect([got.method, got.url, got.body]).toEqual(['GET', '/hook?automationid=42', '']);
      expect(got.headers['content-type']).toBeUndefined();
    });

    test('what is wrong stands where it was typed, and nothing is saved', async ({ app: page }) => {
      await switchOn(page, /^Website behaviour/);
      await page.goto('/campaigns/new');
      await fillCampaign(page, 'ftp://example.com');
      await page.getByRole('group', { name: 'Static field 1' }).getByLabel('Static field').fill('email');
      await page.getByLabel('May restart after').fill('soon');
      await save(page);
      const summary = page.getByRole('alert');
      await expect(summary.getByRole('link')).toHaveCount(3);
      await expect(page.getByRole('group', { name: 'Static field 1' })).toContainText('give this one another name');
      await expect(page.locator('#stop')).toContainText('Type a whole number.');
      await expect(page.getByLabel('Address, kind or item id')).toHaveValue(TRIGGER);
      await page.goto('/campaigns');
      await expect(page.getByText('No campaigns yet')).toBeVisible();
    });
  });
}

test('the webhook of a campaign says what it is part of', async ({ app: page, receiver }) => {
  await switchOn(page, /^Website behaviour/);
  await page.goto('/campaigns/new');
  await fillCampaign(page, receiver.url);
  await save(page);
  await page.goto('/webhooks');
  const link = page.getByRole('link', { name: 'campaign “Packing”' });
  await expect(link).toBeVisible();
  await page.getByRole('link', { name: 'Packing', exact: true }).first().click();
  await expect(page.getByRole('main')).toContainText('Part of the campaign “Packing”');
  await tabOf(page, 'Settings').click();
  await expect(page.locator('#owned')).toContainText('visitor.page.viewed');
  await expect(page.getByLabel('Body template', { exact: true })).toHaveCount(0);
  await page.getByLabel('Name', { exact: true }).fill('Packing, by hand');
  await save(page);
  await expect(page.getByRole('status').filter({ hasText: 'Saved.' })).toBeVisible();
});

test('a webhook of any kind sends one event for each key in a time', async ({ app: page, server, receiver }) => {
  await page.goto(`/webhooks/new?name=Once&url=${encodeURIComponent(receiver.url)}&topics=learning.user.created`);
  await page.locator('#delivery > summary').click();
  await page.getByLabel('At most one event for each').fill('payload.user_id');
  await page.getByLabel('In', { exact: true }).fill('2');
  await page.getByLabel('Unit', { exact: true }).selectOption('days');
  await save(page);
  await page.getByRole('button', { name: 'Activate', exact: true }).click();
  const api = client(server, await createKey(page, 'Platform', 'manage'));
  for (const user_id of [7, 7, 8]) await api('POST', '/events', { topic: 'learning.user.created', payload: { user_id } });
  await expect.poll(() => receiver.requests.length).toBe(2);
  const { body } = await api('GET', '/webhooks');
  expect(body.data[0].frequency).toEqual({ key: 'payload.user_id', window_s: 172_800 });
});
