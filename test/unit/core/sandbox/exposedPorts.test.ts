import assert from 'node:assert/strict';
import { portDifferences, portViolation, splitPorts } from '../../../../src/core/sandbox/exposedPorts';
import { portUrl } from '../../../../src/core/sandbox/portUrl';

const id = '4aaf6w9e5i6kvhg2frb05';

describe('exposed ports', () => {
  it('have the management address with the port before its first label', () => {
    const sandboxUrl = `https://${id}.sandbox.gcp-use4.tensorlake.ai`;
    assert.equal(portUrl({ id, sandboxUrl }, 8080), `https://8080-${id}.sandbox.gcp-use4.tensorlake.ai`);
    assert.equal(
      portUrl({ id, sandboxUrl: `http://${id}.localhost:4321/x?y` }, 80),
      `http://80-${id}.localhost:4321`,
    );
  });

  it('have an address below the ingress when there is no other', () => {
    const ingressEndpoint = 'https://sandbox.gcp-use4.tensorlake.ai';
    assert.equal(portUrl({ id, ingressEndpoint }, 8080), `https://8080-${id}.sandbox.gcp-use4.tensorlake.ai`);
    assert.equal(
      portUrl({ id, ingressEndpoint: 'http://localhost:9443' }, 1),
      `http://1-${id}.localhost:9443`,
    );
  });

  it('have no address where a label is not possible, or without a base address', () => {
    assert.equal(portUrl({ id }, 8080), undefined);
    for (const address of ['http://127.0.0.1:9443', 'http://[::1]:9443', 'ftp://x.example', 'not a URL', ''])
      assert.equal(portUrl({ id, sandboxUrl: address, ingressEndpoint: address }, 8080), undefined, address);
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
