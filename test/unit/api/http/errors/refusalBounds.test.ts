import assert from 'node:assert/strict';
import { readErrorBody } from '../../../../../src/api/http/errors/errorBody';
import { KnownSecrets } from '../../../../../src/api/http/errors/redact';
import { ApiError } from '../../../../../src/core/kernel/errors';
import { notificationText } from '../../../../../src/text/kit/surfaces';
import { repeated, startFlood } from '../../../../support/flood/flood';
import { assertStrain } from '../../../../support/strain';
import { clientOf, refused, transportOf } from '../box';
import { clientWith, FakeTransport, never, testKey } from '../fakeTransport';

const mebibyte = 1024 * 1024;

/** As many secrets as are remembered, each as long as a server can make it. */
function laden(): KnownSecrets {
  const secrets = new KnownSecrets();
  for (let number = 0; number < 300; number += 1) {
    secrets.add(`${'h'.repeat(4_000)}%"${number}`, 'hint');
    secrets.add(`${number}`.padStart(64, '0'), 'token');
  }
  return secrets;
}

/** Bodies of a mebibyte, which is as much as is read of a refusal. */
const bodies: Readonly<Record<string, string>> = {
  words: 'no '.repeat(mebibyte / 3),
  'the beginning of a hint': 'h'.repeat(mebibyte),
  zeros: '0'.repeat(mebibyte),
  'titles that never end': '<title'.repeat(mebibyte / 6),
  'headings that never end': '<h1 '.repeat(mebibyte / 4),
  'white space': ' '.repeat(mebibyte),
  'JSON of one text': JSON.stringify({ message: 'm'.repeat(mebibyte) }),
  'a list of many words': JSON.stringify({ detail: Array.from({ length: 10_000 }, () => 'no') }).slice(
    0,
    60_000,
  ),
  'JSON nested deeply': `{"detail":${'['.repeat(30_000)}${']'.repeat(30_000)}}`,
  'names of headers': 'authorization '.repeat(mebibyte / 14),
  tokens: 'a_token= '.repeat(mebibyte / 9),
};

describe('bounds of a refusal', () => {
  for (const [name, body] of Object.entries(bodies))
    it(`makes a short message of ${name}, soon`, async () => {
      const secrets = laden();
      await assertStrain(name, { mib: 16, turnMs: 200 }, async () => {
        const client = clientWith(new FakeTransport({ status: 400, text: body }), { secrets });
        const call = { method: 'GET', path: '/x', signal: never, isIdempotent: true } as const;
        const error = await refused('invalid', client.send(call));
        assert.ok(error.message.length <= 500, `${error.message.length} characters`);
      });
    }).timeout(30_000);

  it('leaves no part of a key where a long text is cut', () => {
    const secrets = new KnownSecrets();
    secrets.add(testKey, 'credential');
    // What is removed makes the text shorter, so that its end moves to where it is seen.
    const keys = `${testKey} `.repeat(2_000);
    for (const before of [64 * 1024, 80 * 1024])
      for (let cut = 1; cut < testKey.length; cut += 1)
        for (const start of ['', keys]) {
          const text = `${start.padEnd(before - cut, 'x')}${testKey}${'y'.repeat(200_000)}`;
          const clean = secrets.redact(text);
          assert.ok(
            clean.length <= 64 * 1024 && !clean.includes(testKey.slice(0, 14)),
            `${cut} before ${before}`,
          );
        }
  });

  it('reads the headline of a page, whatever tags begin before it', () => {
    const { message } = readErrorBody(`<html><title <title>Down</title>`);
    assert.equal(message, 'Down');
  });

  it('is short in a notification and in a line of the log, whatever its length', async () => {
    const text = '](command:x) $(y) '.repeat(mebibyte / 2);
    const secrets = laden();
    await assertStrain('a text', { mib: 16, turnMs: 200 }, async () => {
      assert.ok(notificationText(text).length <= 1_000);
      await new Promise(setImmediate);
      assert.ok(secrets.redact(text).length <= 64 * 1024);
    });
  }).timeout(30_000);

  describe('from a server that never ends it', function () {
    this.timeout(60_000);
    const transport = transportOf();
    after(() => transport.dispose());

    for (const head of ['text/plain', 'application/json'])
      it(`reads the beginning of ${head}, whole and in a stream`, async () => {
        const server = await startFlood({
          head: `HTTP/1.1 400 No\r\nContent-Type: ${head}\r\nTransfer-Encoding: chunked\r\n\r\n`,
          repeated: repeated(Buffer.from(`400\r\n${'{"no":'.repeat(200).slice(0, 1024)}\r\n`)),
        });
        try {
          await assertStrain(head, { mib: 16, turnMs: 200 }, async () => {
            const { files, health } = bound(clientOf(transport, server.origin));
            for (const attempt of [() => files.read('/x', never), () => health(never)]) {
              const error = await refused('invalid', attempt());
              assert.ok(ApiError.is(error) && error.message.length <= 500);
            }
          });
        } finally {
          server.stop();
        }
      });
  });
});

function bound(client: ReturnType<typeof clientOf>) {
  return { files: client.files, health: (signal: AbortSignal) => client.health(signal) };
}
