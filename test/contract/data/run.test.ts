import assert from 'node:assert/strict';
import { RemoteAPIError, type Sandbox } from 'tensorlake';
import { contract, script } from '../support';

describe('SDK contract: run', () => {
  const sdk = contract();
  let box: Sandbox;

  before(async () => {
    box = await sdk().create();
  });

  it('returns both streams and the exit code', async () => {
    const result = await box.run('sh', script('echo out; echo err >&2; echo more; exit 7'));
    assert.deepEqual(result.stdout.split('\n').filter(Boolean), ['out', 'more']);
    assert.deepEqual(result.stderr.split('\n').filter(Boolean), ['err']);
    assert.equal(result.exitCode, 7);
    assert.match(result.traceId, /^[0-9a-f]{32}$/);
  });

  it('runs the program itself, without a shell', async () => {
    const { stdout, exitCode } = await box.run('echo', { args: ['$HOME', 'a  b', '*'] });
    assert.equal(stdout.trim(), '$HOME a  b *');
    assert.equal(exitCode, 0);
  });

  it('passes environment and directory on', async () => {
    const { stdout } = await box.run('sh', {
      ...script('echo "$GREETING"; pwd'),
      env: { GREETING: 'grüß dich = "you"' },
      workingDir: '/tmp',
    });
    assert.deepEqual(stdout.trim().split('\n'), ['grüß dich = "you"', '/tmp']);
  });

  it('keeps stdin closed', async () => {
    assert.deepEqual(await box.run('cat').then(({ stdout, exitCode }) => [stdout, exitCode]), ['', 0]);
  });

  it('carries many lines in order', async () => {
    const { stdout } = await box.run('seq', { args: ['20000'] });
    const lines = stdout.trim().split('\n');
    assert.equal(lines.length, 20_000);
    assert.ok(lines.every((line, index) => line === String(index + 1)));
  });

  it('tells a signal as a negative exit code', async () => {
    assert.equal((await box.run('sh', script('kill -TERM $$'))).exitCode, -15);
  });

  it('kills what takes longer than its timeout', async () => {
    const result = await box.run('sh', { ...script('echo begun; exec sleep 600'), timeout: 0.2 });
    assert.equal(result.exitCode, -9);
    assert.equal(result.stdout.trim(), 'begun');
  });

  it('runs several at once', async () => {
    const numbers = Array.from({ length: 20 }, (_, index) => index);
    const results = await Promise.all(numbers.map(n => box.run('sh', script(`echo ${n}; exit ${n}`))));
    assert.deepEqual(
      results.map(({ stdout, exitCode }) => [Number(stdout), exitCode]),
      numbers.map(n => [n, n]),
    );
  });

  it('refuses a program that is not there', async () => {
    await assert.rejects(
      box.run('no-such-program'),
      (error: unknown) => error instanceof RemoteAPIError && error.statusCode === 500,
    );
  });
});

describe('SDK contract: run against a server with heartbeat frames', () => {
  const sdk = contract({ faults: [{ fault: 'heartbeat-frames' }] });

  it('returns the output only', async () => {
    const { stdout, exitCode } = await (await sdk().create()).run('sh', script('echo a; echo b'));
    assert.deepEqual([stdout.trim(), exitCode], ['a\nb', 0]);
  });
});

describe('SDK contract: run whose stream is cut', () => {
  const sdk = contract({ faults: [{ fault: 'missing-final-frame' }] });

  it('is no success', async () => {
    const box = await sdk().create();
    const exitCode = await box.run('true').then(
      result => result.exitCode,
      () => undefined,
    );
    assert.notEqual(exitCode, 0);
  });
});
