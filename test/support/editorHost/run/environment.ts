/**
 * Variables that programs started here must not inherit: npm's view of this project, options for this process's Node,
 * the editor whose terminal this may be, and the developer's own Tensorlake account.
 */
const leaking =
  /^(npm_(package|lifecycle|command|node|config_(local_prefix|omit|include|global|prefix|noproxy$)).*|NODE_OPTIONS|NODE_ENV|ELECTRON_RUN_AS_NODE|VSCODE_.*|TENSORLAKE_.*)$/i;

/** Whether a desktop program can open a window here. */
export function hasDisplay(): boolean {
  if (process.platform !== 'linux') return true;
  return (process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'] ?? '') !== '';
}

/**
 * The environment for an editor, a browser or npm: that of this process without the variables above, plus `extra`.
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
