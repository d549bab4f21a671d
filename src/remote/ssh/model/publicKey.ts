/** A public key in OpenSSH format. */
export interface SshPublicKey {
  /** Such as `ssh-ed25519`. */
  readonly type: string;
  /** The key itself, in base64. */
  readonly blob: string;
  /** Owner or purpose; may be empty. */
  readonly comment: string;
}

/** Parses a file such as `id_ed25519.pub`; undefined when it holds no public key. */
export function parseSshPublicKey(text: string): SshPublicKey | undefined {
  const found = /^((?:ssh|ecdsa|sk)-[\w@.-]+)[ \t]+([A-Za-z0-9+/]{16,}={0,2})(?:[ \t]+([^\r\n]*))?\s*$/.exec(
    text.trim(),
  );
  const [, type, blob, comment = ''] = found ?? [];
  // A certificate is not a key that can be registered.
  return type === undefined || blob === undefined || type.includes('-cert-v')
    ? undefined
    : { type, blob, comment };
}
