// OAuth 2.0 in the form: both grants, with a real token address.
import { fillWebhook, tabOf, testResult } from '../support/console.js';
import { expect, test } from '../support/fixtures.js';
import { startReceiver } from '../support/receiver.js';

/** Opens *Other authentication* and picks a kind. */
async function pick(page, kind) {
  const kinds = page.getByRole('group', { name: 'Kind' });
  if (!(await kinds.isVisible())) await page.getByText('Other authentication', { exact: true }).click();
  await kinds.getByRole('radio', { name: kind }).check();
}

test('a webhook asks for its token by both grants, and an edit keeps the secrets', async ({ app: page, receiver }) => {
  const issuer = await startReceiver();
  issuer.answer.headers = { 'content-type': 'application/json' };
  issuer.answer.body = '{"access_token":"t0ken","token_type":"Bearer","expires_in":3600}';
  const asked = () => new URLSearchParams(issuer.requests.at(-1).body);
  const sendTest = async () => {
    // What is saved, not the form.
    await page.getByRole('link', { name: 'Summary', exact: true }).click();
    await expect(page.getByRole('link', { name: 'Summary', exact: true })).toHaveAttribute('aria-current', 'page');
    await page.getByRole('button', { name: 'Send test' }).click();
    await expect(testResult(page)).toContainText('200');
  };
  const edit = () => tabOf(page, 'Settings').click();
  const save = () => page.getByRole('button', { name: 'Save', exact: true }).click();
  const saved = () => expect(page.getByRole('status').filter({ hasText: 'Saved' })).toBeVisible();

  await page.goto('/webhooks/new');
  await fillWebhook(page, { name: 'Student sync', url: receiver.url, topics: ['learning.user.created'] });
  await pick(page, 'OAuth 2.0 client credentials');
  await expect(page.getByLabel('Account', { exact: true })).toBeHidden();
  await save();
  for (const label of ['Token address', 'Client id', 'Client secret']) {
    await expect(page.getByLabel(label, { exact: true }), label).toHaveAttribute('aria-invalid', 'true');
  }

  await page.getByLabel('Token address', { exact: true }).fill(issuer.url);
  await page.getByLabel('Client id', { exact: true }).fill('crier');
  await page.getByLabel('Client secret', { exact: true }).fill('s3cret');
  await page.getByLabel('Scope', { exact: true }).fill('students.write');
  await save();
  await expect(page.getByRole('region', { name: 'Signing secret' })).toBeVisible();
  await sendTest();
  expect(receiver.requests.at(-1).headers.authorization).toBe('Bearer t0ken');
  expect(asked().get('grant_type')).toBe('client_credentials');
  expect(asked().get('scope')).toBe('students.write');

  await edit();
  await pick(page, 'OAuth 2.0 password');
  await expect(page.getByLabel('Client secret', { exact: true })).toHaveValue('');
  await page.getByLabel('Account', { exact: true }).fill('mira');
  await page.getByLabel('Account secret', { exact: true }).fill('pa55word');
  await save();
  await saved();
  await sendTest();
  expect(Object.fromEntries(asked())).toMatchObject({
    grant_type: 'password',
    username: 'mira',
    password: 'pa55word',
  });
  const basic = Buffer.from('crier:s3cret').toString('base64');
  expect(issuer.requests.at(-1).headers.authorization, 'the client secret was kept').toBe(`Basic ${basic}`);
  expect(await page.content()).not.toMatch(/s3cret|pa55word|t0ken/);

  await edit();
  await pick(page, 'OAuth 2.0 password');
  await expect(page.getByLabel('Account', { exact: true })).toHaveValue('mira');
  expect(await page.content()).not.toMatch(/s3cret|pa55word|t0ken/);
  await page.getByLabel('Scope', { exact: true }).fill('students.read');
  await save();
  await saved();
  await sendTest();
  expect(Object.fromEntries(asked())).toMatchObject({ scope: 'students.read', username: 'mira', password: 'pa55word' });
  await issuer.stop();
});
