import { z } from 'zod';
import { ok } from '../../http/reply';
import { sshInfo } from '../guest/sshState';
import type { DaemonCall } from './route';

/** The version that an emulated daemon reports. */
const version = '0.1.0';

/** GET /api/v1/health (API reference section 3.2). */
export function daemonHealth() {
  return ok({ healthy: true });
}

/** GET /api/v1/info; `emulator_view` is an addition of the emulator: how commands see the files. */
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

/** POST /api/v1/ssh/enable: only the state changes, since the emulator has no SSH server. */
export function enableSsh({ guest }: DaemonCall<unknown, z.output<typeof enableSshBody>>) {
  guest.ssh.enabled = true;
  return ok(sshInfo(guest.ssh));
}

/** POST /api/v1/ssh/disable. */
export function disableSsh({ guest }: DaemonCall) {
  guest.ssh.enabled = false;
  return ok(sshInfo(guest.ssh));
}
