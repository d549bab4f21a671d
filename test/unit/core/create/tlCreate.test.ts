import assert from 'node:assert/strict';
import { parseEndpoint } from '../../../../src/core/account/endpoint';
import { tlCommand, type TlPlace } from '../../../../src/core/account/tlCommand';
import { tlCreate } from '../../../../src/core/create/tlCreate';
import { splitShellWords } from '../../../../src/core/kernel/formats/shellWords';

const usualAddress = 'https://api.tensorlake.ai';
const usual: TlPlace = {
  endpoint: endpointOf(usualAddress),
  usualAddress,
  namespace: 'default',
};

function endpointOf(address: string): TlPlace['endpoint'] {
  const parsed = parseEndpoint(address);
  assert.ok('ok' in parsed);
  return parsed.ok;
}

describe('the command of the official tool', () => {
  it('names server, namespace and project only where they are not the usual ones', () => {
    assert.equal(tlCommand(usual, ['suspend', 'api-dev']), 'tl sbx suspend api-dev');
    const local: TlPlace = {
      ...usual,
      endpoint: endpointOf('http://localhost:8900'),
      namespace: 'team',
      scope: { organizationId: 'org_1', projectId: 'project_1' },
    };
    assert.equal(
      tlCommand(local, ['resume', 'api-dev']),
      'tl --api-url http://localhost:8900 --namespace team --organization org_1 --project project_1 sbx resume api-dev',
    );
  });

  it('leaves the prefix to the tool where the address ends in a namespace, and names that one', () => {
    for (const [address, place] of [
      [
        'http://localhost:8900/v1/namespaces/team%20a',
        "--api-url http://localhost:8900 --namespace 'team a'",
      ],
      ['http://localhost:8900/base/v1/namespaces/x', '--api-url http://localhost:8900/base --namespace x'],
      ['http://localhost:8900/v1/namespaces/default', '--api-url http://localhost:8900'],
    ] as const) {
      const at: TlPlace = { ...usual, endpoint: endpointOf(address), namespace: 'of-the-setting' };
      assert.equal(tlCommand(at, ['ls']), `tl ${place} sbx ls`);
    }
  });

  it('holds whatever an id may be as one word', () => {
    const worst = 'x\'; rm -rf ~; $(touch y) `z` "\n';
    const read = splitShellWords(tlCommand(usual, ['terminate', worst]));
    assert.deepEqual(read, { words: ['tl', 'sbx', 'terminate', worst] });
  });

  it('says a create with every flag that the tool has', () => {
    const { words, unsaid } = tlCreate({
      name: 'web',
      image: 'tensorlake/ubuntu-minimal',
      resources: { cpus: 2, memoryMb: 4096, diskMb: 20_480, gpus: [{ model: 'H100', count: 2 }] },
      timeoutSecs: 0,
      maxPendingSecs: 60,
      entrypoint: ['sh', '-c', 'sleep 1'],
      network: { allowInternetAccess: true, allowOut: ['pypi.org'], denyOut: ['10.0.0.0/8'] },
      exposedPorts: [8080, 9000],
      allowUnauthenticatedAccess: true,
    });
    assert.equal(
      tlCommand(usual, words),
      "tl sbx create web --image tensorlake/ubuntu-minimal --cpus 2 --memory 4096 --disk_mb 20480 --gpu H100 --devices 2 --timeout 0 --max-pending-secs 60 --entrypoint=sh --entrypoint=-c '--entrypoint=sleep 1' --network-allow pypi.org --network-deny 10.0.0.0/8 --expose 8080 --expose 9000",
    );
    assert.deepEqual(unsaid, []);
  });

  it('exposes no port that was to stay private, which the tool would make public', () => {
    const { words, unsaid } = tlCreate({ exposedPorts: [8080] });
    assert.deepEqual([words, unsaid], [['create'], ['exposedPorts']]);
    assert.deepEqual(tlCreate({ allowUnauthenticatedAccess: true }).words, [
      'create',
      '--allow-unauthenticated-access',
    ]);
  });

  it('tells what the tool has no words for', () => {
    const { words, unsaid } = tlCreate({
      snapshotId: 'snap0',
      templateId: 'template0',
      secretNames: ['TOKEN'],
      resources: {
        gpus: [
          { model: 'H100', count: 1 },
          { model: 'T4', count: 1 },
        ],
      },
      network: { allowInternetAccess: false, allowOut: ['pypi.org'], denyOut: [] },
      fileSystems: [{ fileSystemId: 'fs', mountPath: '/data', readOnly: false, prefetch: false }],
    });
    assert.deepEqual(words, ['create', '--snapshot', 'snap0', '--gpu', 'H100', '--devices', '1']);
    assert.deepEqual(unsaid, ['gpus', 'network', 'secretNames', 'fileSystems', 'templateId']);
    const sealed = tlCreate({ network: { allowInternetAccess: false, allowOut: [], denyOut: [] } });
    assert.deepEqual([sealed.words, sealed.unsaid], [['create', '--no-internet'], []]);
    const both = { allowInternetAccess: false, allowOut: ['pypi.org'], denyOut: ['10.0.0.0/8'] };
    assert.deepEqual(tlCreate({ network: both }).unsaid, ['network']);
  });
});
