import { randomBytes, randomInt } from 'node:crypto';
import { badRequest, notFound } from '../../http/reply';
import type { Clock } from '../../kernel/clock';
import type { Accounts } from './accounts';

type LoginStatus = 'pending' | 'approved' | 'expired' | 'failed';

interface Login {
  readonly userCode: string;
  readonly startedAtMs: number;
  decision: 'pending' | 'approved' | 'failed';
}

/** Device logins under way (API reference section 1.5), which end with the server. */
export class Logins {
  private readonly byDevice = new Map<string, Login>();

  constructor(
    private readonly clock: Clock,
    private readonly accounts: Accounts,
    private readonly validMs: number,
  ) {}

  start(): { readonly deviceCode: string; readonly userCode: string } {
    const deviceCode = randomBytes(24).toString('base64url');
    const userCode = newUserCode();
    this.byDevice.set(deviceCode, { userCode, startedAtMs: this.clock.now(), decision: 'pending' });
    return { deviceCode, userCode };
  }

  status(deviceCode: string): LoginStatus {
    const login = this.byDevice.get(deviceCode);
    if (login === undefined) throw notFound('Unknown device_code');
    return this.hasExpired(login) ? 'expired' : login.decision;
  }

  /** Records the decision of the person at the browser; false when no login waits for the code. */
  decide(userCode: string, decision: 'approved' | 'failed'): boolean {
    for (const login of this.byDevice.values()) {
      if (login.userCode !== userCode || login.decision !== 'pending' || this.hasExpired(login)) continue;
      login.decision = decision;
      return true;
    }
    return false;
  }

  /** Turns an approved login into a token, once. */
  exchange(deviceCode: string): string {
    const status = this.status(deviceCode);
    if (status !== 'approved') throw badRequest(`The login is ${status}`);
    this.byDevice.delete(deviceCode);
    return this.accounts.issueToken();
  }

  private hasExpired({ startedAtMs }: Login): boolean {
    return this.clock.now() - startedAtMs >= this.validMs;
  }
}

/** Without letters and digits that look alike: a person compares it with what a terminal shows. */
const legible = 'BCDFGHJKLMNPQRSTVWXZ23456789';

function newUserCode(): string {
  const letters = Array.from({ length: 8 }, () => legible.charAt(randomInt(legible.length))).join('');
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}
