import { buildCommand, optionsOf } from './cli';
import { codeOf, messageOf } from './kernel/errors';
import { startEmulator, type Emulator } from './server';

const views: Readonly<Record<Awaited<ReturnType<Emulator['viewMode']>>, string>> = {
  'mount-namespace': 'commands see those of their sandbox (mount namespace)',
  'user-namespace': 'commands see those of their sandbox (user namespace)',
  'plain-paths': 'commands see those of this machine; only their directory and HOME are the sandbox',
};

async function announce(emulator: Emulator): Promise<void> {
  const { url, apiKey, pat, adminKey, organizationId, projectId, filesDir } = emulator;
  const lines = [
    `Tensorlake emulator on ${url}, ${emulator.sandboxes()} sandboxes. It isolates nothing: for development only.`,
    `admin key: ${adminKey}`,
    `files:     ${filesDir ?? 'kept until the end'}; ${views[await emulator.viewMode()]}`,
    '',
    'For the official CLI and SDKs, and whatever else follows their environment:',
    `export TENSORLAKE_API_URL=${url} TENSORLAKE_API_KEY=${apiKey}`,
    `export TENSORLAKE_CLOUD_URL=${url} TENSORLAKE_SANDBOX_PROXY_URL=${url}`,
  ];
  if (pat !== undefined) {
    lines.push(
      '',
      'As a person instead of a project, which SSH keys need:',
      `unset TENSORLAKE_API_KEY; export TENSORLAKE_PAT=${pat}`,
      `export TENSORLAKE_ORGANIZATION_ID=${organizationId} TENSORLAKE_PROJECT_ID=${projectId}`,
    );
  }
  console.log(lines.join('\n'));
}

function explain(error: unknown, port: number): string {
  const code = codeOf(error);
  if (code === 'EADDRINUSE') return `port ${port} is in use; choose another with --port, or --port 0 for any`;
  if (code === 'EACCES') return `port ${port} or the data directory needs more rights: ${messageOf(error)}`;
  return messageOf(error);
}

async function main(): Promise<void> {
  const options = optionsOf(buildCommand().parse());
  try {
    const emulator = await startEmulator(options);
    await announce(emulator);
    const stop = (): void => void emulator.stop();
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
    process.once('SIGHUP', stop);
  } catch (error) {
    console.error(`error: ${explain(error, options.port)}`);
    process.exitCode = 1;
  }
}

void main();
