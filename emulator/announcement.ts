import type { ViewMode } from './dataPlane/machine/view';
import type { Emulator } from './server';

const views: Readonly<Record<ViewMode, string>> = {
  'mount-namespace': 'commands see those of their sandbox (mount namespace)',
  'user-namespace': 'commands see those of their sandbox (user namespace)',
  'plain-paths': 'commands see those of this machine; only their directory and HOME are the sandbox',
};

/**
 * What is printed once the emulator listens: the keys of this run, and what other programs need in their environment.
 *
 * @param isAddressForced whether sandboxes are at the plain address because names below `localhost` do not resolve
 */
export async function announcement(emulator: Emulator, isAddressForced: boolean): Promise<string> {
  const { url, apiKey, pat, adminKey, organizationId, projectId, filesDir } = emulator;
  const lines = [
    `Tensorlake emulator on ${url}, ${emulator.sandboxes()} sandboxes. It isolates nothing: for development only.`,
    `API key:   ${apiKey}`,
    `admin key: ${adminKey}`,
    `files:     ${filesDir ?? 'kept until the end'}; ${views[await emulator.viewMode()]}`,
  ];
  if (isAddressForced) {
    lines.push('addresses: --switch address=loopback is used, as names below localhost do not resolve here');
  }
  lines.push(
    '',
    'For the official CLI and SDKs, and whatever else follows their environment:',
    `export TENSORLAKE_API_URL=${url} TENSORLAKE_API_KEY=${apiKey}`,
    `export TENSORLAKE_CLOUD_URL=${url} TENSORLAKE_SANDBOX_PROXY_URL=${url}`,
  );
  if (pat !== undefined) {
    lines.push(
      '',
      'As a person instead of a project, which SSH keys need:',
      `unset TENSORLAKE_API_KEY; export TENSORLAKE_PAT=${pat}`,
      `export TENSORLAKE_ORGANIZATION_ID=${organizationId} TENSORLAKE_PROJECT_ID=${projectId}`,
    );
  }
  return lines.join('\n');
}
