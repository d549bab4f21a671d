import { randomBytes } from 'node:crypto';

/** The SSH state of a daemon. */
export interface SshState {
  enabled: boolean;
  readonly fingerprint: string;
}

/** The host key stays the same for the lifetime of a sandbox. */
export function newSshState(): SshState {
  return { enabled: false, fingerprint: `SHA256:${randomBytes(32).toString('base64').replace(/=+$/, '')}` };
}

/** The answer of the three SSH endpoints (API reference section 3.10). */
export function sshInfo({ enabled, fingerprint }: SshState) {
  return { enabled, pid: null, host_key_fingerprint: enabled ? fingerprint : null };
}
