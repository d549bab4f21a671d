import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EscapeState } from '../../../../src/core/terminal/escapeState';
import { OutputPump } from '../../../../src/core/terminal/outputPump';
import { FakeClock } from '../../../support/fakeClock';

const question = '\x1b[?7727$p';
const answer = '\x1b[?7727;0$y';

/** A screen that draws only on `draw`. */
class FakeScreen {
  readonly clock = new FakeClock();
  readonly held: boolean[] = [];
  text = '';
  unanswered = 0;
  writes = 0;
  readonly pump = new OutputPump(
    {
      fire: text => {
        this.writes += 1;
        this.unanswered += text.split(question).length - 1;
        this.text += text.replaceAll(question, '');
      },
    },
    isHeld => this.held.push(isHeld),
    this.clock,
  );

  /** Answers all open requests, and those that follow from them. */
  draw(): void {
    while (this.unanswered > 0) {
      this.unanswered -= 1;
      assert.equal(this.pump.withoutAnswers(answer), '');
    }
  }
}

describe('OutputPump', () => {
  let screen: FakeScreen;
  beforeEach(() => (screen = new FakeScreen()));
  afterEach(() => screen.pump.dispose());

  it('decodes one stream of UTF-8, cut anywhere', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.nat(7)), (text, cuts) => {
        const target = new FakeScreen();
        const bytes = Buffer.from(text);
        let at = 0;
        for (const length of cuts) {
          target.pump.push(bytes.subarray(at, at + length));
          at = Math.min(bytes.length, at + length);
        }
        target.pump.push(bytes.subarray(at));
        target.pump.finish(() => undefined);
        assert.equal(target.text, bytes.toString());
      }),
      { numRuns: 50 },
    );
  });

  it('keeps a byte order mark, and replaces invalid UTF-8', () => {
    screen.pump.push(Buffer.from([0xef, 0xbb, 0xbf, 0x41, 0xff, 0x42]));
    assert.equal(screen.text, '\ufeffA\ufffdB');
  });

  it('sends no request to a screen with little output', () => {
    for (let line = 0; line < 100; line += 1) screen.pump.push(Buffer.from('a line\r\n'));
    assert.equal(screen.unanswered, 0);
  });

  it('joins output that comes byte by byte while it waits', () => {
    screen.pump.push(Buffer.alloc(640 * 1024, 'x'));
    const before = screen.writes;
    for (let count = 0; count < 200_000; count += 1) screen.pump.push(Buffer.from('y'));
    screen.draw();
    screen.draw();
    assert.equal(screen.text.length, 640 * 1024 + 200_000);
    assert.ok(screen.writes - before < 50, `${screen.writes - before} writes`);
  });

  it('writes no more than a screen can draw, pauses the source, and loses nothing', () => {
    const chunk = 'x'.repeat(64 * 1024);
    for (let count = 0; count < 64; count += 1) screen.pump.push(Buffer.from(chunk));
    assert.ok(screen.text.length <= 640 * 1024, `${screen.text.length} handed over`);
    assert.deepEqual(screen.held, [true]);
    screen.draw();
    assert.equal(screen.text.length, 64 * chunk.length);
    assert.deepEqual(screen.held, [true, false]);
  });

  it('never sends a request inside a control sequence', () => {
    const written: string[] = [];
    const pump = new OutputPump({ fire: text => written.push(text) }, () => undefined, screen.clock);
    pump.push(Buffer.from(`${'x'.repeat(100_000)}\x1b]0;tit`));
    assert.equal(written.join('').includes(question), false);
    pump.push(Buffer.from('le\x07'));
    assert.ok(written.join('').endsWith(`le\x07${question}`));
    pump.dispose();
  });

  it('sends one into a control sequence that does not end, so that the screen is waited for', async () => {
    screen.pump.push(Buffer.from('\x1b]0;'));
    for (let count = 0; count < 400; count += 1) screen.pump.push(Buffer.alloc(64 * 1024, 't'));
    assert.ok(screen.text.length < 600_000, `${screen.text.length} at once`);
    await screen.clock.advance(5_000);
    assert.equal(screen.unanswered, 1);
    assert.ok(screen.text.length <= 11_000_000, `${screen.text.length} handed over`);
    assert.deepEqual(screen.held, [true]);
    screen.draw();
    assert.deepEqual([screen.text.length, screen.held], [4 + 400 * 64 * 1024, [true, false]]);
  });

  it('removes its answers from the input, and nothing else', () => {
    assert.equal(screen.pump.withoutAnswers(`a${answer}b\x1b[?7727;0$yc\x1b[?25;1$y`), 'abc\x1b[?25;1$y');
  });

  it('does not send reports on replayed output to the program', () => {
    const reports = [
      '\x1b[2;3R',
      '\x1b[?1;2c',
      '\x1b[>0;276;0c',
      '\x1b[0n',
      '\x1b[?12;2$y',
      '\x1b[8;24;80t',
      '\x1b]10;rgb:cccc/cccc/cccc\x1b\\',
      '\x1b]11;rgb:1818/1818/1818\x07',
      '\x1bP0$r\x1b\\',
    ];
    for (const report of reports) assert.equal(screen.pump.withoutAnswers(report), report);
    screen.pump.replayBegins();
    screen.pump.push(Buffer.from('as before'));
    screen.pump.replayEnds();
    for (const report of reports) assert.equal(screen.pump.withoutAnswers(`a${report}`), 'a');
    for (const key of ['\x1b[A', '\x1bOP', '\x1b[3~', '\x1b[1;5C', '\x1b'])
      assert.equal(screen.pump.withoutAnswers(key), key);
    screen.draw();
    for (const report of reports) assert.equal(screen.pump.withoutAnswers(report), report);
  });

  it('writes slowly to a screen that never answers, and at the pace of one that does', async () => {
    const bytes = Buffer.from('x'.repeat(64 * 1024));
    for (let count = 0; count < 32; count += 1) screen.pump.push(bytes);
    const first = screen.text.length;
    await screen.clock.advance(60_000);
    assert.equal(screen.text.length, 32 * bytes.length);
    assert.ok(first < screen.text.length);
    screen.draw();
    const before = screen.text.length;
    for (let count = 0; count < 32; count += 1) screen.pump.push(bytes);
    await screen.clock.advance(600_000);
    assert.ok(screen.text.length - before <= 768 * 1024);
    screen.draw();
    assert.equal(screen.text.length, 64 * bytes.length);
  });

  it('reports the end only when everything has been written', () => {
    let isFinished = false;
    for (let count = 0; count < 32; count += 1) screen.pump.push(Buffer.from('x'.repeat(64 * 1024)));
    screen.pump.finish(() => (isFinished = true));
    assert.equal(isFinished, false);
    screen.draw();
    assert.equal(isFinished, true);
  });

  it('leaves no timer behind', () => {
    for (let count = 0; count < 32; count += 1) screen.pump.push(Buffer.from('x'.repeat(64 * 1024)));
    screen.pump.dispose();
    assert.equal(screen.clock.pending, 0);
  });
});

describe('EscapeState', () => {
  const cases: readonly (readonly [string, boolean])[] = [
    ['plain text', true],
    ['\x1b', false],
    ['\x1b[1;31', false],
    ['\x1b[1;31m', true],
    ['\x1b]0;title', false],
    ['\x1b]0;title\x07', true],
    ['\x1b]0;title\x1b', false],
    ['\x1b]0;title\x1b\\', true],
    ['\x1bP1$r', false],
    ['\x1bP1$r\x1b\\', true],
    ['\x1b(', false],
    ['\x1b(B', true],
    ['\x1b7', true],
    ['\x1b[12\x18', true],
    ['\x1b[1\x1b[2m', true],
  ];
  for (const [text, isGround] of cases)
    it(`is ${isGround ? 'outside' : 'inside'} a sequence after ${JSON.stringify(text)}, cut anywhere`, () => {
      for (let cut = 0; cut <= text.length; cut += 1) {
        const state = new EscapeState();
        state.read(text.slice(0, cut));
        state.read(text.slice(cut));
        assert.equal(state.isGround, isGround);
      }
    });
});
