import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AddressSpotter } from '../../../../src/core/ports/addressSpotter';
import { PortOffers } from '../../../../src/core/ports/portOffers';

const esc = '\x1b';

function portsOf(...chunks: readonly string[]): readonly number[] {
  const spotter = new AddressSpotter();
  return chunks.flatMap(chunk => spotter.take(chunk));
}

describe('AddressSpotter', () => {
  const lines: readonly (readonly [string, readonly number[]])[] = [
    ['  Local: http://localhost:3000\r\n', [3000]],
    ['Listening on 0.0.0.0:8000\n', [8000]],
    ['running at 127.0.0.1:5173/ now', [5173]],
    ['[::]:8080\n', [8080]],
    ['http://[::1]:8081/x\n', [8081]],
    ['Serving HTTP on 0.0.0.0 port 8000 (http://0.0.0.0:8000/) ...\n', [8000]],
    [`➜  Local:   ${esc}[36mhttp://localhost:${esc}[1m5173${esc}[22m/${esc}[39m\r\n`, [5173]],
    [`${esc}]8;;http://localhost:4000/${esc}\\http://LOCALHOST:4000/${esc}]8;;${esc}\\ \n`, [4000]],
    ['http://localhost:3000 and http://localhost:3000 and localhost:3001\n', [3000, 3001]],
    ['https://8080-abc.localhost:9000/ 10.0.0.0:80 x127.0.0.1:81 postgres://me@localhost:5432\n', []],
    ['localhost:0 localhost:65536 localhost:123456 127.0.0.1:9501 localhost: 80 127.0.0.1:1.2.3\n', []],
    [`localhost:${esc}[5;1H8000 \n`, []],
  ];
  for (const [text, ports] of lines)
    it(`finds ${ports.join() || 'nothing'} in ${JSON.stringify(text).slice(0, 60)}, wherever it is cut`, () => {
      assert.deepEqual(portsOf(text), ports);
      for (let at = 0; at <= text.length; at += 1)
        assert.deepEqual(portsOf(text.slice(0, at), text.slice(at)), ports, String(at));
      assert.deepEqual(portsOf(...(text.match(/[^]/g) ?? [])), ports);
    });

  it('tells each port once, and a bounded number', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => `http://localhost:${index + 1}\n`);
    assert.equal(portsOf(...many, ...many).length, 100);
    assert.equal(portsOf(many.join('')).length, 100);
  });

  it('finds in any pieces what it finds in one', () => {
    const piece = fc.constantFrom(
      'localhost',
      ':',
      '30',
      '00',
      ' ',
      `${esc}[1m`,
      `${esc}]0;`,
      '\x07',
      '0.0.0.0',
      esc,
      'x',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), pieces => {
        const spotted = portsOf(...pieces, '\n');
        assert.deepEqual(spotted, portsOf(`${pieces.join('')}\n`));
      }),
    );
  });

  it('needs time in proportion to what comes, whatever it is', () => {
    const hostile: Readonly<Record<string, string>> = {
      hosts: 'localhost:',
      strings: `${esc}]`,
      sequences: `${esc}[1;2`,
      digits: '0.0.0.0',
    };
    const timeOf = (text: string): number => {
      let best = Infinity;
      for (let turn = 0; turn < 3; turn += 1) {
        const begin = performance.now();
        portsOf(`localhost ${text}`);
        best = Math.min(best, performance.now() - begin);
      }
      return best;
    };
    for (const [name, unit] of Object.entries(hostile)) {
      const small = timeOf(unit.repeat(20_000));
      const large = timeOf(unit.repeat(160_000));
      assert.ok(
        large < 40 * Math.max(small, 1),
        `${name}: ${small} ms, then ${large} ms for 8 times as much`,
      );
    }
  });
});

describe('PortOffers', () => {
  it('admits each port of a sandbox once, and a bounded number', () => {
    const offers = new PortOffers();
    assert.equal(offers.admit('a', 3000), true);
    assert.equal(offers.admit('a', 3000), false);
    assert.equal(offers.admit('b', 3000), true);
    const admitted = Array.from({ length: 10_000 }, (_, port) => offers.admit('a', port)).filter(Boolean);
    assert.equal(admitted.length, 4);
    const others = Array.from({ length: 1000 }, (_, at) => offers.admit(`s${at}`, 80)).filter(Boolean);
    assert.equal(others.length, 14);
  });
});
