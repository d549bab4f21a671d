import assert from 'node:assert/strict';
import fc from 'fast-check';
import { linkPath, parseLink, type SandboxLink } from '../../../../src/core/sandbox/link';
import { processorMs } from '../../../support/processorTime';

const sandboxId = 'dcnrgpcl09vzbmyfgy73u';

describe('links to sandboxes', () => {
  for (const [path, place] of [
    ['', { kind: 'sandbox' }],
    ['/', { kind: 'sandbox' }],
    ['/terminal', { kind: 'terminal' }],
    ['/file/home/tl-user/main.py', { kind: 'file', path: '/home/tl-user/main.py' }],
    ['/file/a b/ü?#%/…', { kind: 'file', path: '/a b/ü?#%/…' }],
    ['/file/./a//b/../c', { kind: 'file', path: '/a/c' }],
    ['/file/../../etc/passwd', { kind: 'file', path: '/etc/passwd' }],
  ] as readonly (readonly [string, SandboxLink['place']])[])
    it(`reads /sandbox/<id>${path}`, () => {
      assert.deepEqual(parseLink(`/sandbox/${sandboxId}${path}`), { sandboxId, place });
    });

  for (const path of [
    '',
    '/',
    '/sandbox',
    '/sandbox/',
    '/sandbox/../x',
    '/sandbox/a b',
    '/sandbox/-rf',
    '/sandbox/a.b',
    '/sandbox/a:80',
    '/sandbox/a@b',
    `/sandbox/${'a'.repeat(129)}`,
    '/sandbox/a/terminate',
    '/sandbox/a/terminal/',
    '/sandbox/a/terminal/x',
    '/sandbox/a/file',
    '/sandbox/a/file/',
    '/sandbox/a/file/..',
    '/sandbox/a/file/a\nb',
    '/sandbox/a/file/\u0000',
    '/sandbox/a/file/\u001b[31m',
    `/sandbox/a/file/${'a'.repeat(5000)}`,
    '/sandbox/ａ',
    '//sandbox/a',
    'sandbox/a',
    '/Sandbox/a',
  ])
    it(`does not read ${JSON.stringify(path.slice(0, 40))}`, () => {
      assert.equal(parseLink(path), undefined);
    });

  it('reads what it writes', () => {
    const part = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
      .filter(text => !/[/\p{Cc}]/u.test(text) && text !== '.' && text !== '..');
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 8 }), parts => {
        const link = { sandboxId, place: { kind: 'file', path: `/${parts.join('/')}` } } as const;
        assert.deepEqual(parseLink(linkPath(link)), link);
      }),
    );
    for (const kind of ['sandbox', 'terminal'] as const)
      assert.deepEqual(parseLink(linkPath({ sandboxId, place: { kind } })), { sandboxId, place: { kind } });
  });

  it('is never long about it', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), text => {
        const took = processorMs(() => {
          parseLink(`/sandbox/${text.repeat(500)}`);
          parseLink(`/sandbox/a/file/${text.repeat(500)}`);
        });
        assert.ok(took < 200, `${took} ms`);
      }),
    );
  });
});
