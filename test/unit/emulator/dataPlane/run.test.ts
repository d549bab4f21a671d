import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { eventually, inBox, type Box } from './harness';

const run = '/api/v1/processes/run';

function script(text: string, more: object = {}): object {
  return { command: 'sh', args: ['-c', text], ...more };
}

/** A stream that is read chunk by chunk. */
async function reading(box: Box, method: string, path: string, body?: object) {
  const gone = new AbortController();
  const response = await box.fetch(method, path, body, gone.signal);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  assert.ok(response.body !== null);
  const pieces = response.body.pipeThrough(new TextDecoderStream()).values();
  let text = '';
  const more = async (): Promise<boolean> => {
    const { value, done } = await pieces.next();
    text += z.string().optional().parse(value) ?? '';
    return done !== true;
  };
  return {
    leave: () => gone.abort(),
    /** All output so far, once it contains `mark`. */
    async until(mark: string): Promise<string> {
      while (!text.includes(mark)) if (!(await more())) throw new Error(`It ended with ${text}`);
      return text;
    },
    async rest(): Promise<string> {
      while (await more());
      return text;
    },
  };
}

function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

describe('data plane: run', () => {
  it(
    'answers with exactly the documented frames',
    inBox(async box => {
      const { text } = await box.sh('echo one; sleep 0.02; echo two >&2; sleep 0.02; printf three; exit 4');
      const [start = ''] = text.split('\n');
      const { pid } = z.object({ pid: z.number() }).parse(JSON.parse(start.slice('data: '.length)));
      const at = box.client.clock.now();
      assert.equal(
        text,
        [
          `data: {"handle":1,"pid":${pid},"started_at":${at}}`,
          `data: {"line":"one","timestamp":${at},"stream":"stdout"}`,
          `data: {"line":"two","timestamp":${at},"stream":"stderr"}`,
          `data: {"line":"three","timestamp":${at},"stream":"stdout"}`,
          'data: {"exit_code":4}',
          '',
        ].join('\n\n'),
      );
    }),
  );

  it(
    'reports a signal, and kills a command after its timeout',
    inBox(async box => {
      assert.equal((await box.sh('kill -TERM $$')).signal, 15);
      const stream = await reading(box, 'POST', run, script('echo up; sleep 100', { timeout: 1.5 }));
      await stream.until('"up"');
      box.client.clock.advance(1_500);
      assert.match(await stream.rest(), /data: \{"signal":9\}\n\n$/);
    }),
  );

  it(
    'keeps a silent stream open with comments',
    inBox(async box => {
      const stream = await reading(box, 'POST', run, script('echo up; read never || sleep 100'));
      await stream.until('"up"');
      box.client.clock.advance(15_000);
      assert.match(await stream.until('\n:\n\n'), /"stdout"\}\n\n:\n\n$/);
      stream.leave();
    }),
  );

  it(
    'ends processes that the command left behind, even in another session',
    inBox(async box => {
      const { stdout, exitCode } = await box.sh(
        'sleep 100 & echo $!; setsid sh -c "echo \\$\\$; exec sleep 100" & sleep 0.1; echo end',
      );
      assert.equal(exitCode, 0);
      const [first, second, end] = stdout.split('\n');
      assert.equal(end, 'end');
      await eventually(
        () => isRunning(Number(first)) || isRunning(Number(second)),
        alive => !alive,
      );
    }),
  );

  it(
    'kills the command when the caller disconnects',
    inBox(async box => {
      const stream = await reading(box, 'POST', run, script('echo pid $$; sleep 100'));
      const [, pid] = /pid (\d+)/.exec(await stream.until('"stdout"')) ?? [];
      assert.ok(isRunning(Number(pid)));
      stream.leave();
      await eventually(
        () => isRunning(Number(pid)),
        alive => !alive,
      );
    }),
  );

  it(
    'delivers much output to a slow reader, complete and in order',
    inBox(async box => {
      const { stdout } = await box.sh('seq 1 200000');
      const lines = stdout.split('\n');
      assert.equal(lines.length, 200_000);
      assert.equal(lines.at(-1), '200000');
    }),
  ).timeout(20_000);
});

describe('data plane: follow', () => {
  it(
    'replays, continues with live output, and ends, byte for byte',
    inBox(async box => {
      const { pid } = await box.start(
        script('echo old; echo older >&2; read x; echo new; read x; echo last >&2', { stdin_mode: 'pipe' }),
      );
      const base = `/api/v1/processes/${pid}`;
      await eventually(
        () => box.lines(pid, 'output'),
        lines => lines.length === 2,
      );
      const stream = await reading(box, 'GET', `${base}/output/follow`);
      await stream.until('older');
      box.client.clock.advance(15_000);
      await stream.until(':\n\n');
      await box.json(204, 'POST', `${base}/stdin`, '\n');
      await stream.until('new');
      await box.json(204, 'POST', `${base}/stdin`, '\n');
      const now = box.client.clock.now();
      assert.equal(
        await stream.rest(),
        [
          'event: output\ndata: {"line":"old","timestamp":0,"stream":"stdout"}',
          'event: output\ndata: {"line":"older","timestamp":0,"stream":"stderr"}',
          ':',
          `event: output\ndata: {"line":"new","timestamp":${now},"stream":"stdout"}`,
          `event: output\ndata: {"line":"last","timestamp":${now},"stream":"stderr"}`,
          'event: eof\ndata: {}',
          '',
        ].join('\n\n'),
      );
      assert.equal(
        await (await box.fetch('GET', `${base}/stdout/follow`)).text(),
        'event: output\ndata: {"line":"old","timestamp":0}\n\nevent: output\ndata: {"line":"new","timestamp":0}\n\nevent: eof\ndata: {}\n\n',
      );
      assert.deepEqual(await box.lines(pid, 'output'), ['old', 'new', 'older', 'last']);
    }),
  );

  it(
    'ends at once for an unknown process',
    inBox(async box => {
      const response = await box.fetch('GET', '/api/v1/processes/999999999/output/follow');
      assert.equal(await response.text(), 'event: eof\ndata: {}\n\n');
    }),
  );

  it(
    'stops at bytes that are not UTF-8',
    inBox(async box => {
      const { pid } = await box.start(script("printf 'good\\n\\377bad\\nlost\\n'"));
      const response = await box.fetch('GET', `/api/v1/processes/${pid}/stdout/follow`);
      await response.text();
      assert.deepEqual(await box.lines(pid), ['good']);
    }),
  );
});
