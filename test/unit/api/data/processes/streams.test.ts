import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import type { RunEvent } from '../../../../../src/core/processes/process';
import { LoopbackServer } from '../../../../support/servers/loopbackServer';
import { never } from '../../http/fakeTransport';
import { clientOf, collect, refused, transportOf } from '../../http/box';

const started = 'data: {"pid":7,"started_at":1710000000000}\n\n';
const exited = 'data: {"exit_code":0}\n\n';
const line = (text: string): string =>
  `data: ${JSON.stringify({ line: text, timestamp: 1710000000100 })}\n\n`;

describe('event streams of a hostile server', () => {
  const transport = transportOf();
  after(() => transport.dispose());

  /** The events of a run with this answer of the server, and the error at its end. */
  async function run(
    answer: (response: ServerResponse) => void,
    options: { readonly type?: string; readonly silenceMs?: number } = {},
  ): Promise<{ readonly events: readonly RunEvent[]; readonly error: unknown }> {
    const server = await LoopbackServer.start((_seen, response) => {
      response.writeHead(200, { 'content-type': options.type ?? 'text/event-stream' });
      response.flushHeaders();
      answer(response);
    });
    const events: RunEvent[] = [];
    try {
      const { processes } = clientOf(transport, server.origin, options);
      for await (const event of processes.run({ command: 'x' }, never)) events.push(event);
      return { events, error: undefined };
    } catch (error) {
      return { events, error };
    } finally {
      await server.stop();
    }
  }

  async function failure(
    answer: (response: ServerResponse) => void,
    kind: Parameters<typeof refused>[0],
    options?: Parameters<typeof run>[1],
  ) {
    const { events, error } = await run(answer, options);
    assert.ok(error instanceof Error, 'It should have failed');
    return { events, error: await refused(kind, Promise.reject(error)) };
  }

  it('redacts the key in lines', async () => {
    const { events } = await run(response => response.end(started + line('a tl_apiKey_hostile b') + exited));
    assert.deepEqual(
      events.flatMap(event => (event.kind === 'line' ? [event.line] : [])),
      ['a [redacted] b'],
    );
  });

  it('distinguishes a cut stream from one that ended without a result', async () => {
    const cut = await failure(response => {
      response.write(started + line('a'));
      setImmediate(() => response.destroy());
    }, 'network');
    assert.notEqual(cut.error.code, 'NO_EXIT');
    const ended = await failure(response => response.end(started + line('a')), 'network');
    assert.equal(ended.error.code, 'NO_EXIT');
    assert.deepEqual(
      ended.events.map(({ kind }) => kind),
      ['started', 'line'],
    );
    // The last empty line is missing, so the frame may be incomplete.
    const half = await failure(response => response.end(`${started}data: {"exit_code":0}`), 'network');
    assert.equal(half.error.code, 'NO_EXIT');
  });

  it('skips heartbeats, unknown frames and invalid JSON', async () => {
    const noise = [
      ': keep-alive\n\n',
      'data: {"type":"heartbeat"}\n\n',
      'event: keepalive\ndata: x\n\n',
      'data: {"line":\n\n',
      'data: [1,2]\n\n',
      'data: null\n\n',
      'data: {"line":7}\n\n',
      'data: {"exit_code":"none"}\n\n',
    ].join('');
    const { events, error } = await run(response =>
      response.end(started + noise + line('a') + noise + exited),
    );
    assert.equal(error, undefined);
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ['started', 'line', 'exited'],
    );
  });

  it('reports how much of an overlong line is missing, and continues', async () => {
    const { events, error } = await run(response => {
      response.write(`${started}data: {"line":"`);
      let pieces = 40;
      const fill = (): void => {
        while (pieces-- > 0) if (!response.write('x'.repeat(1024 * 1024))) return;
        response.off('drain', fill);
        response.end(`"}\n\n${line('next')}${exited}`);
      };
      response.on('drain', fill);
      fill();
    });
    assert.equal(error, undefined);
    const lines = events.filter(event => event.kind === 'line');
    assert.deepEqual(
      lines.map(({ line: text, omitted }) => [text, omitted]),
      [
        ['', 40 * 1024 * 1024 + '{"line":""}'.length],
        ['next', undefined],
      ],
    );
  });

  it('ends a silent stream as broken, and keeps one with keep-alives', async () => {
    const silent = await failure(response => response.write(started), 'timeout', { silenceMs: 50 });
    assert.equal(silent.error.code, 'UND_ERR_BODY_TIMEOUT');
    let beats = 0;
    const living = await run(
      response => {
        response.write(started);
        const timer = setInterval(() => {
          response.write(':\n\n');
          if (++beats < 20) return;
          clearInterval(timer);
          response.end(exited);
        }, 100);
      },
      { silenceMs: 1_500 },
    );
    assert.equal(living.error, undefined);
    assert.equal(living.events.at(-1)?.kind, 'exited');
  });

  it('rejects an answer that is not an event stream', async () => {
    const { error } = await failure(response => response.end('{"exit_code":0}'), 'schema', {
      type: 'application/json',
    });
    assert.equal(error.code, 'NOT_EVENT_STREAM');
  });

  it('distinguishes a follow stream that breaks from one that ended', async () => {
    for (const [text, code] of [
      ['event: output\ndata: {"line":"a","timestamp":0}\n\n', 'STREAM_CUT'],
      ['event: output\ndata: {"line":"a","timestamp":0}\n\nevent: eof\ndata: {}\n\n', undefined],
    ] as const) {
      const server = await LoopbackServer.start((_seen, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' }).end(text);
      });
      try {
        const lines = collect(clientOf(transport, server.origin).processes.follow(1, 'stdout', never));
        if (code === undefined) assert.deepEqual(await lines, [{ line: 'a' }]);
        else assert.equal((await refused('network', lines)).code, code);
      } finally {
        await server.stop();
      }
    }
  });
});
