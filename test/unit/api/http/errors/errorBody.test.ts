import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  bodyLimitOf,
  isNotDelivered,
  kindOf,
  readErrorBody,
} from '../../../../../src/api/http/errors/errorBody';
import { errorDetailsText } from '../../../../../src/api/http/errors/errorText';
import { apiErrorKinds } from '../../../../../src/core/kernel/errors';
import type { ApiErrorKind } from '../../../../../src/core/kernel/errors';

describe('bodyLimitOf', () => {
  const cases: readonly (readonly [string, number | undefined])[] = [
    ['Failed to buffer the request body: length limit exceeded', 2_097_152],
    ['The limit is 1048576 bytes', 1_048_576],
    ['Payload too large (max body size: 10 MB)', 10_485_760],
    ['must be at most 512KiB', 524_288],
    ['3000000 bytes exceed the limit of 2097152 bytes', 2_097_152],
    ['limit exceeded: 3000000 bytes', undefined],
    ['Payload Too Large', undefined],
    ['HTTP 413', undefined],
    ['', undefined],
  ];
  for (const [words, bytes] of cases)
    it(`reads ${String(bytes)} from "${words}"`, () => assert.equal(bodyLimitOf(words), bytes));
});

describe('readErrorBody', () => {
  const cases: readonly (readonly [string, string, string | undefined])[] = [
    ['Sandbox not found', 'Sandbox not found', undefined],
    ['  two\r\nlines\u0007 ', 'two lines', undefined],
    ['', '', undefined],
    ['{"message":"m","error":"e"}', 'm', undefined],
    ['{"error":"e","code":"SANDBOX_NOT_READY"}', 'e', 'SANDBOX_NOT_READY'],
    ['{"error":{"message":"deep","code":"X"}}', 'deep', 'X'],
    ['{"detail":"d"}', 'd', undefined],
    ['{"detail":[{"message":"a"},{"message":"b"}]}', 'a; b', undefined],
    ['{"status":"failed","reason":"ConfigurationError"}', 'ConfigurationError', undefined],
    ['{"odd":1}', '{"odd":1}', undefined],
    ['{"message":"m","code":"not a code at all"}', 'm', undefined],
    ['{broken', '{broken', undefined],
    ['<html><head><title>502 Bad\nGateway</title></head><body>x</body></html>', '502 Bad Gateway', undefined],
    ['<!doctype html><body><h1>Down</h1>', 'Down', undefined],
    ['<p>', 'An HTML page instead of an answer', undefined],
  ];
  for (const [text, message, code] of cases) {
    it(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(readErrorBody(text), { message, code }));
  }

  it('returns a short message on one line', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 2000 }), fc.json()), text => {
        const { message } = readErrorBody(text);
        assert.ok(message.length <= 500);
        assert.ok(!['\r', '\n', '\u0000'].some(character => message.includes(character)));
      }),
    );
    assert.ok(readErrorBody('<title>'.repeat(1_000_000)).message.length <= 500);
  });
});

describe('kindOf', () => {
  const cases: readonly (readonly [number, string, ApiErrorKind])[] = [
    [401, '', 'unauthenticated'],
    [402, '', 'quota'],
    [403, 'No permission', 'forbidden'],
    [403, 'Concurrent sandbox limit reached', 'quota'],
    [404, '', 'notFound'],
    [410, '', 'notFound'],
    [409, 'Name already used', 'conflict'],
    [400, 'Per-sandbox RAM limit exceeded (max 1024 MB)', 'quota'],
    [400, "Sandbox name 'x' is already in use", 'conflict'],
    [400, 'Snapshot is not completed', 'invalid'],
    [400, 'Sandbox is already being snapshotted', 'invalid'],
    [413, '', 'tooLarge'],
    [422, '{"error":"requested disk exceeds project entitlement"}', 'quota'],
    [422, 'cpus must be positive', 'invalid'],
    [429, 'Rate limit exceeded', 'rateLimited'],
    [429, '{"message":"You can run 2 concurrent sandboxes"}', 'quota'],
    [408, '', 'timeout'],
    [407, '', 'network'],
    [504, 'upstream request timeout', 'server'],
    [504, '{"error":"x","code":"READ_TIMEOUT"}', 'timeout'],
    [500, '', 'server'],
    [503, '', 'server'],
    [302, '', 'server'],
    [418, '', 'invalid'],
  ];
  for (const [status, text, kind] of cases) {
    it(`${status} ${text} is ${kind}`, () => assert.equal(kindOf(status, readErrorBody(text)), kind));
  }

  it('returns a kind for every status', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 999 }), fc.string(), (status, text) => {
        assert.ok(apiErrorKinds.includes(kindOf(status, readErrorBody(text))));
      }),
    );
  });
});

describe('isNotDelivered', () => {
  it('applies its codes to a 5xx only', () => {
    assert.equal(isNotDelivered('proxy', 503, 'SANDBOX_NOT_READY'), true);
    assert.equal(isNotDelivered('proxy', 500, 'AUTH_SERVICE_UNAVAILABLE'), true);
    assert.equal(isNotDelivered('proxy', 503, 'SANDBOX_NOT_RUNNING'), false);
    assert.equal(isNotDelivered('proxy', 400, 'SANDBOX_NOT_READY'), false);
    assert.equal(isNotDelivered('proxy', 503, undefined), false);
  });
});

describe('errorDetailsText', () => {
  it('formats details as the official CLI does', () => {
    assert.equal(errorDetailsText('text'), 'text');
    assert.equal(errorDetailsText(['a', { detail: 'b' }]), 'a; b');
    assert.equal(errorDetailsText({ reason: 'r', message: '' }), 'r');
    assert.equal(errorDetailsText({ other: 1 }), '{"other":1}');
    for (const nothing of [null, undefined, '', {}, []]) assert.equal(errorDetailsText(nothing), undefined);
  });
});
