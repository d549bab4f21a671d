import { get } from 'node:http';
import { connect } from 'node:net';
import type { GuestClock } from '../machine/guestClock';
import type { HealthRule } from './processSchemas';

export type HealthStatus = 'disabled' | 'starting' | 'healthy' | 'unhealthy';

interface HealthListener {
  /** A check has succeeded. */
  healthy(): void;
  /** As many checks in a row have failed as the rule allows. */
  failed(): void;
}

/** Checks the health of a managed process at intervals (API reference section 3.4). */
export class HealthProbe {
  status: HealthStatus = 'starting';
  failures = 0;
  private stopped = false;
  private cancel: () => void;

  constructor(
    private readonly clock: GuestClock,
    private readonly rule: HealthRule,
    private readonly listener: HealthListener,
  ) {
    this.cancel = clock.after(rule.initial_delay_ms, () => void this.check());
  }

  stop(): void {
    this.stopped = true;
    this.cancel();
  }

  private async check(): Promise<void> {
    const answered = await this.attempt();
    if (this.stopped) return;
    this.failures = answered ? 0 : this.failures + 1;
    if (answered) {
      this.status = 'healthy';
      this.listener.healthy();
    } else if (this.failures >= this.rule.failure_threshold) {
      this.status = 'unhealthy';
      this.listener.failed();
    }
    this.cancel = this.clock.after(this.rule.interval_ms, () => void this.check());
  }

  private attempt(): Promise<boolean> {
    const { type, port, path = '/', timeout_ms } = this.rule;
    return new Promise(resolve => {
      const attempt =
        type === 'tcp'
          ? connect({ port, host: '127.0.0.1' }).on('connect', () => finish(true))
          : get({ port, host: '127.0.0.1', path, agent: false }, ({ statusCode = 500 }) =>
              finish(statusCode < 400),
            );
      const cancel = this.clock.after(timeout_ms, () => finish(false));
      const finish = (answered: boolean): void => {
        cancel();
        attempt.destroy();
        resolve(answered);
      };
      attempt.on('error', () => finish(false));
    });
  }
}
