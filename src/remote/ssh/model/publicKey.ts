/** A public key as OpenSSH writes it. */
export interface SshPublicKey {
  /** Such as `ssh-ed25519`. */
  readonly type: string;
  /** The key itself, in base64. */
  readonly blob: string;
  /** Who or what it is of; may be empty. */
  readonly comment: string;
}

/** Reads a file such as `id_ed25519.pub`; undefined when it holds no public key. */
export function parseSshPublicKey(text: string): SshPublicKey | undefined {
  const found = /^((?:ssh|ecdsa|sk)-[\w@.-]+)[ \t]+([A-Za-z0-9+/]{16,}={0,2})(?:[ \t]+([^\r\n]*))?\s*$/.exec(
    text.trim(),
  );
  const [, type, blob, comment = ''] = found ?? [];
  // A certificate beside a key is not what is registered.
  return type === undefined || blob === undefined || type.includes('-cert-v')
    ? undefined
    : { type, blob, comment };
}
