// The main job: what a manager came for, from an empty console to 24 kinds of events at somebody's endpoint.
import { expect } from '@playwright/test';
import { createKey, fillWebhook, testResult } from './console.js';
import { LEARNING } from './learning.js';
import { client, recorded } from './rest.js';
import { readXml } from './xml.js';

const BASIC = { username: 'crier', password: 'p:ä ss' };
const AUTHORIZATION = `Basic ${Buffer.from(`${BASIC.username}:${BASIC.password}`).toString('base64')}`;
const TOPICS = Object.keys(LEARNING);

/** Does all of it on a page that is signed in. */
export async function mainJob({ page, server, receiver, browser }) {
  await createWebhook(page, receiver);
  await page.getByRole('button', { name: 'Activate' }).click();
  await expect(page.getByRole('main').getByText('Active', { exact: true }).first()).toBeVisible();
  const webhook = page.url();

  const api = client(server, await createKey(page, 'Platform', 'manage'));
  const samples = await topicSamples(api);
  const events = await publishAll(api, samples, receiver);
  await checkXml(browser, receiver, samples, events);
  await checkLog(page);

  await page.goto(webhook.replace(/(\/webhooks\/whk_\w+).*/, '$1/settings'));
  await fillWebhook(page, {
    contentType: 'application/json',
    template: '{"email":"{{ payload.email }}","id":{{ payload.user_id }}}',
  });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByLabel('Password', { exact: true }), 'a stored secret is never shown').toHaveValue('');
  const again = await publishAll(api, samples, receiver);
  checkJson(receiver, samples, again);
}

/** *Send test* before anything is saved, then *Save*. */
async function createWebhook(page, receiver) {
  // BC-3, BC-4: the way there.
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Webhooks' }).click();
  await page.getByRole('main').getByRole('link', { name: 'New webhook' }).first().click();
  await expect(page).toHaveURL(/\/webhooks\/new/);
  await fillWebhook(page, {
    name: 'Student sync',
    url: receiver.url,
    topics: TOPICS,
    contentType: 'application/xml',
    basic: BASIC,
  });
  receiver.answer = { status: 202, headers: { 'x-answer': 'noted' }, body: 'noted, thank you' };
  await page.getByRole('button', { name: 'Send test' }).click();
  await expect(testResult(page)).toContainText('202');
  await expect(testResult(page)).toContainText('noted, thank you');

  expect(receiver.requests).toHaveLength(1);
  const [request] = receiver.requests;
  expect(request.method).toBe('POST');
  expect(request.headers).toMatchObject({
    authorization: AUTHORIZATION,
    'content-type': 'application/xml',
    'webhook-test': 'true',
  });
  await expect(page.getByLabel('Name', { exact: true }), 'what was typed is still there').toHaveValue('Student sync');
  expect(await page.content(), 'the password does not come back').not.toContain(BASIC.password);

  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page).toHaveURL(/\/webhooks\/whk_/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Student sync');

  const webhook = page.url();
  await page.getByRole('link', { name: 'Test', exact: true }).click();
  await page.getByRole('button', { name: 'Send test' }).click();
  await expect(testResult(page)).toContainText('202');
  expect(receiver.requests[1].headers.authorization, 'the password was kept').toBe(AUTHORIZATION);
  await page.goto(webhook);
}

/** The product's own samples, by topic. */
async function topicSamples(api) {
  const { status, body } = await api('GET', '/topics');
  expect(status).toBe(200);
  const samples = body.data.filter((topic) => topic.key.startsWith('learning.'));
  expect(samples.map((topic) => topic.key).sort()).toEqual([...TOPICS].sort());
  return Object.fromEntries(samples.map(({ key, sample }) => [key, sample]));
}

/** One event of each topic; returns event ids by topic once the receiver and the log have them all. */
async function publishAll(api, samples, receiver) {
  receiver.requests.length = 0;
  const ids = {};
  for (const topic of TOPICS) {
    const { status, body } = await api('POST', '/events', { topic, payload: samples[topic] });
    expect(status, JSON.stringify(body)).toBe(202);
    expect(body.deliveries, topic).toBe(1);
    ids[topic] = body.id;
  }
  await expect.poll(() => receiver.requests.length).toBe(TOPICS.length);
  await recorded(api);
  return ids;
}

async function checkXml(browser, receiver, samples, events) {
  const values = await readXml(
    browser,
    receiver.requests.map((request) => request.body),
  );
  for (const [index, { headers }] of receiver.requests.entries()) {
    const topic = headers['webhook-topic'];
    expect(headers).toMatchObject({
      authorization: AUTHORIZATION,
      'content-type': 'application/xml',
      'webhook-id': events[topic],
      'webhook-attempt': '1',
    });
    expect(headers['webhook-test']).toBeUndefined();
    expect(headers['webhook-signature']).toMatch(/^v1,/);

    const [resource, action, members] = LEARNING[topic];
    const value = values[index];
    expect(Object.keys(value), topic).toEqual(members);
    expect(value).toMatchObject({ id: events[topic], resource, action });
    expect(JSON.stringify(value.payload), topic).toBe(JSON.stringify(samples[topic]));
    if (members.includes('timestamp')) {
      expect(value.timestamp).toBe(Math.floor(Date.parse(value.created_at) / 1000));
    }
  }
}

/** Every delivery is in the log, and one of them with request, response and timing. */
async function checkLog(page) {
  await page.goto('/deliveries');
  for (const topic of TOPICS) {
    await expect(rowOf(page, topic).first()).toBeVisible();
  }
  const row = rowOf(page, 'learning.sale.created');
  await expect(row).toContainText('Delivered');
  await row.getByRole('link').first().click();
  await expect(page).toHaveURL(/dlv_/);
  const main = page.getByRole('main');
  await expect(main).toContainText('application/xml');
  await expect(main).toContainText('noted, thank you');
  await expect(main).toContainText(/\d ms/);
  expect(await page.content(), 'secrets are masked').not.toContain(AUTHORIZATION.slice('Basic '.length));
}

function rowOf(page, topic) {
  return page.getByRole('row').filter({ has: page.getByRole('cell', { name: topic, exact: true }) });
}

function checkJson(receiver, samples, events) {
  for (const { headers, body } of receiver.requests) {
    const topic = headers['webhook-topic'];
    expect(headers).toMatchObject({
      authorization: AUTHORIZATION,
      'content-type': 'application/json',
      'webhook-id': events[topic],
    });
    const { email = '', user_id = null } = samples[topic];
    expect(body, topic).toBe(`{"email":"${email}","id":${user_id}}`);
  }
}
