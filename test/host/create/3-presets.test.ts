import assert from 'node:assert/strict';
import { workspace } from 'vscode';
import { readPresets, writePreset } from '../../../src/host/storage/presets';

describe('presets of two windows', () => {
  const settings = () => workspace.getConfiguration('tensorlake');
  after(async () => await settings().update('presets', undefined, true));

  it('are all kept: one is written beside those that the other window has written since', async () => {
    await writePreset('here', { cpus: 1 }, 'user');
    // The other window writes the same file.
    const seen = settings().inspect<Record<string, unknown>>('presets')?.globalValue;
    await settings().update('presets', { ...seen, there: { cpus: 2 } }, true);
    await writePreset('here too', { cpus: 3 }, 'user');
    await writePreset('here', { cpus: 4 }, 'user');
    assert.deepEqual(
      readPresets().map(({ name, input, place }) => [name, input, place]),
      [
        ['here', { cpus: 4 }, 'user'],
        ['there', { cpus: 2 }, 'user'],
        ['here too', { cpus: 3 }, 'user'],
      ],
    );
  });
});
