import assert from 'node:assert/strict';
import * as z from 'zod';
import { soon, waitFor } from '../../support/waitFor';
import { clipboardText, setClipboardText } from '../../support/window/index';
import { Keyboard } from '../support/keyboard';
import { usePanel } from '../support/panel';

const seen = z.looseObject({
  status: z.string(),
  exposed_ports: z.nullable(z.array(z.number())),
  network_policy: z.nullable(z.looseObject({ allow_out: z.array(z.string()) })),
  resources: z.looseObject({ cpus: z.number() }),
});

/** What is slow while other suites run on the machine. */
const patientMs = 40_000;

describe('changes of a sandbox by keys alone', function () {
  this.timeout(240_000);
  const panel = usePanel({ emulator: { sandboxes: 6, speed: 10 }, isLeftClosed: true });
  let keys: Keyboard;

  async function sandbox(name: string): Promise<z.infer<typeof seen>> {
    const { url, apiKey } = panel().emulator;
    const response = await fetch(`${url}/sandboxes/${name}`, {
      headers: { authorization: `Bearer ${apiKey}` },
    });
    return seen.parse(await response.json());
  }

  before(async () => {
    keys = await Keyboard.take(panel());
    await panel().tree.rowByAriaLabel('inference, running').first().waitFor();
  });
  afterEach(async () => await keys.verify());

  it('are made to its ports, after what changes was shown', async () => {
    await keys.menu('inference', 'Change', 'Edit Exposed Ports…');
    await keys.answer('Exposed Ports of inference', '9000 7000');
    await keys.choose('This is what changes', 'Apply to inference');
    await waitFor(
      'the ports',
      async () => (await sandbox('inference')).exposed_ports?.join() === '7000,9000',
    );
  });

  it('are made to its network, after an edit of what was put together', async () => {
    await keys.menu('inference', 'Change', 'Edit Network Policy…');
    await keys.choose('Network of inference', 'Allow only…');
    await keys.answer('separated by blanks', 'api.github.com');
    await keys.choose('This is what changes', 'Edit again…');
    await keys.choose('Network of inference', 'Allow only…');
    await keys.answer('separated by blanks', 'api.github.com 10.0.0.0/8');
    await keys.choose('This is what changes', 'Apply to inference');
    await waitFor(
      'the policy',
      async () => (await sandbox('inference')).network_policy?.allow_out.length === 2,
    );
  });

  it('are made to its size', async () => {
    await keys.menu('api-dev', 'Change', 'Resize…');
    await keys.choose('Resize api-dev', 'CPUs');
    await keys.answer('A whole number', '4');
    await keys.choose('Pick a line', 'Review the change…');
    await keys.choose('This is what changes', 'Apply to api-dev');
    await waitFor('the size', async () => (await sandbox('api-dev')).resources.cpus === 4, patientMs);
  });

  it('are copied as commands', async () => {
    const { page } = panel();
    await setClipboardText(page, 'nothing was copied');
    await keys.menu('inference', 'Copy', 'Copy as Command…');
    await keys.choose('What is the command to do?', 'Terminate');
    await soon(async () => assert.match(await clipboardText(page), /^tl .*sbx terminate [0-9a-z]{21}$/));
  });

  it('are made to a whole group, after a question', async () => {
    await keys.menu('Running', 'Suspend All…');
    await keys.dialog(/^Suspend \d sandboxes\?$/, 'Cancel');
    assert.equal((await sandbox('api-dev')).status, 'running');
    await keys.menu('Running', 'Suspend All…');
    await keys.dialog(/^Suspend \d sandboxes\?$/);
    for (const name of ['api-dev', 'inference'])
      await panel().tree.rowByAriaLabel(`${name}, suspended`).first().waitFor({ timeout: patientMs });
  });
});

describe('the history by keys alone', function () {
  this.timeout(240_000);
  const panel = usePanel({
    emulator: { sandboxes: 3, plan: { maxConcurrent: 9 }, timings: { boot: 1, archive: 1 } },
    isLeftClosed: true,
  });

  /** Fills more than one page of the archive. */
  before(async () => {
    const { url, apiKey } = panel().emulator;
    const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
    for (let made = 0; made < 110; made += 1) {
      const response = await fetch(`${url}/sandboxes`, { method: 'POST', headers, body: '{}' });
      const { sandbox_id: id } = (await response.json()) as { readonly sandbox_id: string };
      await fetch(`${url}/sandboxes/${id}`, { method: 'DELETE', headers });
    }
  });

  it('is shown, unfolded, read on at its end, and hidden', async () => {
    const { tree, emulator } = panel();
    const keys = await Keyboard.take(panel());
    await tree.waitFor('Running');
    const pages = (): number =>
      emulator.requests().filter(({ path }) => path.endsWith('/archived-sandboxes')).length;
    await keys.command('Tensorlake: Show History');
    await waitFor('its first page', () => pages() === 1);
    await keys.toView();
    const end = async (label: string): Promise<void> =>
      await soon(async () => {
        await keys.press('End');
        assert.equal(await keys.row(), label);
      }, patientMs);
    await end('Terminated');
    await keys.press('ArrowRight');
    await end('Load more…');
    await keys.press('Enter');
    await waitFor('its second page', () => pages() === 2);
    await keys.command('Tensorlake: Hide History');
    await end('docs');
    await keys.verify();
  });
});
