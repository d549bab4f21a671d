import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isNetworkEntry, sandboxNameViolation } from '../../../../src/core/sandbox/rules';
import {
  copyCountViolation,
  validateCreateRequest,
  type CreateSandboxRequest,
} from '../../../../src/core/create/createRequest';

function rules(request: CreateSandboxRequest): string[] {
  return validateCreateRequest(request).map(({ field, index, rule }) => [field, index, rule].join(' '));
}

describe('sandboxNameViolation', () => {
  it('reports the first broken rule', () => {
    for (const [name, rule] of [
      ['my-env', undefined],
      ['a', undefined],
      ['a'.repeat(63), undefined],
      ['', 'empty'],
      ['a'.repeat(64), 'tooLong'],
      ['1abc', 'start'],
      ['-abc', 'start'],
      ['Abc', 'characters'],
      ['a_b', 'characters'],
      ['a b', 'characters'],
      ['a\n', 'characters'],
      ['abc-', 'end'],
      ['a'.repeat(21), 'looksLikeId'],
      [`${'a'.repeat(20)}-b`, undefined],
    ] as const) {
      assert.equal(sandboxNameViolation(name), rule, name);
    }
  });

  it('accepts exactly what the expression of the API accepts', () => {
    const names = fc.oneof(fc.string({ maxLength: 70 }), fc.stringMatching(/^[a-z0-9-]{0,66}$/));
    fc.assert(
      fc.property(names, name => {
        const isFine = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name) && !/^[a-z0-9]{21}$/.test(name);
        assert.equal(sandboxNameViolation(name) === undefined, isFine && !name.endsWith('\n'));
      }),
    );
  });
});

describe('validateCreateRequest', () => {
  it('accepts an empty request and every value at its bounds', () => {
    assert.deepEqual(rules({}), []);
    const request: CreateSandboxRequest = {
      name: 'my-env',
      image: 'tensorlake/ubuntu-minimal',
      resources: { cpus: 2, memoryMb: 2048, diskMb: 102_400, gpus: [{ model: 'A10', count: 1 }] },
      timeoutSecs: 0,
      maxPendingSecs: 0,
      exposedPorts: [1, 65_535],
      network: { allowInternetAccess: true, allowOut: ['example.com', '10.0.0.0/8'], denyOut: ['1.2.3.4'] },
      fileSystems: [{ fileSystemId: 'f', mountPath: '/', readOnly: true, prefetch: false, snapshotId: 's' }],
    };
    assert.deepEqual(rules(request), []);
    assert.deepEqual(rules({ resources: { cpus: 64, memoryMb: 64 * 8192 } }), []);
  });

  it('reports each broken rule with its numbers', () => {
    assert.deepEqual(validateCreateRequest({ resources: { cpus: 2, memoryMb: 1024 } }), [
      { field: 'memoryMb', rule: 'min', min: 2048, actual: 1024 },
    ]);
    assert.deepEqual(rules({ resources: { cpus: 0.5, memoryMb: 9000, diskMb: 1 } }), [
      'cpus  min',
      'memoryMb  max',
      'diskMb  min',
    ]);
    assert.deepEqual(
      rules({ resources: { cpus: NaN, diskMb: 10_240.5, gpus: [{ model: ' ', count: 0 }] } }),
      ['cpus  number', 'diskMb  integer', 'gpus 0 format', 'gpus 0 min'],
    );
    assert.deepEqual(rules({ timeoutSecs: -1, maxPendingSecs: 1.5 }), [
      'timeoutSecs  min',
      'maxPendingSecs  integer',
    ]);
    assert.deepEqual(rules({ exposedPorts: [0, 9501, 80, 80, 70_000] }), [
      'exposedPorts 0 min',
      'exposedPorts 1 reserved',
      'exposedPorts 3 duplicate',
      'exposedPorts 4 max',
    ]);
    assert.deepEqual(rules({ image: 'i', snapshotId: 's', name: 'A' }), ['name  name', 'image  excludes']);
    const mount = { fileSystemId: 'f', mountPath: '/m', readOnly: false, prefetch: false };
    assert.deepEqual(
      rules({
        fileSystems: [
          mount,
          { ...mount, mountPath: '//m/' },
          { ...mount, mountPath: 'm' },
          { ...mount, mountPath: '/n', snapshotId: 's' },
        ],
      }),
      ['fileSystems 1 duplicate', 'fileSystems 2 format', 'fileSystems 3 requires'],
    );
    const network = { allowInternetAccess: true, allowOut: ['ok.test', 'http://x'], denyOut: ['300.1.1.1'] };
    assert.deepEqual(rules({ network }), ['allowOut 1 format', 'denyOut 0 format']);
  });

  it('leaves the memory of a restore with unknown CPUs to the server', () => {
    assert.deepEqual(rules({ snapshotId: 's', resources: { memoryMb: 65_536 } }), []);
    assert.deepEqual(rules({ snapshotId: 's', resources: { memoryMb: 512 } }), ['memoryMb  min']);
  });
});

describe('copyCountViolation', () => {
  it('lets one to a hundred copies through, and only whole ones', () => {
    for (const [count, rule] of [
      [1, undefined],
      [100, undefined],
      [0, 'range'],
      [101, 'range'],
      [-1, 'range'],
      [1.5, 'number'],
      [NaN, 'number'],
      [Infinity, 'number'],
    ] as const)
      assert.equal(copyCountViolation(count), rule, String(count));
  });
});

describe('isNetworkEntry', () => {
  it('accepts addresses, CIDR blocks and host names', () => {
    for (const entry of [
      '1.2.3.4',
      '10.0.0.0/8',
      '0.0.0.0/0',
      'localhost',
      'a-b.example.com',
      'xn--bcher-kva.example',
    ]) {
      assert.ok(isNetworkEntry(entry), entry);
    }
    for (const entry of [
      '',
      ' ',
      '1.2.3',
      '1.2.3.256',
      '1.2.3.4/33',
      '::1',
      'https://a.b',
      'a..b',
      '-a.b',
      'a_b',
      'a b',
      '*.a',
      'a.b:80',
      'x'.repeat(300),
    ]) {
      assert.ok(!isNetworkEntry(entry), entry);
    }
  });
});
