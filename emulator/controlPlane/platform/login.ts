import { z } from 'zod';
import { htmlReply, notFound, ok, type Reply } from '../../http/reply';
import { organization } from '../../model/account/accounts';
import type { ApiRequest } from '../wire/route';

/** POST /platform/cli/login/start (API reference section 1.5). */
export const loginStartBody = z
  .object({
    device_name: z.string().optional(),
    os: z.string().optional(),
    client_version: z.string().optional(),
  })
  .default({});

/** GET /platform/cli/login/poll. */
export const loginPollQuery = z.object({ device_code: z.string().min(1) });

/** POST /platform/cli/login/exchange. */
export const loginExchangeBody = z.object({ device_code: z.string().min(1) });

/** Query of the page a browser opens. */
export const loginPageQuery = z.object({ user_code: z.string().default('') });

export function startLogin({ cloud }: ApiRequest): Reply {
  const { deviceCode, userCode } = cloud.logins.start();
  return ok({ device_code: deviceCode, user_code: userCode });
}

export function pollLogin({ cloud, query }: ApiRequest<{ readonly device_code: string }>): Reply {
  return ok({ status: cloud.logins.status(query.device_code) });
}

export function exchangeLogin({ cloud, body }: ApiRequest<unknown, { readonly device_code: string }>): Reply {
  return ok({
    access_token: cloud.logins.exchange(body.device_code),
    organization_id: organization.id,
    project_id: cloud.projects[0]?.id,
  });
}

/**
 * GET /cli/login: in place of the dashboard page on which a person approves a login. Nobody is signed in to it, so it asks
 * for a key: a token is worth as much.
 */
export function loginPage({ query }: ApiRequest<{ readonly user_code: string }>): Reply {
  return htmlReply(
    200,
    page.replace('{code}', () => escapeHtml(query.user_code)),
  );
}

/** POST /cli/login: the button of that page. */
export function approveLogin({ cloud, query }: ApiRequest<{ readonly user_code: string }>): Reply {
  if (!cloud.logins.decide(query.user_code, 'approved')) throw notFound('No login waits for this code');
  return ok({ message: 'Approved. You may close this page.' });
}

const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Tensorlake emulator</title>
<p>A device asks to sign in with the code <b>{code}</b>.</p>
<form><label>API key, as printed at the start: <input name="key" type="password" required autofocus></label>
<button>Approve</button></form><p role="status"></p>
<script>
  const form = document.querySelector('form');
  form.addEventListener('submit', async event => {
    event.preventDefault();
    const headers = { authorization: 'Bearer ' + form.key.value };
    const response = await fetch(location.href, { method: 'POST', headers });
    const { message, error } = await response.json();
    document.querySelector('[role=status]').textContent = message ?? error;
  });
</script></html>`;

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}
