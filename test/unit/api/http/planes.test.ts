import assert from 'node:assert/strict';
import type { Plane } from '../../../../src/api/http/errors/errorBody';
import { ApiError } from '../../../../src/core/kernel/errors';
import { clientWith, FakeClock, FakeTransport, never } from './fakeTransport';

/** Which calls are retried: all for 30 s, idempotent ones three times, or none. */
type Repeated = 'anything' | 'idempotent' | 'nothing';

/** Per answer: what is retried on the control plane, and what on the sandbox proxy (API reference section 3.1). */
const table: readonly (readonly [number, string | undefined, Repeated, Repeated])[] = [
  [503, 'SANDBOX_UPSTREAM_ERROR', 'idempotent', 'anything'],
  [503, 'SANDBOX_NOT_READY', 'idempotent', 'anything'],
  [502, 'SANDBOX_UNREACHABLE', 'idempotent', 'anything'],
  [503, 'AUTH_SERVICE_UNAVAILABLE', 'idempotent', 'anything'],
  [502, 'CONNECTION_REFUSED', 'idempotent', 'anything'],
  // The codes apply to any 5xx.
  [500, 'SANDBOX_NOT_READY', 'nothing', 'anything'],
  [500, 'CONNECTION_REFUSED', 'nothing', 'anything'],
  [502, 'CONNECTION_CLOSED', 'idempotent', 'idempotent'],
  [502, 'PROXY_ERROR', 'idempotent', 'idempotent'],
  [504, 'CONNECTION_TIMEOUT', 'idempotent', 'idempotent'],
  [504, 'READ_TIMEOUT', 'idempotent', 'idempotent'],
  [504, 'WRITE_TIMEOUT', 'idempotent', 'idempotent'],
  [503, 'SANDBOX_NOT_RUNNING', 'idempotent', 'idempotent'],
  [503, 'A_CODE_NOBODY_KNOWS', 'idempotent', 'idempotent'],
  [502, undefined, 'idempotent', 'idempotent'],
  [503, undefined, 'idempotent', 'idempotent'],
  [504, undefined, 'idempotent', 'idempotent'],
  [429, 'SANDBOX_NOT_READY', 'idempotent', 'idempotent'],
  [500, undefined, 'nothing', 'nothing'],
  [400, 'MISSING_SANDBOX_ID', 'nothing', 'nothing'],
  [400, 'SANDBOX_NOT_READY', 'nothing', 'nothing'],
  [404, 'SANDBOX_NOT_FOUND', 'nothing', 'nothing'],
];

const isApiError = (error: unknown): boolean => ApiError.is(error);

/** How often a call is sent when every answer is this one, and how long that takes. */
async function sent(plane: Plane, isIdempotent: boolean, status: number, code: string | undefined) {
  const clock = new FakeClock();
  const beganAt = clock.time;
  const transport = new FakeTransport({ status, json: { error: 'no', code } });
  const client = clientWith(transport, { plane, clock });
  const method = isIdempotent ? 'GET' : 'POST';
  await assert.rejects(client.send({ method, path: '/x', signal: never, isIdempotent }), isApiError);
  return { requests: transport.requests.length, ms: clock.time - beganAt };
}

async function repeated(plane: Plane, status: number, code: string | undefined): Promise<Repeated> {
  const create = await sent(plane, false, status, code);
  const read = await sent(plane, true, status, code);
  if (create.requests > 1) {
    assert.ok(create.ms > 25_000 && create.ms <= 30_000, `${create.ms} ms`);
    assert.deepEqual(read, create);
    return 'anything';
  }
  assert.ok(read.requests === 1 || read.requests === 4, `${read.requests} requests`);
  return read.requests === 1 ? 'nothing' : 'idempotent';
}

describe('retries by plane and code', () => {
  for (const [status, code, control, proxy] of table)
    it(`${status} ${code ?? 'without a code'}: ${control} on the control plane, ${proxy} on the proxy`, async () => {
      assert.equal(await repeated('control', status, code), control);
      assert.equal(await repeated('proxy', status, code), proxy);
    });

  it('follow the control plane unless a client names another plane', async () => {
    const transport = new FakeTransport({ status: 503, json: { code: 'SANDBOX_NOT_READY' } });
    const call = { method: 'POST', path: '/sandboxes', signal: never, isIdempotent: false } as const;
    await assert.rejects(clientWith(transport).send(call), isApiError);
    assert.equal(transport.requests.length, 1);
  });
});
