import { messageOf } from '../../kernel/errors';
import type { GuestClock } from '../machine/guestClock';
import type { Execution, Exit } from './execution';
import { HealthProbe, type HealthStatus } from './healthProbe';
import type { HealthRule, RestartRule } from './processSchemas';

type ManagedStatus = 'starting' | 'running' | 'backing_off' | 'stopped';

interface SupervisorOptions {
  readonly id: string;
  readonly clock: GuestClock;
  readonly name: string | undefined;
  readonly restart: RestartRule;
  readonly healthCheck: HealthRule | undefined;
  /** Starts the program once more. */
  readonly start: () => Promise<Execution>;
}

/** Keeps a managed process up (API reference section 3.4). */
export class Supervisor {
  private status: ManagedStatus = 'running';
  private restarts = 0;
  /** Restarts since it last stayed up, which set the wait before the next one. */
  private streak = 0;
  private lastExit: Exit | undefined;
  private lastError: string | null = null;
  private nextRestartAtMs: number | null = null;
  private cancelRestart = (): void => undefined;
  private probe: HealthProbe | undefined;
  private execution: Execution | undefined;

  constructor(private readonly options: SupervisorOptions) {}

  get name(): string | undefined {
    return this.options.name;
  }

  /** Whether it is still supervised. */
  get isActive(): boolean {
    return this.status !== 'stopped';
  }

  /** Takes over a program that has just been started. */
  adopt(execution: Execution): void {
    const { healthCheck, clock, restart } = this.options;
    this.execution = execution;
    this.nextRestartAtMs = null;
    this.status = healthCheck === undefined ? 'running' : 'starting';
    if (healthCheck === undefined) return;
    this.probe = new HealthProbe(clock, healthCheck, {
      healthy: () => (this.status = 'running'),
      failed: () => {
        this.lastError = 'Health check failed';
        if (restart.policy !== 'never') execution.kill();
      },
    });
  }

  /** Decides what follows the end of the program. */
  ended(execution: Execution, exit: Exit): void {
    if (execution !== this.execution) return;
    this.probe?.stop();
    this.lastExit = exit;
    if (this.status === 'stopped') return;
    const { restart, clock } = this.options;
    if (exit.atMs - execution.startedAtMs > restart.max_backoff_ms) this.streak = 0;
    const failed = exit.exitCode !== 0;
    const wanted = restart.policy === 'always' || (restart.policy === 'on_failure' && failed);
    if (!wanted || (restart.max_restarts !== null && this.restarts >= restart.max_restarts)) {
      this.status = 'stopped';
      return;
    }
    const wait = Math.min(restart.initial_backoff_ms * 2 ** this.streak, restart.max_backoff_ms);
    this.streak += 1;
    this.status = 'backing_off';
    this.nextRestartAtMs = clock.now() + wait;
    this.cancelRestart = clock.after(wait, () => void this.startAgain());
  }

  /** Ends the program if it runs, and starts it again at once. */
  async restart(): Promise<void> {
    const before = this.execution;
    this.stop();
    if (before !== undefined && before.exit === undefined) await before.exited;
    this.streak = 0;
    await this.startAgain();
  }

  /** Takes the program out of supervision and ends it. */
  stop(): void {
    this.status = 'stopped';
    this.nextRestartAtMs = null;
    this.cancelRestart();
    this.probe?.stop();
    if (this.execution?.exit === undefined) this.execution?.kill();
  }

  /** `managed` of ProcessInfo. */
  info() {
    const { id, restart, healthCheck, name } = this.options;
    return {
      id,
      name: name ?? null,
      status: this.status,
      restart_count: this.restarts,
      restart,
      health_check: healthCheck ?? null,
      health_status: (this.probe?.status ?? 'disabled') satisfies HealthStatus,
      consecutive_health_failures: this.probe?.failures ?? 0,
      last_exit:
        this.lastExit === undefined
          ? null
          : {
              exit_code: this.lastExit.exitCode,
              signal: this.lastExit.signal,
              oom_killed: false,
              ended_at: this.lastExit.atMs,
            },
      last_error: this.lastError,
      next_restart_at: this.nextRestartAtMs,
    };
  }

  private async startAgain(): Promise<void> {
    this.restarts += 1;
    this.status = 'starting';
    try {
      this.adopt(await this.options.start());
    } catch (error) {
      this.status = 'stopped';
      this.lastError = messageOf(error);
    }
  }
}
