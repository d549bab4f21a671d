import assert from 'node:assert/strict';
import { ApiError } from '../../../../../src/core/kernel/errors';
import type { SandboxState } from '../../../../../src/core/sandbox/state';
import { Shell } from '../../../../../src/remote/terminal/model/shell';
import type { ShellConnection, ShellConnectionEvents } from '../../../../../src/core/terminal/shellEvents';
import type { TerminalEnd } from '../../../../../src/core/terminal/terminalSession';
import { FakeClock, settle } from '../../../../support/fakeClock';

class FakeConnection implements ShellConnection {
  readonly log: string[] = [];
  constructor(readonly events: ShellConnectionEvents) {}
  readonly write = (input: string): void => void this.log.push(`write ${input}`);
  readonly resize = ({ rows, cols }: { rows: number; cols: number }): void =>
    void this.log.push(`resize ${rows} ${cols}`);
  readonly pause = (): void => void this.log.push('pause');
  readonly resume = (): void => void this.log.push('resume');
  readonly probe = (): void => void this.log.push('probe');
  readonly close = (): void => void this.log.push('close');
  readonly dispose = (): void => void this.log.push('dispose');
}

/** A shell with scripted connections and a scripted sandbox. */
class Stage {
  readonly clock = new FakeClock();
  readonly connections: FakeConnection[] = [];
  /** Output, notices and the end, in the order of arrival. */
  readonly seen: string[] = [];
  state: SandboxState | 'gone' = 'running';
  attachError: Error | undefined;
  stateError: Error | undefined;
  wakes = 0;
  stateReads = 0;
  isSignedOut = false;
  isSilent = false;
  readonly shell = new Shell(
    {
      attach: events => {
        if (this.attachError) return Promise.reject(this.attachError);
        const connection = new FakeConnection(events);
        this.connections.push(connection);
        return Promise.resolve(connection);
      },
      sandboxState: () => {
        this.stateReads += 1;
        if (this.isSilent) return new Promise(() => undefined);
        return this.stateError ? Promise.reject(this.stateError) : Promise.resolve(this.state);
      },
      wake: () => {
        this.wakes += 1;
        return Promise.resolve();
      },
      abandon: () => void this.seen.push('(abandoned)'),
      isSignedOut: () => this.isSignedOut,
    },
    {
      push: bytes => void this.seen.push(Buffer.from(bytes).toString()),
      clear: () => void this.seen.push('(clear)'),
      replayBegins: () => void this.seen.push('(replay'),
      replayEnds: () => void this.seen.push('replay)'),
    },
    {
      notice: ({ kind }) => void this.seen.push(`(${kind})`),
      ended: end =>
        void this.seen.push(`(end ${end.kind}${'exitCode' in end ? ` ${end.exitCode ?? ''}` : ''})`),
    },
    this.clock,
  );

  async start(): Promise<void> {
    this.shell.start({ rows: 24, cols: 80 }, false);
    await settle();
  }

  get last(): FakeConnection {
    const last = this.connections.at(-1);
    assert.ok(last);
    return last;
  }

  async output(text: string): Promise<void> {
    this.last.events.output(Buffer.from(text));
    await settle();
  }

  async end(end: TerminalEnd): Promise<void> {
    this.last.events.ended(end);
    await settle();
  }

  /** Breaks the connection. */
  lose(): Promise<void> {
    return this.end({ kind: 'lost', reason: 'reset' });
  }

  take(): readonly string[] {
    return this.seen.splice(0);
  }
}

describe('Shell', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = new Stage();
    await stage.start();
  });
  afterEach(() => stage.shell.dispose());

  it('attaches without reading the state of a sandbox that is known to run, and sends its size', () => {
    assert.equal(stage.connections.length, 1);
    assert.equal(stage.stateReads, 0);
    assert.deepEqual(stage.last.log, ['resize 24 80']);
  });

  it('marks the replay of another terminal, until it ends', async () => {
    const other = new Stage();
    other.shell.start({ rows: 24, cols: 80 }, true);
    await settle();
    await other.output('then');
    await other.clock.advance(399);
    assert.deepEqual(other.take(), ['(replay', 'then']);
    await other.clock.advance(1);
    await other.output('now');
    assert.deepEqual(other.take(), ['replay)', 'now']);
    other.shell.dispose();
  });

  it('keeps input that is typed before it is attached', async () => {
    const other = new Stage();
    other.shell.start(undefined, false);
    other.shell.write('ls\r');
    await settle();
    assert.deepEqual(other.last.log, ['write ls\r']);
    other.shell.dispose();
  });

  for (const end of [
    { kind: 'exited', exitCode: 3 },
    { kind: 'exited' },
  ] as const satisfies readonly TerminalEnd[])
    it(`ends with its program (${JSON.stringify(end)})`, async () => {
      await stage.output('bye');
      await stage.end(end);
      assert.deepEqual(stage.take(), ['bye', `(end exited${'exitCode' in end ? ' 3' : ''})`]);
      assert.equal(stage.clock.pending, 0);
    });

  it('distinguishes a killed shell from one whose sandbox terminated', async () => {
    await stage.end({ kind: 'killed' });
    assert.deepEqual(stage.take(), ['(end killed)']);
    const other = new Stage();
    await other.start();
    other.state = 'terminated';
    await other.end({ kind: 'killed' });
    assert.deepEqual(other.take(), ['(end sandboxGone)']);
  });

  it('connects again at once, shows nothing twice, and makes programs redraw', async () => {
    await stage.output('$ ls\r\n');
    await stage.lose();
    await stage.clock.advance(0);
    assert.equal(stage.connections.length, 2);
    await stage.output('$ ls\r\nnew');
    assert.deepEqual(stage.take(), ['$ ls\r\n', '(lost)', '(reconnected)', 'new']);
    assert.deepEqual(stage.last.log, ['resize 23 80']);
    await stage.clock.advance(150);
    assert.deepEqual(stage.last.log, ['resize 23 80', 'resize 24 80']);
  });

  it('clears the screen before a replay without its position', async () => {
    await stage.output('long ago');
    await stage.end({ kind: 'lagged' });
    await stage.clock.advance(0);
    await stage.output('another ');
    await stage.output('screen');
    assert.deepEqual(stage.take(), ['long ago', '(lagged)']);
    await stage.clock.advance(400);
    assert.deepEqual(stage.take(), ['(clear)', '(reconnected)', '(replay', 'another screen', 'replay)']);
  });

  it('keeps what is typed while it reconnects, says so once, and sends it to the same shell', async () => {
    await stage.output('one');
    stage.state = 'pending';
    await stage.lose();
    stage.take();
    for (const key of ['l', 's', '\x1b[I', '\r']) stage.shell.write(key);
    assert.deepEqual(stage.take(), ['(keysKept)']);
    stage.state = 'running';
    await stage.clock.advance(1_000);
    assert.equal(stage.connections.length, 2);
    assert.equal(stage.last.log.filter(line => line.startsWith('write')).join(), 'write ls\r');
    stage.shell.write('x');
    assert.equal(stage.last.log.at(-1), 'write x');
  });

  it('sends no Enter that only hurries the next try', async () => {
    stage.state = 'pending';
    await stage.lose();
    stage.state = 'running';
    stage.shell.write('\r');
    await settle();
    assert.equal(stage.connections.length, 2);
    assert.ok(!stage.last.log.some(line => line.startsWith('write')));
  });

  it('drops what was typed, and says so, when the sandbox is suspended, the shell gone or the tries are over', async () => {
    const ends: Readonly<Record<string, (on: Stage) => unknown>> = {
      suspended: on => on.shell.observe('suspended'),
      'end gone ': on => (on.attachError = new ApiError('notFound', 'gone')),
      gaveUp: on => (on.attachError = new ApiError('forbidden', 'no')),
    };
    for (const [last, happens] of Object.entries(ends)) {
      const other = new Stage();
      await other.start();
      other.state = 'pending';
      await other.lose();
      other.shell.write('rm -rf x\r');
      await settle();
      other.state = 'running';
      happens(other);
      await other.clock.advance(1_000);
      const seen = other.take();
      assert.equal(seen.at(-1), `(${last.trim()})`, seen.join());
      assert.equal(seen.at(-2), '(keysDropped)', seen.join());
      other.shell.dispose();
    }
  });

  it('keeps a bounded number of keys, and nothing of what exceeds it', async () => {
    stage.state = 'pending';
    await stage.lose();
    stage.take();
    stage.shell.write('y'.repeat(4096));
    stage.shell.write('z');
    stage.shell.write('z');
    assert.deepEqual(stage.take(), ['(keysKept)', '(keysDropped)']);
    stage.state = 'running';
    await stage.clock.advance(1_000);
    assert.equal(stage.connections.length, 2);
    assert.ok(!stage.last.log.some(line => line.startsWith('write')));
  });

  it('tries at growing intervals, reads the state of the sandbox before each, and gives up after five minutes', async () => {
    await stage.output('x');
    stage.stateError = new ApiError('network', 'no route');
    await stage.lose();
    await stage.clock.advance(60_000);
    assert.ok(stage.stateReads >= 6 && stage.stateReads <= 10, `${stage.stateReads} tries in a minute`);
    await stage.clock.advance(300_000);
    assert.deepEqual(stage.take(), ['x', '(lost)', '(gaveUp)']);
    assert.equal(stage.clock.pending, 0);
    assert.equal(stage.connections.length, 1);
    stage.stateError = undefined;
    stage.shell.write('x');
    await settle();
    assert.equal(stage.connections.length, 1);
    stage.shell.write('\r');
    await settle();
    await stage.output('x');
    assert.deepEqual(stage.take(), ['(reconnected)']);
  });

  for (const setMs of [-3_600_000, 3_600_000])
    it(`tries for five minutes when the clock is set by ${setMs} ms meanwhile`, async () => {
      await stage.output('x');
      stage.stateError = new ApiError('network', 'no route');
      await stage.lose();
      await stage.clock.advance(60_000);
      stage.clock.setBy(setMs);
      await stage.clock.advance(200_000);
      assert.deepEqual(stage.take(), ['x', '(lost)']);
      await stage.clock.advance(140_000);
      assert.deepEqual(stage.take(), ['(gaveUp)']);
      assert.equal(stage.clock.pending, 0);
    });

  it('goes on trying after the machine slept, from the beginning', async () => {
    await stage.output('x');
    stage.stateError = new ApiError('network', 'no route');
    await stage.lose();
    await stage.clock.advance(60_000);
    stage.clock.sleep(3_600_000);
    await stage.clock.advance(30_000);
    assert.deepEqual(stage.take(), ['x', '(lost)']);
    stage.stateError = undefined;
    await stage.clock.advance(15_000);
    assert.equal(stage.connections.length, 2);
  });

  it('reports a lost connection while the service does not answer', async () => {
    stage.isSilent = true;
    await stage.lose();
    await stage.clock.advance(999);
    assert.deepEqual(stage.take(), []);
    await stage.clock.advance(1);
    assert.deepEqual(stage.take(), ['(lost)']);
    assert.equal(stage.connections.length, 1);
  });

  it('never attaches to a suspended sandbox; Enter, and no other key, resumes it', async () => {
    stage.state = 'suspended';
    await stage.lose();
    await stage.clock.advance(600_000);
    assert.equal(stage.connections.length, 1);
    for (const input of ['x', '\x1b[I', '\x1b[<0;1;1M']) stage.shell.write(input);
    await settle();
    assert.equal(stage.wakes, 0);
    assert.deepEqual(stage.take(), ['(suspended)']);
    stage.state = 'running';
    stage.shell.write('\r');
    await settle();
    assert.equal(stage.wakes, 1);
    assert.equal(stage.connections.length, 2);
    assert.deepEqual(stage.take(), ['(waking)', '(reconnected)']);
  });

  it('stays suspended when the resume fails', async () => {
    stage.state = 'suspended';
    await stage.lose();
    await stage.clock.advance(0);
    stage.shell.write('\r');
    await settle();
    assert.deepEqual(stage.take(), ['(suspended)', '(waking)', '(suspended)']);
    assert.equal(stage.connections.length, 1);
  });

  it('follows the state in the list: is suspended, resumes and ends with the sandbox', async () => {
    stage.shell.observe('suspended');
    assert.deepEqual(stage.last.log.slice(-1), ['dispose']);
    // Events of a closed connection are ignored.
    await stage.lose();
    await stage.output('late');
    stage.shell.observe('running');
    await settle();
    assert.equal(stage.connections.length, 2);
    stage.shell.observe('terminated');
    assert.deepEqual(stage.take(), ['(suspended)', '(reconnected)', '(end sandboxGone)']);
  });

  it('does not try again what is refused, and ends a shell that was never attached', async () => {
    const refused = new Stage();
    refused.attachError = stage.attachError = new ApiError('invalid', 'missing field', { status: 400 });
    await Promise.all([refused.start(), stage.lose().then(() => stage.clock.advance(600_000))]);
    const seen = [...refused.take(), ...stage.take()];
    assert.deepEqual(seen, ['(abandoned)', '(end refused)', '(lost)', '(gaveUp)']);
  });

  it('ends when the shell is gone, and when the user signs out', async () => {
    stage.attachError = new ApiError('notFound', 'no such session');
    await stage.lose();
    await stage.clock.advance(0);
    assert.deepEqual(stage.take(), ['(lost)', '(end gone)']);
    const other = new Stage();
    await other.start();
    other.isSignedOut = true;
    await other.lose();
    assert.deepEqual(other.take(), ['(end signedOut)']);
  });

  it('connects more slowly to a server that accepts connections and drops them', async () => {
    for (let count = 0; count < 4; count += 1) {
      await stage.lose();
      await stage.clock.advance(0);
    }
    assert.equal(stage.connections.length, 2);
    await stage.clock.advance(1_000);
    assert.equal(stage.connections.length, 3);
  });

  it('pauses output across connections', async () => {
    stage.shell.hold(true);
    await stage.lose();
    await stage.clock.advance(0);
    assert.ok(stage.last.log.includes('pause'));
    stage.shell.hold(false);
    assert.equal(stage.last.log.at(-1), 'resume');
  });

  it('checks the connection, or tries at once, when the window regains focus', async () => {
    stage.shell.probe();
    assert.equal(stage.last.log.at(-1), 'probe');
    stage.stateError = new ApiError('network', 'no route');
    await stage.lose();
    await stage.clock.advance(0);
    stage.stateError = undefined;
    stage.shell.probe();
    await settle();
    assert.equal(stage.connections.length, 2);
  });

  it('detaches when it is disposed, and leaves nothing behind', async () => {
    const { last } = stage;
    stage.shell.dispose();
    assert.equal(last.log.at(-1), 'close');
    last.events.output(Buffer.from('late'));
    last.events.ended({ kind: 'detached' });
    await stage.clock.advance(600_000);
    assert.deepEqual(stage.take(), []);
    assert.equal(stage.clock.pending, 0);
  });
});
