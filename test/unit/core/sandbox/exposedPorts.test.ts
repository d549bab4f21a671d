import assert from 'node:assert/strict';
import { portDifferences, portViolation, splitPorts } from '../../../../src/core/sandbox/exposedPorts';
import { managementUrl, portUrl } from '../../../../src/core/sandbox/portUrl';

const id = '4aaf6w9e5i6kvhg2frb05';
const live = { id, state: 'running' } as const;

describe('exposed ports', () => {
  it('have the management address with the port before its first label', () => {
    const sandboxUrl = `https://${id}.sandbox.gcp-use4.tensorlake.ai`;
    assert.equal(portUrl({ ...live, sandboxUrl }, 8080), `https://8080-${id}.sandbox.gcp-use4.tensorlake.ai`);
    assert.equal(
      portUrl({ ...live, sandboxUrl: `http://${id}.localhost:4321/x?y` }, 80),
      `http://80-${id}.localhost:4321`,
    );
  });

  it('have an address below the ingress when there is no other', () => {
    const ingressEndpoint = 'https://sandbox.gcp-use4.tensorlake.ai';
    assert.equal(
      portUrl({ ...live, ingressEndpoint }, 8080),
      `https://8080-${id}.sandbox.gcp-use4.tensorlake.ai`,
    );
    assert.equal(
      portUrl({ ...live, ingressEndpoint: 'http://localhost:9443' }, 1),
      `http://1-${id}.localhost:9443`,
    );
  });

  it('have no address where a label is not possible, or without a base address', () => {
    assert.equal(portUrl(live, 8080), undefined);
    for (const address of ['http://127.0.0.1:9443', 'http://[::1]:9443', 'ftp://x.example', 'not a URL', ''])
      assert.equal(
        portUrl({ ...live, sandboxUrl: address, ingressEndpoint: address }, 8080),
        undefined,
        address,
      );
  });

  it('have no address after the end, when some servers leave one, and neither has the sandbox', () => {
    const sandboxUrl = `https://${id}.sandbox.gcp-use4.tensorlake.ai`;
    const ended = { id, state: 'terminated', sandboxUrl, ingressEndpoint: 'https://x.example' } as const;
    assert.deepEqual([portUrl(ended, 8080), managementUrl(ended)], [undefined, undefined]);
    assert.equal(managementUrl({ ...ended, state: 'suspended' }), sandboxUrl);
  });

  it('are parsed with any separators, and sorted', () => {
    assert.deepEqual(splitPorts('9000, 8080 8080;3000'), [3000, 8080, 9000]);
    assert.deepEqual(splitPorts(''), []);
    assert.ok(splitPorts('80 http').some(Number.isNaN));
  });

  it('are in range and not the management port', () => {
    assert.equal(portViolation([1, 65_535]), undefined);
    assert.equal(portViolation([0])?.rule, 'min');
    assert.equal(portViolation([65_536])?.rule, 'max');
    assert.equal(portViolation([9501])?.rule, 'reserved');
    assert.equal(portViolation([Number.NaN])?.rule, 'number');
  });

  it('list what a change removes and adds', () => {
    assert.deepEqual(portDifferences([80, 443], [443, 8080]), { removed: [80], added: [8080] });
    assert.deepEqual(portDifferences([80], [80]), { removed: [], added: [] });
  });
});
