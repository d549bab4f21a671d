import assert from 'node:assert/strict';
import * as z from 'zod';
import { soon, waitFor } from '../../support/waitFor';
import { webviewPage } from '../../support/window/index';
import { usePanel } from '../support/panel';

const seen = z.looseObject({
  id: z.string(),
  exposed_ports: z.nullable(z.array(z.number())),
  allow_unauthenticated_access: z.boolean(),
  network_policy: z.nullable(z.looseObject({ allow_out: z.array(z.string()) })),
  resources: z.looseObject({ cpus: z.number(), memory_mb: z.number() }),
  file_systems: z.array(z.looseObject({ mount_path: z.string() })),
});

describe('changing a sandbox', () => {
  const panel = usePanel({
    emulator: { sandboxes: 6, speed: 2, plan: { maxConcurrent: 8 }, timings: { resize: 1500 } },
  });

  async function ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const { url, apiKey } = panel().emulator;
    const response = await fetch(`${url}/sandboxes/${path}`, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    assert.ok(response.ok, `${method} ${path}: ${response.status}`);
    return await response.json();
  }

  async function sandbox(name: string): Promise<z.infer<typeof seen>> {
    return seen.parse(await ask('GET', name));
  }

  /** Waits until no action is in progress on a sandbox; until then its menu only offers to terminate it. */
  async function rest(name: string): Promise<void> {
    await waitFor('its menu', async () => (await panel().tree.contextMenu(name)).includes('Change'));
  }

  async function change(name: string, command: string): Promise<void> {
    await rest(name);
    await panel().tree.chooseFromContextMenu(name, 'Change', command);
  }

  before(async () => await panel().tree.waitFor('api-dev'));

  it('shows what of the network changes before it is sent, and goes back to edit', async () => {
    const { quick } = panel();
    await change('inference', 'Edit Network Policy…');
    await quick.waitFor('Network of inference');
    await quick.waitFor('Everything can be reached');
    await panel().picture('change-network');
    await quick.item('Allow only…').first().click();
    await quick.waitFor('separated by blanks');
    await quick.type('http://example.com');
    await soon(async () =>
      assert.match(await quick.validationMessage(), /"http:\/\/example.com" is no IPv4 address/),
    );
    await panel().picture('change-network-refused');
    await quick.type('api.github.com 10.0.0.0/8');
    await quick.accept();
    await quick.waitFor('This is what changes');
    await soon(async () =>
      assert.deepEqual((await quick.items()).slice(0, 5), [
        'Apply to inference',
        '− no policy: unrestricted',
        '+ internet allowed',
        '+ allow api.github.com',
        '+ allow 10.0.0.0/8',
      ]),
    );
    await panel().picture('change-network-review');
    await quick.item('Edit again…').first().click();
    await quick.waitFor('Only what is allowed can be reached');
    await quick.item('Allow only…').first().click();
    await quick.waitFor('separated by blanks');
    await soon(async () => assert.equal(await quick.value(), 'api.github.com 10.0.0.0/8'));
    await quick.accept();
    await quick.waitFor('This is what changes');
    await quick.item('Apply to inference').first().click();
    await waitFor(
      'the policy',
      async () => (await sandbox('inference')).network_policy?.allow_out.length === 2,
    );
  });

  it('shows the change again when somebody else was faster', async () => {
    const { quick } = panel();
    await change('inference', 'Edit Exposed Ports…');
    await quick.waitFor('Exposed Ports of inference');
    await soon(async () => assert.equal(await quick.value(), '9000 9090'));
    await quick.type('9000 9501');
    await soon(async () => assert.match(await quick.validationMessage(), /9501 is reserved/));
    await quick.type('9000');
    await quick.accept();
    await quick.waitFor('This is what changes');
    await ask('PATCH', 'inference', { exposed_ports: [9000, 9090, 7000] });
    await quick.item('Apply to inference').first().click();
    await quick.waitFor('changed by somebody else');
    await soon(async () => assert.ok((await quick.items()).includes('− port 7000')));
    await panel().picture('change-conflict');
    await quick.item('Apply to inference').first().click();
    await waitFor('the ports', async () => (await sandbox('inference')).exposed_ports?.join() === '9000');
  });

  it('makes a sandbox public only after naming what opens', async () => {
    const { dialog, quick } = panel();
    const { id } = await sandbox('inference');
    const open = async (): Promise<void> => {
      await change('inference', 'Turn Public Access On or Off…');
      await quick.waitFor('For how long?');
      await quick.pick('Until I close it');
    };
    await open();
    await soon(async () => assert.equal(await dialog.message(), 'Make inference public?'));
    const detail = await dialog.detail();
    assert.ok(detail.includes(`9000-${id}`) && detail.includes('without a credential'), detail);
    await panel().picture('change-public');
    await dialog.press('Cancel');
    await soon(async () => assert.equal((await sandbox('inference')).allow_unauthenticated_access, false));
    await open();
    await dialog.press('Make Public');
    await waitFor('it', async () => (await sandbox('inference')).allow_unauthenticated_access);
    await panel().tree.rowByAriaLabel('port 9000 public').first().waitFor();
  });

  it('asks before a port of a public sandbox opens', async () => {
    const { quick, dialog } = panel();
    await change('inference', 'Edit Exposed Ports…');
    await quick.waitFor('Exposed Ports of inference');
    await quick.type('9000 5000');
    await quick.accept();
    await quick.item('Apply to inference').first().click();
    await quick.waitFor('For how long are its ports to be public?');
    await quick.pick('Until I close it, as now');
    await soon(async () => assert.equal(await dialog.message(), 'Open port 5000 of inference to everybody?'));
    await dialog.press('Cancel');
    await soon(async () => assert.deepEqual((await sandbox('inference')).exposed_ports, [9000]));
  });

  it('resizes a running sandbox and follows it', async () => {
    const { quick, tree } = panel();
    await change('api-dev', 'Resize…');
    await quick.waitFor('Resize api-dev');
    await quick.item('CPUs').first().click();
    await quick.waitFor('A whole number');
    await quick.type('0');
    await soon(async () => assert.match(await quick.validationMessage(), /CPUs: at least 1/));
    await quick.type('4');
    await quick.accept();
    await quick.waitFor('Pick a line');
    await panel().picture('change-resize');
    await quick.item('Disk').first().click();
    await quick.waitFor('A disk can only grow');
    await quick.type('10g');
    await soon(async () => assert.match(await quick.validationMessage(), /at least 20480/));
    await quick.type('40g');
    await quick.accept();
    await quick.waitFor('Pick a line');
    await quick.item('Review the change…').first().click();
    await quick.waitFor('This is what changes');
    await panel().picture('change-resize-review');
    await quick.item('Apply to api-dev').first().click();
    await waitFor('the row to say so', async () => /resizing…/.test(await tree.ariaLabel('api-dev')));
    await tree.rowByAriaLabel('api-dev, running, 4 CPU').first().waitFor();
    await soon(async () => assert.equal((await sandbox('api-dev')).resources.cpus, 4));
  });

  it('mounts a file system of the project and takes it out again', async () => {
    const { quick } = panel();
    await change('api-dev', 'Attach File System…');
    await quick.waitFor('Attach File System to api-dev');
    await quick.item('datasets').first().click();
    await quick.waitFor('Absolute path');
    await quick.type('data');
    await soon(async () => assert.match(await quick.validationMessage(), /"data" is not valid/));
    await quick.type('/data');
    await quick.accept();
    await quick.waitFor('how it is mounted');
    await quick.accept();
    await waitFor('the mount', async () => (await sandbox('api-dev')).file_systems.length === 1);
    await change('api-dev', 'Detach File System…');
    await quick.waitFor('What is stored in it stays');
    await quick.item('/data').first().click();
    await waitFor('none', async () => (await sandbox('api-dev')).file_systems.length === 0);
  });

  it('copies a sandbox and lists what became of each copy', async () => {
    const { quick, tree } = panel();
    await rest('api-dev');
    await tree.chooseFromContextMenu('api-dev', 'More', 'Duplicate…');
    await quick.waitFor('How many copies');
    await quick.type('200');
    await soon(async () => assert.match(await quick.validationMessage(), /from 1 to 100/));
    await quick.type('5');
    await panel().picture('copy-count');
    await quick.accept();
    // One of its ports is public, and so would its copies be.
    await quick.waitFor('is public, and so are its copies');
    await panel().picture('copy-access');
    await quick.pick('Private');
    await quick.waitFor('of 5 started');
    await panel().picture('copy-results');
    let items: string[] = [];
    await soon(async () => {
      items = (await quick.items()).filter(label => /^[0-9a-z]{21}$/.test(label));
      assert.equal(items.length, 5);
    });
    await quick.waitFor('QuotaExceeded');
    await quick
      .item(items[0] ?? '')
      .first()
      .click();
    const page = webviewPage(panel().page);
    await page.getByRole('heading', { level: 1, name: items[0] ?? '' }).waitFor();
    await page.getByRole('button', { name: 'Show the details of api-dev' }).click();
    await page.getByRole('heading', { level: 1, name: 'api-dev' }).waitFor();
    await soon(async () => assert.ok((await page.locator('#lineage li').count()) > 0));
    await page.locator('#lineage').scrollIntoViewIfNeeded();
    await panel().picture('copy-lineage');
  });
});
