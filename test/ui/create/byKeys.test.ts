import assert from 'node:assert/strict';
import { soon } from '../../support/waitFor';
import { clipboardText } from '../../support/window/index';
import { Keyboard } from '../support/keyboard';
import { usePanel } from '../support/panel';

const fieldsPage = 'Enter creates it';

describe('the create wizard by keys alone', function () {
  this.timeout(240_000);
  const panel = usePanel({ emulator: { sandboxes: 12, speed: 10 }, isLeftClosed: true });
  let keys: Keyboard;

  /** Gives a name on the page of fields, and goes back to it. */
  async function name(text: string): Promise<void> {
    await keys.choose(fieldsPage, 'Name');
    await keys.answer('Leave it empty', text);
    await panel().quick.waitFor(fieldsPage);
  }

  /** Takes the first line, which creates what was put together. */
  async function create(label: string): Promise<void> {
    await keys.onItem(label);
    await keys.press('Enter');
  }

  async function runs(label: string): Promise<void> {
    await panel().tree.rowByAriaLabel(`${label}, running`).first().waitFor({ timeout: 40_000 });
  }

  before(async () => {
    keys = await Keyboard.take(panel());
    await panel().tree.rowByAriaLabel('docs, suspended').first().waitFor();
  });
  afterEach(async () => await keys.verify());

  it('takes another value, refuses a wrong one, and goes on over the review', async () => {
    const { quick, page } = panel();
    await keys.command('Tensorlake: New Sandbox…');
    await keys.choose(fieldsPage, 'Memory');
    await quick.waitFor('Such as 2g');
    await keys.type('900g');
    await soon(async () => assert.match(await quick.validationMessage(), /at most 8192/));
    await keys.type('2g');
    await keys.press('Enter');
    await quick.waitFor(fieldsPage);
    await name('by-review');
    await keys.choose(fieldsPage, 'Review…');
    await keys.choose('Copy as curl', 'Copy as curl');
    await soon(async () => assert.match(await clipboardText(page), /^curl .*"memory_mb":\s*2048/s));
    await soon(async () => assert.equal(await quick.value(), ''));
    await create('Create by-review');
    await runs('by-review');
    await soon(async () => assert.match(await panel().tree.ariaLabel('by-review'), /1 CPU, 2 GB/));
  });

  it('keeps a preset, which is chosen afterwards', async () => {
    const { quick, notifications } = panel();
    await keys.command('Tensorlake: New Sandbox…');
    await keys.choose(fieldsPage, 'CPUs');
    await keys.answer('At least 1', '2');
    await keys.choose(fieldsPage, 'Review…');
    await keys.choose('Copy as curl', 'Save as Preset…');
    await keys.answer('What the preset is called', 'two');
    await keys.choose('For whom?', 'For Me');
    await notifications.message('Preset two is saved');
    await quick.waitFor('Copy as curl');
    await keys.press('Escape');
    await quick.waitUntilClosed();
    await keys.command('Tensorlake: New Sandbox from Preset…');
    await keys.choose('Which preset?', 'two');
    await quick.waitFor('New Sandbox from two');
    await name('of-preset');
    await create('Create of-preset');
    await runs('of-preset');
    await soon(async () => assert.match(await panel().tree.ariaLabel('of-preset'), /2 CPU/));
  });

  it('creates again what has ended, from the history', async () => {
    await keys.command('Tensorlake: Show History');
    await keys.unfold('Terminated', 'spike-wasm');
    await keys.menu('spike-wasm', 'Create Again…');
    await panel().quick.waitFor('Create Again');
    await name('again');
    await create('Create again');
    await runs('again');
    await keys.command('Tensorlake: Hide History');
    await panel().tree.waitUntilGone('Terminated');
  });
});
