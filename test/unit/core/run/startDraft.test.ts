import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  readHealthCheck,
  readMaxRestarts,
  readProcessName,
  readStart,
  writeHealthCheck,
  type StartDraft,
} from '../../../../src/core/run/startDraft';

const draft: StartDraft = { line: 'npm start', options: {} };

describe('the request to start a process', () => {
  it('contains nothing that was not entered', () => {
    assert.deepEqual(readStart(draft), { ok: { command: 'npm', args: ['start'] } });
    assert.deepEqual(readStart({ ...draft, options: { env: {} }, hasInput: false }), {
      ok: { command: 'npm', args: ['start'] },
    });
  });

  it('contains everything that was entered', () => {
    const full: StartDraft = {
      line: 'npm start | tee log',
      options: { workingDir: '/srv', env: { A: '1' }, user: 'root', timeoutSecs: 5 },
      name: 'web',
      hasInput: true,
      restart: { policy: 'always', maxRestarts: 3 },
      healthCheck: { type: 'http', port: 80, path: '/' },
    };
    assert.deepEqual(readStart(full), {
      ok: {
        command: 'sh',
        args: ['-lc', 'npm start | tee log'],
        workingDir: '/srv',
        env: { A: '1' },
        user: 'root',
        stdin: 'pipe',
        name: 'web',
        restart: { policy: 'always', maxRestarts: 3 },
        healthCheck: { type: 'http', port: 80, path: '/' },
      },
    });
  });

  const refused: readonly (readonly [string, Partial<StartDraft>])[] = [
    ['empty', { line: ' ' }],
    ['openQuote', { line: 'echo "' }],
    ['name', { name: '42' }],
    ['name', { name: 'a/b' }],
    ['name', { name: '' }],
    ['maxRestarts', { restart: { maxRestarts: -1 } }],
    ['maxRestarts', { restart: { maxRestarts: 1.5 } }],
    ['backoff', { restart: { initialBackoffMs: 60_000 } }],
    ['backoff', { restart: { maxBackoffMs: 100 } }],
    ['span', { restart: { initialBackoffMs: 0 } }],
    ['port', { healthCheck: { type: 'tcp', port: 65_536 } }],
    ['path', { healthCheck: { type: 'tcp', port: 1, path: '/' } }],
    ['path', { healthCheck: { type: 'http', port: 1, path: 'health' } }],
    ['span', { healthCheck: { type: 'http', port: 1, intervalMs: 0 } }],
    ['span', { healthCheck: { type: 'http', port: 1, failureThreshold: 0.5 } }],
  ];
  for (const [problem, change] of refused)
    it(`is rejected by the rule ${problem}: ${JSON.stringify(change)}`, () =>
      assert.deepEqual(readStart({ ...draft, ...change }), { problem }));
});

describe('a typed health check', () => {
  it('consists of a type, a port and a path', () => {
    assert.deepEqual(readHealthCheck('tcp:5432'), { ok: { type: 'tcp', port: 5432 } });
    assert.deepEqual(readHealthCheck(' HTTP:80 '), { ok: { type: 'http', port: 80, path: '/' } });
    assert.deepEqual(readHealthCheck('http:80/a?b'), { ok: { type: 'http', port: 80, path: '/a?b' } });
    assert.deepEqual(readHealthCheck(''), { ok: undefined });
    for (const [text, problem] of [
      ['ftp:21', 'check'],
      ['8080', 'check'],
      ['tcp:0', 'port'],
      ['tcp:70000', 'port'],
      ['tcp:80/x', 'path'],
      ['http:80x', 'path'],
      ['http:80/a b', 'path'],
    ] as const)
      assert.deepEqual(readHealthCheck(text), { problem });
  });

  it('is parsed as it was formatted', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 65_535 }), fc.boolean(), (port, isHttp) => {
        const check = isHttp ? { type: 'http' as const, port, path: '/x' } : { type: 'tcp' as const, port };
        assert.deepEqual(readHealthCheck(writeHealthCheck(check)), { ok: check });
      }),
    );
  });

  it('has separate rules for names and counts', () => {
    assert.deepEqual(readProcessName(' web '), { ok: 'web' });
    assert.deepEqual(readProcessName(''), { ok: undefined });
    for (const name of ['1', 'a/b', 'a\nb']) assert.deepEqual(readProcessName(name), { problem: 'name' });
    assert.deepEqual(readMaxRestarts('10'), { ok: 10 });
    assert.deepEqual(readMaxRestarts(''), { ok: undefined });
    for (const text of ['-1', '1.5', 'x', '1e9'])
      assert.deepEqual(readMaxRestarts(text), { problem: 'maxRestarts' });
  });
});
