import assert from 'node:assert/strict';
import { commands, extensions } from 'vscode';
import { commandIds } from '../../../src/manifest';
import { emulator } from '../support/emulatorClient';
import { activated, signIn } from '../support/session';

/** Global symbols that undici sets when it is loaded. */
const slots = [Symbol.for('undici.globalDispatcher.1'), Symbol.for('undici.globalDispatcher.2')];

function slotValues(): readonly unknown[] {
  return slots.map((slot): unknown => Reflect.get(globalThis, slot));
}

function loadedUndici(): readonly string[] {
  return Object.keys(require.cache).filter(file => /dist.undici\.js$/.test(file));
}

describe('activation', () => {
  it('makes no request and does not load undici while nobody is signed in', async () => {
    const extension = extensions.getExtension('tensorlake-sandboxes.tensorlake-sandboxes');
    assert.ok(extension, 'the extension is installed');
    await activated();
    assert.equal(extension.isActive, true);
    assert.deepEqual((await emulator.counters()).routes, {});
    assert.deepEqual(loadedUndici(), []);
  });

  it('registers every command of the manifest', async () => {
    const registered = await commands.getCommands(true);
    assert.deepEqual(
      Object.values(commandIds).filter(id => !registered.includes(id)),
      [],
    );
  });

  it('leaves the process-wide dispatcher as it was after requests', async () => {
    const before = slotValues();
    await signIn();
    await commands.executeCommand(commandIds.refresh);
    assert.deepEqual(slotValues(), before);
    const response = await fetch('data:text/plain,still-works');
    assert.equal(await response.text(), 'still-works');
  });
});
