import type { LoginServer, LoginStatus, LoginToken, StartedLogin } from '../../../core/account/deviceLogin';
import { ApiError } from '../../../core/kernel/errors';
import { isJsonObject, numberOf, textOf, type JsonObject } from '../../../core/kernel/formats/json';
import type { ApiCall, ApiClient } from '../../http/client';
import { parseAnswer } from '../../http/bodies/longJson';

/** What the page shows to the user who is to approve a login. */
export interface Device {
  readonly name: string;
  /** As Node names the system. */
  readonly os: string;
  /** Version of the extension. */
  readonly version: string;
}

/**
 * Statuses of `poll` (API reference section 1.5), and those of OAuth's device grant (RFC 8628) in case the service comes
 * to use them.
 */
const statuses: Readonly<Record<string, LoginStatus>> = {
  pending: 'pending',
  authorization_pending: 'pending',
  slow_down: 'slowDown',
  approved: 'approved',
  expired: 'expired',
  expired_token: 'expired',
  failed: 'denied',
  denied: 'denied',
  access_denied: 'denied',
};

/** Longest code that a server is believed. */
const longestCode = 512;

/** The device login (API reference section 1.5), which needs no key. */
export class Logins implements LoginServer {
  constructor(
    private readonly client: ApiClient,
    private readonly device: Device,
  ) {}

  /** `POST /platform/cli/login/start`; `notFound` from a server without this login. */
  async start(signal: AbortSignal): Promise<StartedLogin> {
    const { name, os, version } = this.device;
    const body = { device_name: name, os, client_version: version };
    // One that is started twice expires.
    const answer = await this.ask({ method: 'POST', path: at('start'), body, signal, isIdempotent: true });
    const [deviceCode, userCode] = [codeIn(answer, 'device_code'), codeIn(answer, 'user_code')];
    if (deviceCode === undefined || userCode === undefined)
      throw new ApiError('schema', 'The answer holds no code of a login');
    this.client.secrets.add(deviceCode, 'token');
    const [interval, valid] = [numberOf(answer, 'interval'), numberOf(answer, 'expires_in')];
    return {
      deviceCode,
      userCode,
      ...(interval !== undefined && { intervalMs: interval * 1000 }),
      ...(valid !== undefined && { validMs: valid * 1000 }),
    };
  }

  /** `GET /platform/cli/login/poll`; a status that is not known counts as pending. */
  async poll(deviceCode: string, signal: AbortSignal): Promise<LoginStatus> {
    const query = `device_code=${encodeURIComponent(deviceCode)}`;
    const call = { method: 'GET', path: at('poll'), query, signal, isIdempotent: true } as const;
    // Whoever polls decides when to do it again.
    const answer = await this.ask({ ...call, retry: 'none' });
    return statuses[textOf(answer, 'status') ?? ''] ?? 'pending';
  }

  /** `POST /platform/cli/login/exchange`, which works once. */
  async exchange(deviceCode: string, signal: AbortSignal): Promise<LoginToken> {
    const body = { device_code: deviceCode };
    const call = { method: 'POST', path: at('exchange'), body, signal, isIdempotent: false } as const;
    const answer = await this.ask(call);
    const token = textOf(answer, 'access_token');
    if (token === undefined) throw new ApiError('schema', 'The answer holds no token');
    this.client.secrets.add(token, 'credential');
    const [organizationId, projectId] = [textOf(answer, 'organization_id'), textOf(answer, 'project_id')];
    return {
      token,
      ...(organizationId !== undefined && { organizationId }),
      ...(projectId !== undefined && { projectId }),
    };
  }

  private async ask(call: ApiCall): Promise<JsonObject> {
    const { text } = await this.client.send({ ...call, isLogin: true });
    const answer = await parseAnswer(text);
    if (!isJsonObject(answer)) throw new ApiError('schema', 'The answer is not an object');
    return answer;
  }
}

function at(step: string): string {
  return `/platform/cli/login/${step}`;
}

/** A code of an answer: of visible characters, since one goes into an address and the other is shown. */
function codeIn(answer: JsonObject, key: string): string | undefined {
  const code = textOf(answer, key);
  return code !== undefined && code.length <= longestCode && /^[!-~]+$/.test(code) ? code : undefined;
}
