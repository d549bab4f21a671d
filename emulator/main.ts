import { announcement } from './announcement';
import { buildCommand, optionsOf } from './cli';
import { codeOf, messageOf } from './kernel/errors';
import { withReachableAddresses } from './localhostNames';
import { startEmulator } from './server';

function explain(error: unknown, port: number): string {
  const code = codeOf(error);
  if (code === 'EADDRINUSE') return `port ${port} is in use; choose another with --port, or --port 0 for any`;
  if (code === 'EACCES') return `port ${port} or the data directory needs more rights: ${messageOf(error)}`;
  return messageOf(error);
}

async function main(): Promise<void> {
  const asked = optionsOf(buildCommand().parse());
  try {
    const { options, isAddressForced } = await withReachableAddresses(asked);
    const emulator = await startEmulator(options);
    console.log(await announcement(emulator, isAddressForced));
    const stop = (): void => void emulator.stop();
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
    process.once('SIGHUP', stop);
  } catch (error) {
    console.error(`error: ${explain(error, asked.port)}`);
    process.exitCode = 1;
  }
}

void main();
