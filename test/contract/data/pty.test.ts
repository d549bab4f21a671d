import assert from 'node:assert/strict';
import { RemoteAPIError, type Pty, type Sandbox } from 'tensorlake';
import { contract, soon, text } from '../support';

/** The output of a terminal so far. */
class Screen {
  shown = '';
  private readonly waiters = new Set<() => void>();

  readonly onData = (data: Uint8Array): void => {
    this.shown += text(data);
    for (const waiter of [...this.waiters]) waiter();
  };

  /** Waits until the terminal shows something. */
  until(wanted: string): Promise<string> {
    return new Promise(resolve => {
      const check = (): void => {
        if (!this.shown.includes(wanted)) return;
        this.waiters.delete(check);
        resolve(this.shown);
      };
      this.waiters.add(check);
      check();
    });
  }
}

async function open(box: Sandbox, source: string, size: { rows?: number; cols?: number } = {}) {
  const screen = new Screen();
  const pty = await box.createPty({ command: 'sh', args: ['-c', source], onData: screen.onData, ...size });
  return { pty, screen };
}

async function reopen(box: Sandbox, { sessionId, token }: Pty) {
  const screen = new Screen();
  const pty = await box.connectPty(sessionId, token, { onData: screen.onData });
  return { pty, screen };
}

describe('SDK contract: terminals', () => {
  const sdk = contract();
  let box: Sandbox;

  before(async () => {
    box = await sdk().create({ name: 'terminals' });
  });

  it('are terminals of the size asked for', async () => {
    const { pty, screen } = await open(box, 'test -t 0 && stty size; read line; echo "got $line"; exit 5', {
      rows: 33,
      cols: 111,
    });
    await screen.until('33 111');
    await pty.sendInput('grüße\r');
    await screen.until('got grüße');
    assert.equal(await pty.wait(), 5);
  });

  it('have a size of 24 by 80 by default, and change it', async () => {
    const { pty, screen } = await open(box, 'while read line; do stty size; done');
    await pty.sendInput('\r');
    await screen.until('24 80');
    await pty.resize(120, 40);
    await pty.sendInput(Uint8Array.of(13));
    await screen.until('40 120');
    await pty.kill();
  });

  it('tell their end to everyone who asks', async () => {
    const codes: number[] = [];
    const { pty } = await open(box, 'read line; exit 9');
    pty.onExit(code => codes.push(code));
    await pty.sendInput('\r');
    assert.equal(await pty.wait(), 9);
    assert.deepEqual(codes, [9]);
  });

  it('go on while nobody watches, and show what was missed', async () => {
    const { pty, screen } = await open(box, 'echo early; while read line; do echo "said $line"; done');
    await screen.until('early');
    pty.disconnect();
    const { pty: again, screen: later } = await reopen(box, pty);
    assert.match(await later.until('early'), /^early/);
    await again.sendInput('hello\r');
    await later.until('said hello');
    const { screen: third } = await reopen(box, pty);
    assert.equal(await third.until('said hello'), later.shown);
    await again.kill();
  });

  it('are shared by several watchers', async () => {
    const { pty, screen } = await open(box, 'cat');
    const { pty: second, screen: other } = await reopen(box, pty);
    await second.sendInput('from two\r');
    await screen.until('from two\r\nfrom two');
    await other.until('from two\r\nfrom two');
    await pty.kill();
  });

  it('come back after the sandbox slept', async () => {
    const sleeper = await sdk().create({ name: 'terminal-sleeper' });
    const { pty, screen } = await open(sleeper, 'echo begun; while read line; do echo "said $line"; done');
    await screen.until('begun');
    const ended = assert.rejects(pty.wait());
    await sleeper.suspend(soon);
    await ended;
    await sleeper.resume(soon);
    const { pty: again, screen: later } = await reopen(sleeper, pty);
    await later.until('begun');
    await again.sendInput('awake\r');
    await later.until('said awake');
  });

  it('end when they are killed', async () => {
    const { pty, screen } = await open(box, 'echo up; exec sleep 600');
    await screen.until('up');
    const ended = pty.wait().then(
      () => 'ended',
      () => 'ended',
    );
    await pty.kill();
    assert.equal(await ended, 'ended');
    await assert.rejects(async () => {
      const dead = await box.connectPty(pty.sessionId, 'f'.repeat(64));
      await dead.wait();
    });
  });

  it('let nobody in without their token', async () => {
    const session = await box.createPtySession({ command: 'cat' });
    assert.match(session.token, /^[0-9a-f]{64}$/);
    assert.match(session.sessionId, /^[\w-]{21}$/);
    await assert.rejects(box.connectPty(session.sessionId, 'f'.repeat(64)), /403/);
    await assert.rejects(box.connectPty('nosuchsession', session.token), /404/);
    await (await box.connectPty(session.sessionId, session.token)).kill();
  });

  it('refuse a program that is not there, or end at once', async () => {
    const pty = await box.createPty({ command: '/no/such/program' }).catch((error: unknown) => error);
    if (pty instanceof Error) assert.ok(pty instanceof RemoteAPIError && pty.statusCode === 500, String(pty));
    else assert.fail('It was started');
  });
});

describe('SDK contract: terminals that tell the end by the close reason alone', () => {
  const sdk = contract({
    faults: [{ fault: 'legacy-pty-exit' }],
    dialect: { unknownPty: '403', ptyToken: 'query' },
  });

  it('still end with their code', async () => {
    const { pty } = await open(await sdk().create(), 'read line; exit 6');
    await pty.sendInput('\r');
    assert.equal(await pty.wait(), 6);
  });

  it('are refused with 403 when they are unknown', async () => {
    const box = await sdk().create();
    await assert.rejects(box.connectPty('nosuchsession', 'f'.repeat(64)), /403/);
  });
});
