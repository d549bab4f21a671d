import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { editors } from '../../support/editorHost/find/editors';
import { soon, waitFor } from '../../support/waitFor';
import { usePanel } from '../support/panel';

const fieldsPage = 'Enter creates it';

async function isFocused(element: Locator): Promise<boolean> {
  return (await element.and(element.page().locator(':focus')).count()) > 0;
}

describe('the create wizard', () => {
  const panel = usePanel({
    emulator: { sandboxes: 6, speed: 4, plan: { maxConcurrent: 9, maxMemoryMb: 16_384 } },
    settings: { 'tensorlake.presets': { web: { cpus: 2, memoryMb: 4096, exposedPorts: [8080] } } },
  });

  /** Types into the list until one item is left, and accepts it. */
  async function choose(text: string): Promise<void> {
    const { quick } = panel();
    await quick.type(text);
    // While the list is still rendering, Enter would accept the item that was first before.
    await soon(async () => assert.ok((await quick.items())[0]?.includes(text), text));
    await quick.accept();
  }

  /** Opens the wizard from the palette and gives a name, as to any other field. */
  async function openFields(name: string): Promise<void> {
    await panel().run('New Sandbox…');
    await panel().quick.waitFor(fieldsPage);
    await answer('Name', 'Leave it empty', name);
  }

  /** Enters text into a field, from the page of fields. */
  async function answer(field: string, step: string, text: string): Promise<void> {
    const { quick } = panel();
    await choose(field);
    await quick.waitFor(step);
    await quick.type(text);
    await quick.accept();
    await quick.waitFor(fieldsPage);
  }

  /** The value shown beside a field. */
  async function valueOf(field: string): Promise<string> {
    const { quick } = panel();
    await quick.type(field);
    const description = quick.item(field).first().locator('.label-description');
    const text = await description.innerText();
    await quick.type('');
    return text;
  }

  /** Names of the sandboxes called crew and a number. */
  async function crew(): Promise<readonly string[]> {
    return (await panel().tree.labels()).filter(label => /^crew-\d$/.test(label));
  }

  before(async () => await panel().tree.waitFor('Running'));

  it('says while it is typed what is wrong with a value, and what a right one means', async () => {
    const { quick } = panel();
    await openFields('by-hand');
    await panel().picture('wizard-fields');
    await choose('Memory');
    await quick.waitFor('Such as 2g');
    await quick.type('9g');
    await soon(async () => assert.match(await quick.validationMessage(), /at most 8192/));
    await quick.type('2g');
    await quick.accept();
    await quick.waitFor(fieldsPage);
    await choose('Idle timeout');
    await quick.waitFor('Such as 45m');
    await quick.type('soon');
    await soon(async () => assert.match(await quick.validationMessage(), /such as 45m, 2h, 1h30m/));
    await quick.type('1h30m');
    await waitFor('the meaning to be shown', async () =>
      /suspends after 90 min idle/.test(await quick.validationMessage()),
    );
    await panel().picture('wizard-timeout');
    await quick.accept();
    await quick.waitFor(fieldsPage);
    await soon(async () => assert.equal(await valueOf('Idle timeout'), 'suspends after 90 min idle'));
  });

  it('asks for images, secrets, ports and commands, each in its own way', async () => {
    const { quick, page } = panel();
    await choose('Image');
    await quick.waitFor('Pick an image');
    await waitFor('the registered image', async () => (await quick.items()).includes('vision-models'));
    await panel().picture('wizard-images');
    await quick.item('vision-models').first().click();
    await quick.waitFor(fieldsPage);
    await answer('Entrypoint', 'Command that runs at boot', 'bash -lc "npm start"');
    await soon(async () => assert.equal(await valueOf('Entrypoint'), '["bash", "-lc", "npm start"]'));
    await choose('Exposed ports');
    await quick.waitFor('Ports from 1 to 65535');
    await quick.type('9501');
    await soon(async () => assert.match(await quick.validationMessage(), /9501 is reserved/));
    await quick.type('8080');
    await quick.accept();
    await quick.waitFor(fieldsPage);
    await choose('Access to ports');
    await quick.waitFor('Who reaches the exposed ports?');
    await panel().picture('wizard-public');
    await page.keyboard.press('ArrowDown');
    await quick.accept();
    await quick.waitFor(fieldsPage);
    await soon(async () =>
      assert.equal(await valueOf('Access to ports'), 'public: anyone on the internet reaches 8080'),
    );
    await choose('Secrets');
    await quick.waitFor('environment variables');
    await panel().picture('wizard-secrets');
    const secret = 'GITHUB_TOKEN';
    await quick.item(secret).first().click();
    await quick.accept();
    await quick.waitFor(fieldsPage);
    await soon(async () => assert.equal(await valueOf('Secrets'), secret));
  });

  it('goes back from a step and leaves the value as it was', async () => {
    const { quick } = panel();
    await choose('CPUs');
    await quick.waitFor('At least 1');
    await quick.type('7');
    await quick.back();
    await quick.waitFor(fieldsPage);
    await soon(async () => assert.equal(await valueOf('CPUs'), '1'));
  });

  it('shows the request in words, and keeps it as a preset', async () => {
    const { quick, notifications } = panel();
    await choose('Review');
    await quick.waitFor('Copy as curl');
    await panel().picture('wizard-review');
    await choose('Copy as curl');
    await waitFor('the page to be there again', async () => (await quick.value()) === '');
    await quick.waitFor('Copy as curl');
    await choose('Save as Preset');
    await quick.waitFor('What the preset is called');
    await quick.type('mine');
    await quick.accept();
    await quick.waitFor('For whom?');
    await quick.accept();
    await notifications.message('Preset mine is saved');
    await notifications.dismiss('Preset mine is saved');
    await quick.waitFor('Copy as curl');
    await soon(async () => assert.match((await quick.items())[0] ?? '', /^Create/));
    await quick.accept();
    await quick.waitFor('The request makes it public');
    await panel().picture('wizard-opening');
    await quick.pick('Until I close it');
    const { dialog } = panel();
    await soon(async () => assert.equal(await dialog.message(), 'Make by-hand public?'));
    await soon(async () => assert.match(await dialog.detail(), /Port 8080.*Anyone on the internet/));
    await dialog.press('Make Public');
    await panel().tree.rowByAriaLabel('by-hand, running').first().waitFor();
    await soon(async () =>
      assert.match(await panel().tree.ariaLabel('by-hand'), /vision-models, 1 CPU, 2 GB.*port 8080 public/),
    );
  });

  it('shows presets, with what they say', async () => {
    const { quick } = panel();
    await panel().run('New Sandbox from Preset…');
    await quick.waitFor('Which preset?');
    await soon(async () => assert.deepEqual(await quick.items(), ['web', 'mine']));
    await panel().picture('wizard-presets');
    await quick.accept();
    await quick.waitFor('New Sandbox from web');
    await soon(async () => assert.equal(await valueOf('Memory'), '4 GB'));
    await soon(async () => assert.equal(await valueOf('Exposed ports'), '8080'));
    await quick.cancel();
  });

  it('comes back with the words of the service and everything as it was', async () => {
    const { quick } = panel();
    await openFields('too-big');
    await answer('CPUs', 'At least 1', '4');
    await answer('Memory', 'Such as 2g', '20g');
    await quick.accept();
    await quick.waitFor('the plan does not allow it');
    await quick.waitFor('Per-sandbox RAM limit exceeded');
    await soon(async () => assert.equal(await quick.item('Try Again').count(), 1));
    await soon(async () =>
      assert.equal((await quick.items()).filter(label => label.startsWith('Suspend')).length, 0),
    );
    await panel().picture('wizard-refused');
    await quick.accept();
    await quick.waitFor(fieldsPage);
    await quick.waitFor('Per-sandbox RAM limit exceeded');
    await soon(async () => assert.equal(await valueOf('Memory'), '20 GB'));
    await quick.cancel();
  });

  it('suspends a sandbox to make room when the plan is full, and creates the rest', async () => {
    const { quick, tree } = panel();
    await openFields('crew');
    await answer('How many', '1 to 50', '5');
    await soon(async () => assert.match((await quick.items())[0] ?? '', /crew-1, crew-2 … crew-5/));
    const before = await tree.rowByAriaLabel('crew-').count();
    assert.equal(before, 0);
    await quick.accept();
    await quick.waitFor('created');
    await quick.waitFor('make room, then try again');
    await panel().picture('wizard-partial');
    const suspend = await waitFor('an offer to suspend', async () =>
      (await quick.items()).find(label => label.startsWith('Suspend')),
    );
    await quick.item(suspend).first().click();
    await tree
      .rowByAriaLabel(`${suspend.replace('Suspend ', '')}, suspended`)
      .first()
      .waitFor();
    await quick.waitFor('4 of 5 created');
    await quick.cancel();
    // Which of the sandboxes was refused depends on the order of the requests.
    await soon(async () => assert.equal((await crew()).length, 4));
  });

  it('creates at once from any step, by a button that Tab reaches', async () => {
    const { quick, tree, page } = panel();
    const [member = ''] = await crew();
    await tree.chooseFromContextMenu(member, 'Terminate…');
    await panel().dialog.press('Terminate');
    await tree.waitUntilGone(member);
    await openFields('right-away');
    await choose('Idle timeout');
    await quick.waitFor('Such as 45m');
    await quick.type('20m');
    const button = page.locator('.quick-input-titlebar .action-label[aria-label^="Create Now"]');
    await button.waitFor();
    if (panel().editor.vscodeVersion === editors.floor.vscodeVersion) {
      // That version of VS Code keeps Tab within the input, so the title buttons cannot be reached by keyboard. Enter
      // opens the fields.
      await quick.accept();
      await quick.waitFor(fieldsPage);
    } else {
      for (let presses = 0; presses < 4 && !(await isFocused(button)); presses += 1)
        await page.keyboard.press('Shift+Tab');
      await soon(async () => assert.ok(await isFocused(button)));
    }
    await page.keyboard.press('Enter');
    await tree.rowByAriaLabel('right-away, running').first().waitFor();
  });

  it('shows what a memory snapshot fixes as locked', async () => {
    const { quick, tree, notifications } = panel();
    await tree.chooseFromContextMenu('by-hand', 'Create Snapshot…');
    await quick.waitFor('What is the snapshot to keep?');
    await quick.item('Memory').first().click();
    await notifications.message('Snapshot of by-hand is ready');
    await notifications.dismiss('Snapshot of by-hand is ready');
    await panel().run('Restore from Snapshot…');
    await quick.waitFor('Restore from which snapshot?');
    await choose('by-hand');
    await quick.waitFor(fieldsPage);
    await panel().picture('wizard-restore');
    await soon(async () => assert.match(await valueOf('CPUs'), /as in the memory snapshot/));
    await quick.cancel();
  });
});

describe('a preset of a workspace that is not trusted', () => {
  const panel = usePanel({
    emulator: { sandboxes: 6, speed: 4 },
    settings: {
      'security.workspace.trust.enabled': true,
      'security.workspace.trust.startupPrompt': 'never',
      'security.workspace.trust.banner': 'never',
    },
  });

  it('is shown and asked about before it is used', async () => {
    const { quick, dialog, notifications } = panel();
    await panel().tree.waitFor('Running');
    await panel().run('New Sandbox…');
    await quick.waitFor(fieldsPage);
    await quick.type('Name');
    await quick.accept();
    await quick.waitFor('Leave it empty');
    await quick.type('shared');
    await quick.accept();
    await quick.waitFor(fieldsPage);
    await quick.type('Review');
    await quick.accept();
    await quick.waitFor('Copy as curl');
    await quick.type('Save as Preset');
    await quick.accept();
    await quick.waitFor('What the preset is called');
    await quick.accept();
    await quick.waitFor('For whom?');
    await quick.type('For This Workspace');
    await quick.accept();
    await notifications.message('Preset shared is saved');
    await quick.cancel();
    await panel().run('New Sandbox from Preset…');
    await quick.waitFor('Which preset?');
    await quick.accept();
    await soon(async () => assert.equal(await dialog.message(), 'Use the preset shared of this workspace?'));
    await soon(async () => assert.match(await dialog.detail(), /not trusted.*Name: shared Image: /));
    await panel().picture('wizard-untrusted-preset');
    await dialog.press('Cancel');
    await quick.waitUntilClosed();
    await panel().run('New Sandbox from Preset…');
    await quick.waitFor('Which preset?');
    await quick.accept();
    await dialog.press('Use Preset');
    await quick.waitFor('New Sandbox from shared');
    await quick.cancel();
  });
});
