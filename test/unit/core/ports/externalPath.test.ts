import assert from 'node:assert/strict';
import { withPathOf } from '../../../../src/core/ports/externalPath';

const page = 'http://127.0.0.1:8900/cli/login?user_code=ABCD';

describe('the path of what a browser is led to', () => {
  for (const [external, url, whole] of [
    ['http://127.0.0.1:8900/cli/login?user_code=ABCD', page, page],
    ['https://word-8900.app.example/cli/login?user_code=ABCD', page, undefined],
    ['https://editor.example/proxy/8900/cli/login?user_code=ABCD', page, undefined],
    // The server of VS Code 1.104 from npm leaves it out.
    ['http://127.0.0.1:1/proxy/8900/', page, 'http://127.0.0.1:1/proxy/8900/cli/login?user_code=ABCD'],
    ['http://127.0.0.1:1/proxy/8900', page, 'http://127.0.0.1:1/proxy/8900/cli/login?user_code=ABCD'],
    ['https://editor.example/p/8900/?tkn=x', page, 'https://editor.example/p/8900/cli/login?tkn=x'],
    ['https://editor.example/proxy/8900/', 'http://127.0.0.1:8900/', undefined],
    ['https://editor.example/proxy/8900/', 'http://127.0.0.1:8900', undefined],
  ] as const)
    it(`is that of ${url} in ${external}`, () => assert.equal(withPathOf(external, url), whole ?? external));
});
