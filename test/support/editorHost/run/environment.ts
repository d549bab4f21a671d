/**
 * Variables that would leak from whoever started the run into what it starts: npm's view of this project, options for
 * this process's Node, the editor whose terminal this may be, and the developer's own Tensorlake account.
 */
const leaking =
  /^(npm_(package|lifecycle|command|node|config_(local_prefix|omit|include|global|prefix|noproxy$)).*|NODE_OPTIONS|NODE_ENV|ELECTRON_RUN_AS_NODE|VSCODE_.*|TENSORLAKE_.*)$/i;

/**
 * The environment for an editor, a browser or npm: this process's own without what would leak, plus `extra`.
 *
 * @param extra wins over what is inherited
 */
export function cleanEnvironment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !leaking.test(name)) env[name] = value;
  }
  return { ...env, ...extra };
}
