import { callerRoute, none, openRoute, platformRoute, route, userRoute, type Route } from '../wire/route';
import { listFileSystems } from './fileSystems';
import {
  approveLogin,
  exchangeLogin,
  loginExchangeBody,
  loginPage,
  loginPageQuery,
  loginPollQuery,
  loginStartBody,
  pollLogin,
  startLogin,
} from './login';
import { getProject, introspectKey, listOrganizations, listProjects } from './organizations';
import { platformQuery } from './paging';
import { deleteSecret, getSecret, listSecrets, putSecrets, secretsBody } from './secrets';
import { addSshKey, deleteSshKey, listSshKeys, sshKeyBody } from './sshKeys';
import {
  deleteTemplate,
  getTemplate,
  getTemplateByName,
  listTemplates,
  registerTemplate,
  templateBody,
} from './templates';

const organizations = '/platform/v1/organizations';
const sshKeys = '/platform/v1/users/me/ssh-keys';

/** What only the API host answers (API reference section 0, second table). */
export const platformRoutes: readonly Route[] = [
  ...platformRoute('GET', '/sandbox-templates', platformQuery, none, listTemplates),
  ...platformRoute('POST', '/sandbox-templates', none, templateBody, registerTemplate),
  ...platformRoute('GET', '/sandbox-templates/by-name/{name}', none, none, getTemplateByName),
  ...platformRoute('GET', '/sandbox-templates/{id}', none, none, getTemplate),
  ...platformRoute('DELETE', '/sandbox-templates/{id}', none, none, deleteTemplate),
  ...platformRoute('GET', '/secrets', platformQuery, none, listSecrets),
  ...platformRoute('PUT', '/secrets', none, secretsBody, putSecrets),
  ...platformRoute('GET', '/secrets/{id}', none, none, getSecret),
  ...platformRoute('DELETE', '/secrets/{id}', none, none, deleteSecret),
  ...platformRoute('GET', '/file-systems', platformQuery, none, listFileSystems),
  userRoute('GET', sshKeys, none, none, listSshKeys),
  userRoute('POST', sshKeys, none, sshKeyBody, addSshKey),
  userRoute('DELETE', `${sshKeys}/{id}`, none, none, deleteSshKey),
  route('POST', '/platform/v1/keys/introspect', none, none, introspectKey),
  userRoute('GET', organizations, none, none, listOrganizations),
  userRoute('GET', `${organizations}/{organization}/projects`, none, none, listProjects),
  route('GET', `${organizations}/{organization}/projects/{project}`, none, none, getProject),
  openRoute('POST', '/platform/cli/login/start', none, loginStartBody, startLogin),
  openRoute('GET', '/platform/cli/login/poll', loginPollQuery, none, pollLogin),
  openRoute('POST', '/platform/cli/login/exchange', none, loginExchangeBody, exchangeLogin),
  openRoute('GET', '/cli/login', loginPageQuery, none, loginPage),
  callerRoute('POST', '/cli/login', loginPageQuery, none, approveLogin),
];
