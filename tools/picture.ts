/**
 * `npm run picture`: the picture of the README, made anew: a real server, a real call between two built-in phones, the page of its
 * recording in Debian's Chromium.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBrowser, visit } from '../tests/rig/browser.ts';
import { Api } from './demo/api.ts';
import { makeDemoCentre } from './demo/centre.ts';
import { OwnServer } from './demo/own-server.ts';
import { awaitRecording } from './demo/report.ts';
import { connect, converse, holdOn, openAgent, openCustomer } from './demo/talk.ts';

const host = '127.0.0.1';
const file = join(import.meta.dirname, '..', 'docs', 'images', 'recording.png');

const recordCall = async (api: Api, sip: { host: string; port: number }): Promise<string> => {
  const { customer, callerNumber } = await openCustomer(sip, host);
  const centre = await makeDemoCentre(api, { host, port: customer.port });
  const agent = await openAgent(api, centre, sip, host);
  try {
    const talk = await connect(customer, agent, centre.number);
    await converse(talk, 3);
    const { items } = await api.get<{ items: { id: string; caller: string }[] }>('/calls');
    const call = items.find(({ caller }) => caller === callerNumber);
    const act = (action: string) =>
      api.send('POST', `/calls/${call?.id ?? ''}/actions`, { action });
    await act('hold');
    await holdOn(talk, 3000);
    await act('unhold');
    await converse(talk, 4, 3);
    talk.calls.customer.hangUp();
    await talk.calls.agent.untilEnded();
    return (await awaitRecording(api, callerNumber)).recording.id;
  } finally {
    await Promise.all([agent.close(), customer.close()]);
  }
};

const folder = mkdtempSync(join(tmpdir(), 'callreel-picture-'));
const server = new OwnServer(folder);
try {
  const { url, sip } = await server.start();
  const id = await recordCall(await Api.signIn(url, server.email, server.password), sip);
  const browser = await openBrowser();
  try {
    const { page } = await visit(browser, { url });
    await page.goto('/');
    await page.locator('input[name=email]').fill(server.email);
    await page.locator('input[name=password]').fill(server.password);
    await page.keyboard.press('Enter');
    await page.getByRole('navigation').first().waitFor();
    await page.goto(`/recordings/${id}`);
    await page.getByRole('button', { name: 'Play', exact: false }).first().waitFor();
    await page.waitForLoadState('networkidle');
    mkdirSync(join(file, '..'), { recursive: true });
    await page.screenshot({ path: file });
    console.log(file);
  } finally {
    await browser.close();
  }
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
