import assert from 'node:assert/strict';
import { viewerAddress } from '../../../../src/core/ports/viewerAddress';

describe('where a viewer reaches a forwarded port', () => {
  for (const [external, address] of [
    ['http://127.0.0.1:5901/', '127.0.0.1:5901'],
    // The port that the editor opened on this machine for one of another, which need not have the same number.
    ['http://localhost:45017/', 'localhost:45017'],
    ['http://[::1]:45017/', '[::1]:45017'],
    ['http://127.0.0.1/', '127.0.0.1:80'],
    ['https://127.0.0.1:5901/', undefined],
    ['http://editor.example:8080/', undefined],
    ['https://word-5901.app.example/', undefined],
    // An editor that is served from this machine has other ports below a path.
    ['http://127.0.0.1:8080/proxy/5901/', undefined],
  ] as const)
    it(`${external} is ${address ?? 'for browsers alone'}`, () =>
      assert.equal(viewerAddress(external), address));
});
