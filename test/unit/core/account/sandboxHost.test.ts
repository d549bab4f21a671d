import assert from 'node:assert/strict';
import { parseEndpoint } from '../../../../src/core/account/endpoint';
import { judgeSandboxHost } from '../../../../src/core/account/sandboxHost';

/** For each API: the address of a sandbox `box`, and `own`, `refused`, or the host that the user is asked about. */
const cases: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  'https://api.tensorlake.ai': [
    ['https://box.sandbox.tensorlake.ai', 'own'],
    ['https://box.sandbox.gcp-use4.tensorlake.ai', 'own'],
    ['https://tensorlake.ai', 'own'],
    ['https://api.tensorlake.ai', 'own'],
    ['https://BOX.Sandbox.TensorLake.AI', 'own'],
    ['https://box.sandbox.tensorlake.ai.', 'own'],
    ['https://box.sandbox.tensorlake.ai:8443', 'own'],
    ['https:box.sandbox.tensorlake.ai', 'own'],
    ['https://box.sandbox.tensorlake.ai\\@evil.example', 'own'],
    ['https://%62ox.sandbox.tensorlake.ai', 'own'],
    // A name below the API's domain belongs to the API, in upper or lower case.
    ['https://xn--bcher-kva.tensorlake.ai', 'own'],
    // Names that contain the API's name.
    ['https://api.tensorlake.ai.evil.example', 'refused'],
    ['https://tensorlake.ai.evil.example', 'refused'],
    ['https://tensorlake.ai-evil.example', 'refused'],
    ['https://eviltensorlake.ai', 'refused'],
    ['https://evil-tensorlake.ai.', 'refused'],
    ['https://localhost.evil.example', 'refused'],
    ['https://$(bell).evil.example', 'refused'],
    ['https://box..tensorlake.ai', 'refused'],
    ['https://box.sandbox.tensorlake.ai..', 'refused'],
    // Loopback, link-local and unusable addresses.
    ['https://localhost', 'refused'],
    ['https://box.localhost', 'refused'],
    ['https://127.0.0.1', 'refused'],
    ['https://127.1', 'refused'],
    ['https://0x7f000001', 'refused'],
    ['https://2130706433', 'refused'],
    ['https://0.0.0.0', 'refused'],
    ['https://169.254.169.254', 'refused'],
    ['https://224.0.0.1', 'refused'],
    ['https://255.255.255.255', 'refused'],
    ['https://[::1]', 'refused'],
    ['https://[::]', 'refused'],
    ['https://[::ffff:169.254.169.254]', 'refused'],
    ['https://[64:ff9b::169.254.169.254]', 'refused'],
    ['https://[fe80::1]', 'refused'],
    ['https://[febf::1]', 'refused'],
    ['https://[ff02::1]', 'refused'],
    // Other hosts, as the user is asked about them: in ASCII, so that letters that look alike can be told apart.
    ['https://evil.example', 'evil.example'],
    ['https://box.sandbox.other.example', 'sandbox.other.example'],
    ['https://BOX.sandbox.other.example:8443', 'sandbox.other.example:8443'],
    ['https://box2.sandbox.other.example', 'box2.sandbox.other.example'],
    ['https://box.example', 'box.example'],
    ['https://evil.example\\.tensorlake.ai', 'evil.example'],
    ['https://evil.example#.tensorlake.ai', 'evil.example'],
    ['https://tensorlаke.ai', 'xn--tensorlke-6yh.ai'],
    ['https://tensorlake.com', 'tensorlake.com'],
    ['https://box.tensorlake.dev', 'tensorlake.dev'],
    ['https://10.0.0.5', '10.0.0.5'],
    ['https://[fd00::1]:9', '[fd00::1]:9'],
  ],
  'https://api.internal': [
    ['https://box.api.internal', 'own'],
    ['https://box.internal', 'box.internal'],
    ['https://api.internal.evil.example', 'refused'],
  ],
  'https://gateway': [
    ['https://gateway:9443', 'own'],
    ['https://box.gateway', 'own'],
    ['https://gateway.corp.example', 'gateway.corp.example'],
  ],
  'https://sandbox.tensorlake.ai': [
    ['https://box.sandbox.tensorlake.ai', 'own'],
    ['https://box.sandbox.gcp-use4.tensorlake.ai', 'sandbox.gcp-use4.tensorlake.ai'],
  ],
  'https://10.0.0.5:8900': [
    ['https://10.0.0.5:9443', 'own'],
    ['https://10.0.0.6', '10.0.0.6'],
    ['https://110.0.0.50', 'refused'],
    ['https://127.0.0.1', 'refused'],
  ],
  'http://localhost:8900': [
    ['http://box.localhost:8900', 'own'],
    ['http://127.0.0.1:9443', 'own'],
    ['https://[::1]:9443', 'own'],
    ['https://box.sandbox.tensorlake.ai', 'sandbox.tensorlake.ai'],
    ['https://127.0.0.1.evil.example', '127.0.0.1.evil.example'],
    ['https://169.254.169.254', 'refused'],
    ['https://[::ffff:127.0.0.1]', 'refused'],
  ],
  'http://127.0.0.1:8900': [['https://127.0.0.1.evil.example', 'refused']],
};

describe('judgeSandboxHost', () => {
  for (const [apiUrl, addresses] of Object.entries(cases))
    it(`judges the sandbox addresses of ${apiUrl}`, () => {
      const api = parseEndpoint(apiUrl);
      assert.ok('ok' in api);
      for (const [address, verdict] of addresses) {
        const judged = judgeSandboxHost(api.ok, new URL(address), 'box');
        assert.equal(judged.kind === 'foreign' ? judged.host : judged.kind, verdict, address);
      }
    });
});
