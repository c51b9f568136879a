// What a manager does in the console, by the labels that a manager reads. Every step works with and without
// JavaScript.
import { expect } from '@playwright/test';

export const OWNER = {
  name: 'Mira Okafor',
  email: 'mira@example.com',
  password: 'correct horse battery staple',
  marketplace: 'Northwind Academy',
};

/** From the one-time link to the overview, signed in as the owner. */
export async function setUp(page, server) {
  await page.goto(server.setupLink);
  await page.getByLabel('Name', { exact: true }).fill(OWNER.name);
  await page.getByLabel('E-mail', { exact: true }).fill(OWNER.email);
  await page.getByLabel('Password', { exact: true }).fill(OWNER.password);
  await page.getByLabel('Marketplace', { exact: true }).fill(OWNER.marketplace);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page).toHaveURL(`${server.url}/`);
}

/** On the sign-in page. */
export async function signIn(page, email, password) {
  await page.getByLabel('E-mail', { exact: true }).fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Fills those fields of the webhook form that are given. */
export async function fillWebhook(page, { name, url, topics = [], contentType, basic, template }) {
  if (name !== undefined) await page.getByLabel('Name', { exact: true }).fill(name);
  if (url !== undefined) await page.getByLabel('URL', { exact: true }).fill(url);
  for (const key of topics) await chooseTopic(page, key);
  if (contentType) await choose(page, 'Content type', contentType);
  if (basic) {
    await choose(page, 'Basic authentication', 'Yes');
    await page.getByLabel('Username', { exact: true }).fill(basic.username);
    await page.getByLabel('Password', { exact: true }).fill(basic.password);
  }
  if (template !== undefined) await page.getByLabel('Body template', { exact: true }).fill(template);
}

/** Ticks a topic; first opens the catalog that it stands in. */
export async function chooseTopic(page, key) {
  const catalog = page.locator('.topic-catalog').filter({ has: page.locator(`input[value="${key}"]`) });
  if ((await catalog.getAttribute('open')) === null) await catalog.locator('summary').click();
  await topicBox(page, key).check();
}

/** The check box of a topic. */
export function topicBox(page, key) {
  return page.getByRole('checkbox', { name: new RegExp(`(^|[^\\w.])${key.replaceAll('.', '\\.')}($|[^\\w.])`) });
}

async function choose(page, legend, option) {
  await page.getByRole('group', { name: legend }).getByRole('radio', { name: option }).check();
}

/** A tab of the webhook that is shown. The main navigation has links of the same names. */
export function tabOf(page, name) {
  return page.getByRole('navigation', { name: 'Webhook', exact: true }).getByRole('link', { name, exact: true });
}

/** The answer to a test, as the console shows it. */
export function testResult(page) {
  return page.getByRole('region', { name: 'Test result' });
}

/** Makes an API key under Settings and returns it: it is shown once. */
export async function createKey(page, name, scope) {
  await page.goto('/settings/keys');
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByRole('radio', { name: new RegExp(`^${scope}`, 'i') }).check();
  await page.getByRole('button', { name: 'Create key' }).click();
  const shown = page.getByText(/crk_[\w-]+/).first();
  await expect(shown).toBeVisible();
  return (await shown.textContent()).match(/crk_[\w-]+/)[0];
}
