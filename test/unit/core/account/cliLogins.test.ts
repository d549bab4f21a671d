import assert from 'node:assert/strict';
import { cliLogins, isSame } from '../../../../src/core/account/cliLogins';

const cloud = { text: 'https://api.tensorlake.ai' };
const dev = { text: 'https://api.tensorlake.dev' };

const contexts = `
current = "work"

[contexts.default]
api_url = "https://api.tensorlake.ai"
organization = "org-1"
project = "project-1"
storage = "file"

[contexts.work]
api_url = "https://api.tensorlake.ai/"
organization = "org-2"
project = "project-2"

[contexts.mac]
api_url = "https://api.tensorlake.ai"
storage = "keychain"

[contexts.out]
api_url = "https://api.tensorlake.ai"
storage = "file"

[contexts.dev]
api_url = "https://api.tensorlake.dev"
`;
const credentials = `
[contexts.default]
token = "tl_pat_1"
[contexts.work]
token = "tl_pat_2"
[contexts.dev]
token = "tl_pat_3"
`;

describe('the logins of the official CLI', () => {
  it('are its contexts for the server, the current one first; one in the keychain has no token', () => {
    assert.deepEqual(cliLogins({ contexts, credentials }, cloud, undefined), [
      { context: 'work', secret: 'tl_pat_2', organizationId: 'org-2', projectId: 'project-2' },
      { context: 'default', secret: 'tl_pat_1', organizationId: 'org-1', projectId: 'project-1' },
      { context: 'mac' },
    ]);
  });

  it('begin with the context that the environment names', () => {
    const names = cliLogins({ contexts, credentials }, cloud, 'mac').map(({ context }) => context);
    assert.deepEqual(names, ['mac', 'work', 'default']);
    // One of another server is no login to this one.
    const [first] = cliLogins({ contexts, credentials }, cloud, 'dev');
    assert.equal(first?.context, 'work');
  });

  it('of another server are never offered', () => {
    assert.deepEqual(cliLogins({ contexts, credentials }, dev, undefined), [
      { context: 'dev', secret: 'tl_pat_3' },
    ]);
    assert.deepEqual(cliLogins({ contexts, credentials }, { text: 'http://127.0.0.1:8900' }, undefined), []);
  });

  it('are read in the layout of a table for each address', () => {
    const older = `
["https://api.tensorlake.ai"]
token = "tl_pat_4"
organization = "org-4"
project = "project-4"
["https://api.tensorlake.dev:443/?x#y"]
token = "tl_pat_5"
`;
    assert.deepEqual(cliLogins({ credentials: older }, cloud, undefined), [
      { secret: 'tl_pat_4', organizationId: 'org-4', projectId: 'project-4' },
    ]);
    assert.deepEqual(cliLogins({ credentials: older }, dev, undefined), [{ secret: 'tl_pat_5' }]);
  });

  it('are read in the oldest layout, which is for the cloud alone', () => {
    assert.deepEqual(cliLogins({ credentials: 'token = "tl_pat_6"' }, cloud, undefined), [
      { secret: 'tl_pat_6' },
    ]);
    assert.deepEqual(cliLogins({ credentials: 'token = "tl_pat_6"' }, dev, undefined), []);
  });

  it('include the API key of its configuration, before all others', () => {
    const config = '[tensorlake]\napikey = "tl_apiKey_7"\n';
    const [first] = cliLogins({ contexts, credentials, config }, cloud, undefined);
    assert.deepEqual(first, { secret: 'tl_apiKey_7' });
    const elsewhere = `${config}api_url = "https://api.tensorlake.dev"\n`;
    assert.deepEqual(cliLogins({ config: elsewhere }, cloud, undefined), []);
    assert.deepEqual(cliLogins({ config: elsewhere }, dev, undefined), [{ secret: 'tl_apiKey_7' }]);
  });

  it('are named once where two layouts hold the same token', () => {
    const both = `${credentials}\n["https://api.tensorlake.ai"]\ntoken = "tl_pat_2"\n`;
    const secrets = cliLogins({ contexts, credentials: both }, cloud, undefined).map(({ secret }) => secret);
    assert.deepEqual(secrets, ['tl_pat_2', 'tl_pat_1', undefined]);
  });

  it('are none where files are missing or hold something else', () => {
    assert.deepEqual(cliLogins({}, cloud, undefined), []);
    assert.deepEqual(
      cliLogins({ contexts: 'contexts = "x"', credentials: '{"token":1}' }, cloud, undefined),
      [],
    );
  });
});

describe('isSame', () => {
  it('compares addresses without query, fragment, default port and slashes at the end', () => {
    for (const text of [
      'https://api.tensorlake.ai',
      'https://API.tensorlake.ai/',
      'https://api.tensorlake.ai:443//?a#b',
    ])
      assert.ok(isSame(text, cloud), text);
    for (const text of ['', 'https://api.tensorlake.ai/v1', 'http://api.tensorlake.ai', 'api.tensorlake.ai'])
      assert.ok(!isSame(text, cloud), text);
  });
});
