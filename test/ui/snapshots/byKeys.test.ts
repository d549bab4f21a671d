import { waitFor } from '../../support/waitFor';
import { Tree } from '../../support/window/index';
import { Keyboard } from '../support/keyboard';
import { usePanel } from '../support/panel';

/** What is slow while other suites run on the machine. */
const patientMs = 40_000;

describe('the views below Sandboxes by keys alone', function () {
  this.timeout(240_000);
  const panel = usePanel({ emulator: { sandboxes: 12, speed: 10 }, isLeftClosed: true });
  const view = (name: string): Tree => new Tree(panel().page, name);
  let keys: Keyboard;

  const requests = (method: string, path: RegExp): number =>
    panel()
      .emulator.requests()
      .filter(request => request.method === method && path.test(request.path)).length;

  /** Waits until what is done reads from a path again. */
  async function reads(path: RegExp, act: () => Promise<void>): Promise<void> {
    const before = requests('GET', path);
    await act();
    await waitFor('it to be read again', () => requests('GET', path) > before);
  }

  before(async () => {
    keys = await Keyboard.take(panel());
    await panel().tree.rowByAriaLabel('api-dev, running').first().waitFor();
  });
  afterEach(async () => await keys.verify());

  it('take a snapshot, then terminate, after a question', async () => {
    await keys.menu('browser-agent', 'More', 'Snapshot, Then Terminate…');
    await keys.choose('What is the snapshot to keep?', 'Filesystem');
    await keys.dialog(/^Take a snapshot of browser-agent, then terminate it\?$/, 'Snapshot, Then Terminate');
    await panel().tree.row('browser-agent').first().waitFor({ state: 'detached', timeout: patientMs });
    await waitFor('its end', () => requests('DELETE', /\/sandboxes\//) === 1);
  });

  it('have buttons in the title of Snapshots, reached from its rows', async () => {
    await keys.command('Tensorlake: Focus on Snapshots View');
    await keys.inTree('Snapshots', 'Filesystem', 'api-dev');
    await reads(/\/snapshots$/, async () => await keys.button('Refresh Snapshots'));
  });

  it('show the activity of one sandbox, of all, and none after it was cleared', async () => {
    const activity = view('Activity');
    await keys.menu('api-dev', 'Suspend');
    await panel().tree.rowByAriaLabel('api-dev, suspended').first().waitFor({ timeout: patientMs });
    await keys.command('Tensorlake: Focus on Activity View');
    await activity.rowByAriaLabel('api-dev, from').first().waitFor();
    await activity.rowByAriaLabel('browser-agent, from').first().waitFor();
    await keys.button('Filter Activity…');
    await keys.choose('Show the activity of which sandbox?', 'api-dev');
    await activity.rowByAriaLabel('browser-agent, from').first().waitFor({ state: 'detached' });
    await keys.command('Tensorlake: Focus on Activity View');
    await keys.button('Show Activity of All Sandboxes');
    await activity.rowByAriaLabel('browser-agent, from').first().waitFor();
    await keys.command('Tensorlake: Focus on Activity View');
    await keys.button('More Actions...');
    await keys.entryAndEnter('Clear Activity');
    await activity.welcome().getByText('No sandbox has changed its state').waitFor();
  });

  it('read pools and images again, and give what an image is for', async () => {
    const { quick } = panel();
    await keys.command('Tensorlake: Focus on Pools and Images View');
    await view('Pools and Images').waitFor('Images');
    await reads(/\/sandbox-templates/, async () => await keys.button('Refresh Pools and Images'));
    await keys.command('Tensorlake: Focus on Pools and Images View');
    await keys.inTree('Pools and Images', 'vision-models', 'Images');
    await keys.press('Shift+F10');
    await keys.entryAndEnter('New Sandbox from Image…');
    await quick.waitFor('Enter creates it');
    await keys.press('Escape');
    await quick.waitUntilClosed();
  });
});
