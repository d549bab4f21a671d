import { booleanOf, numberOf, textOf } from '../../core/kernel/formats/json';
import type { Daemon } from './daemon';

/** What the daemon reports about itself (API reference section 3.2). */
export interface DaemonInfo {
  readonly version?: string;
  readonly uptimeSecs?: number;
  readonly runningProcesses?: number;
  readonly totalProcesses?: number;
}

/** `GET /health`: whether the daemon answers and reports that it is healthy. */
export async function readHealth(daemon: Daemon, signal: AbortSignal): Promise<boolean> {
  return booleanOf(await daemon.json({ method: 'GET', path: '/health', signal }), 'healthy') ?? false;
}

/** `GET /info`. */
export async function readInfo(daemon: Daemon, signal: AbortSignal): Promise<DaemonInfo> {
  const body = await daemon.json({ method: 'GET', path: '/info', signal });
  return {
    version: textOf(body, 'version'),
    uptimeSecs: numberOf(body, 'uptime_secs'),
    runningProcesses: numberOf(body, 'running_processes'),
    totalProcesses: numberOf(body, 'total_processes'),
  };
}
