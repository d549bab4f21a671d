import { z } from 'zod';
import { ok } from '../../http/reply';
import type { DaemonCall } from './route';
import { sshInfo } from '../guest/sshState';

/** The version an emulated daemon gives for itself. */
const version = '0.1.0';

/** GET /api/v1/health (API reference section 3.2). */
export function daemonHealth() {
  return ok({ healthy: true });
}

/** GET /api/v1/info; `emulator_view` is the emulator's own and says what a command sees of the files. */
export async function daemonInfo({ guest }: DaemonCall) {
  const entries = guest.processes.list();
  return ok({
    version,
    uptime_secs: Math.floor((guest.clock.now() - guest.startedAtMs) / 1_000),
    running_processes: entries.filter(({ isRunning }) => isRunning).length,
    total_processes: entries.length,
    emulator_view: (await guest.view()).mode,
  });
}

/** Body of POST /api/v1/ssh/enable (API reference section 3.10). */
export const enableSshBody = z.object({
  proxy_pubkey: z.string().min(1),
  backend_user: z.string().min(1).default('tl-user'),
});

/** GET /api/v1/ssh/status. */
export function sshStatus({ guest }: DaemonCall) {
  return ok(sshInfo(guest.ssh));
}

/** POST /api/v1/ssh/enable: remembered, but there is no SSH server in the emulator. */
export function enableSsh({ guest }: DaemonCall<unknown, z.output<typeof enableSshBody>>) {
  guest.ssh.enabled = true;
  return ok(sshInfo(guest.ssh));
}

/** POST /api/v1/ssh/disable. */
export function disableSsh({ guest }: DaemonCall) {
  guest.ssh.enabled = false;
  return ok(sshInfo(guest.ssh));
}
