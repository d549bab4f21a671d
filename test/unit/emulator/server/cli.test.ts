import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { CommanderError } from 'commander';
import { buildCommand, optionsOf } from '../../../../emulator/cli';
import { faultNames } from '../../../../emulator/faults/table';
import { startEmulator } from '../../../../emulator/server';

interface Printed {
  out: string;
  error: string;
}

/** Parses a command line without ending the process. */
function parse(...args: readonly string[]) {
  const printed: Printed = { out: '', error: '' };
  const command = buildCommand()
    .exitOverride()
    .configureOutput({
      writeOut: text => (printed.out += text),
      writeErr: text => (printed.error += text),
    });
  try {
    command.parse(args, { from: 'user' });
  } catch (error) {
    assert.ok(error instanceof CommanderError);
    return { ...printed, failed: error.exitCode !== 0, options: undefined };
  }
  return { ...printed, failed: false, options: optionsOf(command) };
}

describe('emulator: command line', () => {
  it('documents options, faults and switches', () => {
    const { out } = parse('--help');
    for (const name of [
      ...faultNames,
      '--data',
      '--key',
      '--admin-key',
      '--host',
      '--cors',
      '--legacy',
      'rename',
      'TENSORLAKE_API_URL',
    ]) {
      assert.ok(out.includes(name), name);
    }
  });

  it('reports errors', () => {
    const wrong: readonly (readonly [RegExp, ...string[]])[] = [
      [/There is no fault '418'; there are 413, /, '--fault', '418'],
      [/'retryAfter' is not of the form name=value/, '--fault', '429:retryAfter'],
      [/Fault '429': .*after/, '--fault', '429:after=1'],
      [/name=value/, '--switch', 'rename'],
      [/Switch 'rename' is one of allowed, refused, not 'maybe'/, '--switch', 'rename=maybe'],
      [/There is no switch 'x'/, '--switch', 'x=y'],
      [/whole number from 0 to 65535/, '--port', '70000'],
      [/number above 0/, '--speed', '0'],
      [/without spaces/, '--api-key', 'two words'],
      [/without spaces/, '--key', 'two words'],
      [/must be a host name/, '--host', 'http://example.org'],
      [/must be a host name/, '--host', 'example.org:80'],
      [/must be a host name/, '--host', ''],
      [/must be an origin/, '--cors', 'example.org'],
      [/must be an origin/, '--cors', 'http://example.org/path'],
      [/unknown option '--nonsense'/, '--nonsense'],
    ];
    for (const [message, ...args] of wrong) {
      const { failed, error } = parse(...args);
      assert.equal(failed, true);
      assert.match(error, message);
    }
  });

  it('converts options, presets and faults to those of the server', async () => {
    const { options } = parse(
      ...['--port', '0', '--sandboxes', '3', '--key', 'a', '--api-key', 'b', '--pat', 'p'],
      ...['--host', 'one.test', '--host', 'Two.test', '--cors', 'http://localhost:3000', '--cors', '*'],
      ...[
        '--admin-key',
        'secret',
        '--legacy',
        '--open-source',
        '--older-server',
        '--switch',
        'rename=refused',
      ],
      ...['--fault', '429:every=5,retryAfter=2', '--fault', 'html;500:next=1', '--fault-header'],
    );
    assert.ok(options);
    assert.deepEqual(options.apiKeys, ['a', 'b']);
    assert.deepEqual(options.hosts, ['one.test', 'Two.test']);
    assert.deepEqual(options.corsOrigins, ['http://localhost:3000', '*']);
    assert.deepEqual(options.ages, ['older', 'openSource']);
    assert.deepEqual(options.faults, [
      { fault: 'legacy-disk' },
      { fault: 'legacy-network' },
      { fault: 'bare' },
      { fault: 'legacy-processes' },
      { fault: 'legacy-pty-exit' },
      { fault: 'plain-text' },
      { fault: '429', every: '5', retryAfter: '2' },
      { fault: 'html' },
      { fault: '500', next: '1' },
    ]);
    const emulator = await startEmulator(options);
    assert.deepEqual([emulator.apiKey, emulator.pat, emulator.adminKey], ['a', 'p', 'secret']);
    assert.equal(emulator.sandboxes(), 3);
    assert.equal(emulator.faults.list().length, 9);
    await emulator.stop();
  });

  it('sets the data directory and what commands see of it', async () => {
    const { options } = parse(
      ...['--port', '0', '--data-dir', tmpdir(), '--plain-paths', '--ready-after-boot', '500'],
      ...['--switch', 'unexposedPort=404', '--fault', 'legacy-pty-exit'],
    );
    assert.ok(options);
    assert.deepEqual(options.dataPlane, { dataDir: tmpdir(), readyAfterBootMs: 500, plainPaths: true });
    const emulator = await startEmulator(options);
    assert.deepEqual([emulator.filesDir, await emulator.viewMode()], [tmpdir(), 'plain-paths']);
    await emulator.stop();
  });

  it('accepts the limits of a plan', () => {
    const { options } = parse(
      ...['--max-concurrent', '2', '--max-cpus', '1', '--max-memory-mb', '1024'],
      ...['--max-disk-mb', '10240', '--max-timeout-secs', '3600'],
    );
    assert.deepEqual(options?.plan, {
      maxConcurrent: 2,
      maxCpus: 1,
      maxMemoryMb: 1024,
      maxDiskMb: 10_240,
      maxTimeoutSecs: 3_600,
    });
  });

  it('starts a server with its defaults', async () => {
    const { options } = parse('--port', '0');
    assert.ok(options);
    const emulator = await startEmulator(options);
    assert.equal(emulator.sandboxes(), 12);
    await emulator.stop();
  });
});
