import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import {
  afterPoll,
  firstWait,
  logIn,
  type LoginServer,
  type LoginStatus,
  type LoginToken,
} from '../../../../src/core/account/deviceLogin';
import { ApiError } from '../../../../src/core/kernel/errors';
import { FakeClock, settle } from '../../../support/fakeClock';

const second = 1000;
const started = { deviceCode: 'device', userCode: 'ABCD-EFGH' };
const token: LoginToken = { token: 'tl_pat_x', organizationId: 'o', projectId: 'p' };

describe('the wait for the user in a browser', () => {
  it('polls as often as the server says, within bounds, and as the official CLI where it says nothing', () => {
    for (const [told, intervalMs] of [
      [undefined, 5 * second],
      [7 * second, 7 * second],
      [0, second],
      [1e9, 60 * second],
    ] as const)
      assert.equal(
        firstWait({ ...started, ...(told !== undefined && { intervalMs: told }) }, 0).intervalMs,
        intervalMs,
      );
  });

  it('ends when the server says, at the latest after an hour', () => {
    assert.equal(firstWait({ ...started, validMs: 60 * second }, 10).endsAtMs, 10 + 60 * second);
    assert.equal(firstWait({ ...started, validMs: 1e12 }, 10).endsAtMs, 10 + 3600 * second);
    assert.equal(firstWait(started, 10).endsAtMs, 10 + 900 * second);
  });

  it('slows down when it is asked to, or when the server cannot be reached, and obeys Retry-After', () => {
    const wait = { intervalMs: 5 * second, endsAtMs: 600 * second };
    const next = (answer: LoginStatus | ApiError): number => {
      const move = afterPoll(wait, answer, 0);
      assert.ok(move.kind === 'wait');
      return move.wait.intervalMs;
    };
    assert.equal(next('pending'), 5 * second);
    assert.equal(next('slowDown'), 10 * second);
    for (const kind of ['network', 'timeout', 'server', 'rateLimited', 'schema'] as const)
      assert.equal(next(new ApiError(kind, 'x')), 10 * second, kind);
    assert.equal(next(new ApiError('rateLimited', 'x', { retryAfterMs: 40 * second })), 40 * second);
    assert.equal(next(new ApiError('rateLimited', 'x', { retryAfterMs: 1e9 })), 60 * second);
  });

  it('is over once the user decided, the server forgot it, or time is up', () => {
    const wait = { intervalMs: 5 * second, endsAtMs: 60 * second };
    assert.equal(afterPoll(wait, 'approved', 0).kind, 'exchange');
    assert.equal(afterPoll(wait, 'denied', 0).kind, 'denied');
    assert.equal(afterPoll(wait, 'expired', 0).kind, 'expired');
    assert.equal(afterPoll(wait, new ApiError('notFound', 'x'), 0).kind, 'expired');
    assert.equal(afterPoll(wait, 'pending', 60 * second).kind, 'expired');
    assert.equal(afterPoll(wait, new ApiError('network', 'x'), 60 * second).kind, 'expired');
    // What was approved in the last moment counts.
    assert.equal(afterPoll(wait, 'approved', 61 * second).kind, 'exchange');
  });

  it('ends with a failure that does not pass', () => {
    const wait = { intervalMs: 5 * second, endsAtMs: 60 * second };
    for (const kind of ['forbidden', 'unauthenticated', 'invalid', 'cancelled'] as const)
      assert.throws(
        () => afterPoll(wait, new ApiError(kind, 'x'), 0),
        error => ApiError.is(error, kind),
      );
  });
});

describe('logging in by a browser', () => {
  /** A server whose polls answer from a list, then `pending`; it records when each came, in seconds. */
  class ScriptedServer implements LoginServer {
    readonly polls: number[] = [];
    exchanges = 0;

    constructor(
      private readonly clock: FakeClock,
      private readonly answers: (LoginStatus | ApiError)[],
    ) {}

    start() {
      return Promise.resolve({ ...started, intervalMs: 3 * second, validMs: 60 * second });
    }

    poll(deviceCode: string): Promise<LoginStatus> {
      assert.equal(deviceCode, 'device');
      this.polls.push(this.clock.seconds);
      const answer = this.answers.shift() ?? 'pending';
      return answer instanceof ApiError ? Promise.reject(answer) : Promise.resolve(answer);
    }

    exchange() {
      this.exchanges += 1;
      return Promise.resolve(token);
    }
  }

  function begin(...answers: (LoginStatus | ApiError)[]) {
    const clock = new FakeClock();
    const server = new ScriptedServer(clock, answers);
    const abort = new AbortController();
    const codes: string[] = [];
    const ending = logIn(server, clock, abort.signal, code => codes.push(code));
    return { clock, server, abort, codes, ending };
  }

  it('shows the code, polls at the pace of the server, and exchanges once', async () => {
    const { clock, server, codes, ending, abort } = begin(
      'pending',
      'slowDown',
      new ApiError('network', 'x'),
      'approved',
    );
    await clock.advance(60 * second);
    assert.deepEqual(await ending, { kind: 'approved', token });
    assert.deepEqual(codes, ['ABCD-EFGH']);
    assert.deepEqual(server.polls, [3, 6, 14, 27]);
    assert.equal(server.exchanges, 1);
    assert.equal(clock.pending, 0);
    assert.equal(getEventListeners(abort.signal, 'abort').length, 0);
  });

  it('gives up when the login is no longer valid, after one last look', async () => {
    const { clock, server, ending } = begin();
    await clock.advance(120 * second);
    assert.deepEqual(await ending, { kind: 'expired' });
    assert.equal(server.polls.at(-1), 60);
    assert.equal(server.exchanges, 0);
  });

  it('gives up after the machine slept beyond its end', async () => {
    const { clock, server, ending } = begin();
    await settle();
    clock.sleep(3600 * second);
    await clock.advance(3 * second);
    assert.deepEqual(await ending, { kind: 'expired' });
    assert.equal(server.polls.length, 1);
  });

  it('is told of a refusal', async () => {
    const { clock, server, ending } = begin('denied');
    await clock.advance(3 * second);
    assert.deepEqual(await ending, { kind: 'denied' });
    assert.equal(server.exchanges, 0);
  });

  it('can be cancelled while it waits, and leaves no timer', async () => {
    const { clock, server, abort, ending } = begin();
    const failing = assert.rejects(ending, error => ApiError.is(error, 'cancelled'));
    await clock.advance(4 * second);
    abort.abort();
    await failing;
    await clock.advance(60 * second);
    assert.deepEqual(server.polls, [3]);
    assert.equal(clock.pending, 0);
  });

  it('polls no more when it was cancelled before the wait', async () => {
    const { server, abort, ending } = begin();
    abort.abort();
    await assert.rejects(ending, error => ApiError.is(error, 'cancelled'));
    assert.deepEqual(server.polls, []);
  });
});
