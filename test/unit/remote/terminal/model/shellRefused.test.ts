import assert from 'node:assert/strict';
import { ApiError, type ApiErrorKind } from '../../../../../src/core/kernel/errors';
import { Shell } from '../../../../../src/remote/terminal/model/shell';
import { FakeClock, settle } from '../../../../support/fakeClock';

const ignore = (): void => undefined;

/** What is seen of a shell whose first connection fails. @param isKnown whether it was attached before */
async function refusedShell(error: ApiError, isKnown: boolean): Promise<readonly string[]> {
  const seen: string[] = [];
  const shell = new Shell(
    {
      attach: () => Promise.reject(error),
      sandboxState: () => Promise.resolve('running'),
      wake: () => Promise.resolve(),
      abandon: () => void seen.push('abandoned'),
      isSignedOut: () => false,
    },
    { push: ignore, clear: ignore, replayBegins: ignore, replayEnds: ignore },
    { notice: ({ kind }) => void seen.push(kind), ended: ({ kind }) => void seen.push(`end ${kind}`) },
    new FakeClock(),
  );
  shell.start({ rows: 24, cols: 80 }, isKnown);
  await settle();
  shell.dispose();
  return seen;
}

describe('a shell that is refused', () => {
  for (const [kind, status, code, whenNew, whenKnown] of [
    ['invalid', 400, undefined, ['abandoned', 'end refused'], ['lost', 'gaveUp']],
    ['forbidden', 403, undefined, ['abandoned', 'end refused'], ['lost', 'gaveUp']],
    ['notFound', 403, 'INVALID_TOKEN', ['abandoned', 'end refused'], ['end gone']],
    // Nothing is left to end.
    ['notFound', 404, 'SESSION_NOT_FOUND', ['end gone'], ['end gone']],
    // The account's affair: an end would be refused as well.
    ['unauthenticated', 401, undefined, ['lost', 'gaveUp'], ['lost', 'gaveUp']],
    // No refusals: these are tried again.
    ['notFound', 404, 'SANDBOX_NOT_FOUND', ['lost'], ['lost']],
    ['rateLimited', 429, undefined, ['lost'], ['lost']],
    ['server', 503, undefined, ['lost'], ['lost']],
  ] as const satisfies readonly (readonly [
    ApiErrorKind,
    number,
    string | undefined,
    readonly string[],
    readonly string[],
  ])[]) {
    it(`with ${status} ${code ?? kind}: ${whenNew.join(', ')}`, async () => {
      const error = new ApiError(kind, 'no', { status, ...(code !== undefined && { code }) });
      assert.deepEqual(await refusedShell(error, false), whenNew);
      assert.deepEqual(await refusedShell(error, true), whenKnown);
    });
  }
});
