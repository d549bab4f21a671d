import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  readEnv,
  readTimeout,
  readUser,
  readWorkingDir,
  writeEnv,
} from '../../../../src/core/run/runOptions';

describe('options of a run', () => {
  it('accepts absolute directories only', () => {
    assert.deepEqual(readWorkingDir(' /work space '), { ok: '/work space' });
    assert.deepEqual(readWorkingDir(''), { ok: undefined });
    for (const path of ['src', '~/src', './a'])
      assert.deepEqual(readWorkingDir(path), { problem: 'relative' });
    assert.deepEqual(readWorkingDir('/a\0b'), { problem: 'nul' });
  });

  it('accepts a user as a name, an id, or a user and group id', () => {
    for (const user of ['root', 'tl-user', '1000', '1000:100', 'a.b', 'host$'])
      assert.deepEqual(readUser(user), { ok: user });
    assert.deepEqual(readUser(' '), { ok: undefined });
    for (const user of ['a b', 'root:root', '-1', '1000:', ':5', 'a\nb'])
      assert.deepEqual(readUser(user), { problem: 'user' });
  });

  it('accepts durations above zero', () => {
    assert.deepEqual(readTimeout('1.5'), { ok: 1.5 });
    assert.deepEqual(readTimeout('2m'), { ok: 120 });
    assert.deepEqual(readTimeout(''), { ok: undefined });
    assert.deepEqual(readTimeout('0'), { problem: 'zero' });
    assert.deepEqual(readTimeout('soon'), { problem: 'span' });
  });

  it('parses variables as a shell does', () => {
    assert.deepEqual(readEnv('A=1 B="two words" C= D=a=b'), {
      ok: { A: '1', B: 'two words', C: '', D: 'a=b' },
    });
    assert.deepEqual(readEnv(''), { ok: {} });
    assert.deepEqual(readEnv('A=1 B'), { problem: 'noEquals' });
    assert.deepEqual(readEnv('1A=1'), { problem: 'name' });
    assert.deepEqual(readEnv('A="1'), { problem: 'openQuote' });
    assert.deepEqual(readEnv('__proto__=1'), { problem: 'name' });
  });

  it('formats variables so that they are parsed back unchanged', () => {
    const names = fc.stringMatching(/^[A-Za-z_]\w{0,8}$/).filter(name => name !== '__proto__');
    const values = fc.string({ unit: 'binary' }).filter(value => !value.includes('\0'));
    fc.assert(
      fc.property(fc.dictionary(names, values, { noNullPrototype: true }), env => {
        assert.deepEqual(readEnv(writeEnv(env)), { ok: env });
      }),
    );
  });
});
