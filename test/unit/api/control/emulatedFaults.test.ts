import assert from 'node:assert/strict';
import { faultKind, faultNames } from '../../../../emulator/faults/table';
import { parseFaults } from '../../../../emulator/faults/registry';
import { startEmulator, type Emulator } from '../../../../emulator/server';
import { ControlPlane } from '../../../../src/api/control/controlPlane';
import { Sandboxes } from '../../../../src/api/control/sandboxes/sandboxes';
import { isAmbiguous, ApiError, type ApiErrorKind } from '../../../../src/core/kernel/errors';
import { UndiciTransport } from '../../../../src/api/http/undiciTransport';
import type { Sandbox } from '../../../../src/core/sandbox/sandbox';
import { clientWith, endpointAt, never } from '../http/fakeTransport';

/** How the client reports a fault when it reads one sandbox. */
type View = (sandbox: Sandbox, usual: Sandbox) => void;

interface Expected {
  readonly kind: ApiErrorKind;
  readonly status?: number;
  readonly retryAfterMs?: number;
  readonly undelivered?: boolean;
}

const same =
  (...members: readonly (keyof Sandbox)[]): View =>
  (sandbox, usual) => {
    for (const member of members) assert.deepEqual(sandbox[member], usual[member], member);
  };

/** Per fault: the resulting error, or the sandbox as it is read. */
const table: Readonly<Record<string, Expected | View>> = {
  '413': { kind: 'tooLarge', status: 413 },
  '429:retryAfter=7': { kind: 'rateLimited', status: 429, retryAfterMs: 7_000 },
  '429:form=none': { kind: 'rateLimited', status: 429, retryAfterMs: undefined },
  '500': { kind: 'server', status: 500 },
  '502': { kind: 'server', status: 502, undelivered: false },
  '503': { kind: 'server', status: 503, undelivered: false },
  '504': { kind: 'server', status: 504, undelivered: false },
  '502:code=SANDBOX_UNREACHABLE': { kind: 'server', status: 502, undelivered: false },
  '503:code=SANDBOX_NOT_READY': { kind: 'server', status: 503, undelivered: false },
  '504:code=CONNECTION_TIMEOUT': { kind: 'timeout', status: 504, undelivered: false },
  'drop-before': { kind: 'network' },
  'drop-after': { kind: 'network' },
  'half-open': { kind: 'timeout' },
  'slow-headers:ms=600000': { kind: 'timeout' },
  'slow-body:ms=600000,pieces=2': { kind: 'timeout' },
  truncated: { kind: 'network' },
  'truncated:complete=true': { kind: 'schema' },
  html: { kind: 'server', status: 502 },
  'html:status=200': { kind: 'schema' },
  'plain-text:status=409,text=Something is in the way': { kind: 'conflict', status: 409 },
  'unknown-state:state=defragmenting': ({ state, rawState }) =>
    assert.deepEqual([state, rawState], ['unknown', 'defragmenting']),
  'legacy-disk': same('resources'),
  'legacy-network': same('networkPolicy'),
  'legacy-access': same('allowUnauthenticatedAccess'),
  'legacy-gpus': same('resources'),
  'other-ids': same('id', 'name', 'state'),
  'other-status': same('id', 'state', 'rawState'),
  bare: ({ name, sandboxUrl, id }, usual) =>
    assert.deepEqual([name, sandboxUrl, id], [undefined, undefined, usual.id]),
  'camel-case': same('id', 'state', 'sandboxUrl', 'exposedPorts'),
  'camel-case:keep=true': same('id', 'state', 'sandboxUrl', 'exposedPorts', 'resources'),
  'times:unit=s': ({ createdAtMs }, usual) =>
    assert.equal(createdAtMs, Math.floor((usual.createdAtMs ?? NaN) / 1_000) * 1_000),
  'times:unit=us': same('createdAtMs'),
  'times:unit=ns': same('createdAtMs'),
  'times:unit=iso': same('createdAtMs'),
  'clock-skew:seconds=3600': ({ createdAtMs }, usual) =>
    assert.equal(createdAtMs, (usual.createdAtMs ?? NaN) + 3_600_000),
};

/** These have their own test below, because they need a list. */
const ofLists = ['garbage-row'];

/** How the extension's own client reports each fault of the emulator, without a retry. */
describe('API client and faults of the emulator', () => {
  let emulator: Emulator;
  let transport: UndiciTransport;
  let api: Sandboxes;
  let id = '';

  before(async () => {
    emulator = await startEmulator({ timings: { boot: 0 } });
    transport = new UndiciTransport({ network: () => ({ strictSsl: true }) });
    const timeouts = { headersMs: 250, bodyMs: 250, totalMs: 5_000 };
    const client = clientWith(transport, {
      endpoint: endpointAt(emulator.url),
      credential: () => emulator.apiKey,
      timeouts,
    });
    api = new Sandboxes(new ControlPlane(client)).withoutRetries();
    await api.create(
      {
        name: 'box',
        resources: { cpus: 1, memoryMb: 1024, gpus: [{ count: 1, model: 'A10' }] },
        exposedPorts: [8080],
        allowUnauthenticatedAccess: true,
        network: { allowInternetAccess: true, allowOut: [], denyOut: ['10.0.0.0/8'] },
      },
      never,
    );
    id = (await api.get('box', never)).id;
  });

  afterEach(() => emulator.faults.clear());

  after(async () => {
    transport.dispose();
    await emulator.stop();
  });

  for (const [spec, expected] of Object.entries(table)) {
    it(spec, async () => {
      const usual = await api.get('box', never);
      for (const fault of parseFaults(spec)) emulator.faults.add(fault);
      if (typeof expected === 'function') {
        expected(await api.get(id, never), usual);
        return;
      }
      const error = await failure(api.get(id, never));
      assert.equal(error.kind, expected.kind);
      if ('status' in expected) assert.equal(error.status, expected.status);
      if ('retryAfterMs' in expected) assert.equal(error.retryAfterMs, expected.retryAfterMs);
      if ('undelivered' in expected) assert.equal(error.undelivered, expected.undelivered);
    });
  }

  for (const row of ['types', 'null', 'text', 'number', 'empty']) {
    it(`garbage-row:row=${row}`, async () => {
      emulator.faults.add({ fault: 'garbage-row', row });
      const { sandboxes, badRows } = await api.listPage({}, never);
      assert.deepEqual([sandboxes.map(sandbox => sandbox.id), badRows], [[id], 1]);
    });
  }

  it('drop-after and drop-before: a create without an answer is ambiguous, whether or not it was carried out', async () => {
    for (const [fault, becomes] of [
      ['drop-after', 'there'],
      ['drop-before', 'not there'],
    ] as const) {
      emulator.faults.add({ fault, method: 'POST', next: 1 });
      const name = fault;
      const error = await failure(api.create({ name, resources: { cpus: 1, memoryMb: 1024 } }, never));
      assert.ok(isAmbiguous(error));
      const found = await api.get(name, never).catch(() => undefined);
      assert.equal(found === undefined ? 'not there' : 'there', becomes);
    }
  });

  it('every fault of the control plane has a test above', () => {
    const seen = new Set([...ofLists, ...Object.keys(table).map(spec => spec.replace(/:.*$/, ''))]);
    const missing = faultNames.filter(name => !seen.has(name) && faultKind(name)?.where?.plane !== 'proxy');
    assert.deepEqual(missing, []);
  });
});

async function failure(attempt: Promise<unknown>): Promise<ApiError> {
  try {
    await attempt;
  } catch (error) {
    assert.ok(ApiError.is(error), String(error));
    return error;
  }
  assert.fail('It should have failed');
}
