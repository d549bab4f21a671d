import assert from 'node:assert/strict';
import {
  capabilities,
  capabilitiesOf,
  capabilityTokens,
  isAbleTo,
  isCapableOf,
  type OptionalCall,
  type Capability,
} from '../../../../src/core/sandbox/capabilities';
import { lackedCall } from '../../../../src/core/sandbox/lackedCall';
import { knownStates, type SandboxState } from '../../../../src/core/sandbox/state';
import { sandbox } from '../../../support/sandboxBuilder';

/** The capabilities of a named sandbox in each state. */
const named: Readonly<Record<SandboxState, readonly Capability[]>> = {
  pending: ['canTerminate', 'canRename', 'hasName', 'hasLogs'],
  running: [
    'canConnect',
    'canSuspend',
    'canSnapshot',
    'canTerminate',
    'canRename',
    'canUpdate',
    'canResize',
    'canAttach',
    'canDuplicate',
    'canForward',
    'canOpenSsh',
    'hasName',
    'hasLogs',
  ],
  snapshotting: ['canTerminate', 'hasName', 'hasLogs'],
  suspending: ['canResume', 'canTerminate', 'hasName', 'hasLogs'],
  suspended: [
    'canWake',
    'canResume',
    'canTerminate',
    'canRename',
    'canUpdate',
    'canForward',
    'canOpenSsh',
    'hasName',
    'hasLogs',
  ],
  terminated: ['canCreateAgain', 'hasName', 'hasLogs'],
  unknown: ['canTerminate', 'hasName', 'hasLogs'],
};

const states: readonly SandboxState[] = [...knownStates, 'unknown'];

describe('capabilities', () => {
  for (const state of states) {
    it(`of a named ${state} sandbox`, () => {
      assert.deepEqual(capabilities(sandbox({ state })), named[state]);
    });

    it(`of an ephemeral ${state} sandbox: no name, and suspending needs one first`, () => {
      const expected = named[state]
        .filter(token => token !== 'hasName')
        .map(token => (token === 'canSuspend' ? 'canNameAndSuspend' : token));
      assert.deepEqual(capabilities(sandbox({ state, name: undefined })), expected);
    });

    it(`of a ${state} sandbox during an action: only terminate, if the state allows it`, () => {
      const expected = named[state].filter(token => ['canTerminate', 'hasName', 'hasLogs'].includes(token));
      assert.deepEqual(capabilities(sandbox({ state }), true), expected);
      assert.equal(isCapableOf(sandbox({ state }), ['canSuspend', 'canResume'], true), false);
    });
  }

  it('include the URL only with a proxy URL, also during an action', () => {
    const reachable = sandbox({ sandboxUrl: 'https://x.example' });
    assert.equal(isCapableOf(reachable, ['hasUrl']), true);
    assert.equal(isCapableOf(reachable, ['hasUrl'], true), true);
    assert.equal(isCapableOf(sandbox(), ['hasUrl']), false);
    assert.equal(isCapableOf({ ...reachable, state: 'terminated' }, ['hasUrl']), false);
  });

  it('include resize only where the runtime supports it', () => {
    assert.equal(isCapableOf(sandbox({ runtime: 'firecracker' }), ['canResize']), false);
    assert.equal(isCapableOf(sandbox({ runtime: 'cloud-hypervisor' }), ['canResize']), true);
  });

  it('include detach only when a file system is mounted', () => {
    const mount = { fileSystemId: 'fs', mountPath: '/data', readOnly: false, prefetch: false };
    assert.equal(isCapableOf(sandbox(), ['canDetach']), false);
    assert.equal(isCapableOf(sandbox({ fileSystems: [mount] }), ['canDetach']), true);
    assert.equal(isCapableOf(sandbox({ fileSystems: [mount], state: 'suspended' }), ['canDetach']), false);
  });

  /** What no sandbox can do on a server without a call. */
  const without: Readonly<Record<OptionalCall, readonly Capability[]>> = {
    suspend: ['canSuspend', 'canNameAndSuspend'],
    resume: ['canResume', 'canWake'],
    update: ['canRename', 'canUpdate', 'canResize', 'canNameAndSuspend'],
    copy: ['canDuplicate'],
    fileSystems: ['canAttach', 'canDetach'],
    archive: [],
    logs: ['hasLogs'],
    tunnels: ['canForward', 'canOpenDesktop'],
    ssh: ['canOpenSsh'],
  };
  /** What needs a way in, which a sandbox that cannot be resumed has not. */
  const needsWake = (call: OptionalCall, state: SandboxState, token: Capability): boolean =>
    call === 'resume' && state === 'suspended' && ['canForward', 'canOpenSsh'].includes(token);
  const calls = [
    'suspend',
    'resume',
    'update',
    'copy',
    'fileSystems',
    'archive',
    'logs',
    'tunnels',
    'ssh',
  ] as const;
  for (const call of calls) {
    it(`lack what needs the call ${call} on a server without it, and nothing else`, () => {
      const lacks = new Set([call]);
      const mount = { fileSystemId: 'fs', mountPath: '/data', readOnly: false, prefetch: false };
      for (const state of states)
        for (const name of ['named', undefined]) {
          const image = 'tensorlake/ubuntu-vnc';
          const row = { sandbox: sandbox({ state, name, image, fileSystems: [mount] }) };
          const gone = capabilitiesOf(row).filter(
            token => without[call].includes(token) || needsWake(call, state, token),
          );
          assert.deepEqual(
            capabilitiesOf({ ...row, lacks }),
            capabilitiesOf(row).filter(token => !gone.includes(token)),
          );
          for (const token of gone) assert.equal(lackedCall({ ...row, lacks }, [token]), call);
        }
    });
  }

  it('are lacked for nothing but the server only where another way is lacked too', () => {
    const running = { sandbox: sandbox(), lacks: new Set(['suspend'] as const) };
    assert.equal(lackedCall(running, ['canSuspend', 'canRename']), undefined);
    assert.equal(lackedCall(running, ['canResume']), undefined);
    assert.equal(lackedCall({ sandbox: sandbox() }, ['canSuspend']), undefined);
    assert.equal(lackedCall({ ...running, action: 'rename' }, ['canSuspend']), undefined);
    assert.equal(lackedCall({ ...running, action: 'rename' }, ['canSuspend'], false), 'suspend');
    assert.ok(!isAbleTo({ ...running, action: 'rename' }, ['canConnect']));
    assert.ok(isAbleTo({ ...running, action: 'rename' }, ['canConnect'], false));
  });

  it('do not modify their table', () => {
    capabilities(sandbox({ state: 'terminated', sandboxUrl: 'https://x.example' }));
    assert.deepEqual(capabilities(sandbox({ state: 'terminated', name: undefined })), [
      'canCreateAgain',
      'hasLogs',
    ]);
  });

  it('can be checked for any of several', () => {
    const running = sandbox();
    assert.equal(isCapableOf(running, ['canResume', 'canSuspend']), true);
    assert.equal(isCapableOf(running, ['canResume', 'canNameAndSuspend']), false);
    assert.equal(isCapableOf(running, []), false);
  });

  it('are tokens that a menu can match as whole words', () => {
    assert.equal(new Set(capabilityTokens).size, capabilityTokens.length);
    for (const token of capabilityTokens) assert.match(token, /^\w+$/);
  });

  it('include the desktop of images that have one', () => {
    for (const image of ['tensorlake/ubuntu-vnc', 'ubuntu-vnc', 'tensorlake/ubuntu-vnc:24'])
      assert.ok(isCapableOf(sandbox({ image }), ['canOpenDesktop']), image);
    for (const image of ['tensorlake/ubuntu-minimal', 'my-ubuntu-vnc-copy', undefined])
      assert.equal(isCapableOf(sandbox({ image }), ['canOpenDesktop']), false);
  });
});
