import assert from 'node:assert/strict';
import fc from 'fast-check';
import { KnownSecrets, redact } from '../../../../../src/api/http/errors/redact';
import { processorMs } from '../../../../support/processorTime';

describe('redact', () => {
  it('removes a value in every spelling a server may echo', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 6, maxLength: 40 }), fc.string(), (secret, around) => {
        fc.pre(!'[redacted]'.includes(secret) && !around.includes(secret));
        for (const echo of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]) {
          const clean = redact(`${around} ${echo} ${around}`, [secret]);
          fc.pre(!`${around}  ${around}[redacted]`.includes(secret));
          assert.ok(!clean.includes(secret));
        }
      }),
    );
  });

  it('removes values of credential headers and anything shaped like a key', () => {
    for (const [text, clean] of [
      ['authorization: Bearer abcdef', 'authorization: [redacted]'],
      ['{"Authorization":"Bearer abcdef","x":1}', '{"Authorization":"[redacted]","x":1}'],
      ['X-PTY-Token=abc; more', 'X-PTY-Token=[redacted]; more'],
      ['sent Bearer abc.def-ghi now', 'sent Bearer [redacted] now'],
      ['key tl_apiKey_abcDEF-1 and tl_pat_x', 'key [redacted] and [redacted]'],
      ['{"routing_hint":"abc.0123456789abcdef"}', '{"routing_hint":"[redacted]"}'],
      ['GET /ws?token=0123456789abcdef0123&x=1', 'GET /ws?token=[redacted]&x=1'],
      ['access_token: eyJhbGciOiJIUzI1NiJ9.e30.x', 'access_token: [redacted]'],
      ['nothing to hide, and the token was wrong', 'nothing to hide, and the token was wrong'],
    ] as const) {
      assert.equal(redact(text), clean);
    }
  });

  it('removes either half of a value, in every spelling', () => {
    const secret = 'tl_apiKey_<0123456789>&"abcdefghijklmnopqrstuvwxyz/+=';
    const spelled = [
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64'),
      Buffer.from(secret).toString('base64url'),
    ];
    for (const text of spelled) {
      const middle = Math.ceil(text.length / 2);
      assert.equal(redact(`<${text}>`, [secret]), '<[redacted]>');
      for (const half of [text.slice(0, middle), text.slice(middle)])
        assert.equal(redact(`(${half})`, [secret]), '([redacted])');
    }
  });

  it('takes no text of three characters for a secret, and one that is not Unicode for one', () => {
    assert.equal(redact('a key, abc', ['abc']), 'a key, abc');
    assert.equal(redact('x \ud800bcd y', ['\ud800bcd']), 'x [redacted] y');
  });

  it('keeps the public prefix of a key', () => {
    assert.equal(redact('a key begins with tl_', ['tl_apiKey_short']), 'a key begins with tl_');
  });

  it('is fast on long hostile text', () => {
    const took = processorMs(() => {
      redact(`${'authorization: '.repeat(200_000)}${'bearer '.repeat(200_000)}`, ['secret']);
      redact(`${'a_token'.repeat(200_000)}${'token='.repeat(200_000)}`);
    });
    assert.ok(took < 2_000, `${took} ms`);
  });
});

describe('KnownSecrets', () => {
  const key = 'tl_apiKey_0123456789abcdef0123456789abcdef';
  const token = '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';

  it('redacts the secrets of the session in an answer, and nothing that only resembles them', () => {
    const secrets = new KnownSecrets();
    secrets.add(key, 'credential');
    secrets.add(token, 'token');
    const answer = JSON.stringify({ name: `box ${key}`, command: ['x', token], note: 'Bearer abcdefgh' });
    assert.deepEqual(JSON.parse(secrets.withoutEchoes(answer)), {
      name: 'box [redacted]',
      command: ['x', '[redacted]'],
      note: 'Bearer abcdefgh',
    });
    const plain = '{"name":"box"}';
    assert.equal(secrets.withoutEchoes(plain), plain);
  });

  it('redacts a routing hint in logs and errors, but not in the answer', () => {
    const secrets = new KnownSecrets();
    const answer = '{"id":"a","routing_hint": "rh1.c2VjcmV0LWhpbnQ.sig"}';
    assert.equal(secrets.withoutEchoes(answer), answer);
    assert.equal(secrets.redact('no route for rh1.c2VjcmV0LWhpbnQ.sig'), 'no route for [redacted]');
  });

  it('searches long answers and lines of programs for keys only', () => {
    const secrets = new KnownSecrets();
    secrets.add(key, 'credential');
    secrets.add(token, 'token');
    const long = secrets.withoutEchoes(`${' '.repeat(300_000)}${key}${token}`);
    assert.equal(long.trim(), `[redacted]${token}`);
    assert.equal(secrets.withoutCredentials(`${key} ${token}`), `[redacted] ${token}`);
  });

  it('tells the credentials, the latest last', () => {
    const secrets = new KnownSecrets();
    for (const value of [key, 'another-key', key]) secrets.add(value, 'credential');
    secrets.add(token, 'token');
    assert.deepEqual(secrets.credentials(), ['another-key', key]);
  });

  it('drops the oldest of very many', () => {
    const secrets = new KnownSecrets();
    const values = Array.from({ length: 300 }, (_, index) => `secret-number-${index}-of-many`);
    for (const value of values) secrets.add(value, 'token');
    const [first = '', last = ''] = [values[0], values.at(-1)];
    assert.equal(secrets.redact(`${first} ${last}`), `${first} [redacted]`);
    assert.deepEqual(secrets.credentials(), []);
  });
});
