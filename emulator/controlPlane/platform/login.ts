import { z } from 'zod';
import { htmlReply, ok, type Reply } from '../../http/reply';
import { organization } from '../../model/accounts';
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

/** GET /cli/login: in place of the dashboard page on which a person approves a login. */
export function loginPage({ query }: ApiRequest<{ readonly user_code: string }>): Reply {
  const code = escapeHtml(query.user_code);
  return htmlReply(
    200,
    page(
      `<p>A device asks to sign in with the code <b>${code}</b>.</p>` +
        `<form method="post" action="/cli/login?user_code=${encodeURIComponent(query.user_code)}">` +
        '<button>Approve</button></form>',
    ),
  );
}

/** POST /cli/login: the button of that page. */
export function approveLogin({ cloud, query }: ApiRequest<{ readonly user_code: string }>): Reply {
  const done = cloud.logins.decide(query.user_code, 'approved');
  return done
    ? htmlReply(200, page('<p>Approved. You may close this page.</p>'))
    : htmlReply(404, page('<p>No login waits for this code.</p>'));
}

function page(body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Tensorlake emulator</title>${body}</html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}
