import { l10n } from 'vscode';
import { managementUrl, portUrl } from '../../core/sandbox/portUrl';
import type { Sandbox } from '../../core/sandbox/sandbox';
import { networkSentence } from '../../text/sandbox/networkText';
import { accessMark, publicEndText } from '../../text/publicAccess';
import { commandIds } from '../../manifest';
import {
  button,
  card,
  code,
  codeList,
  copyButton,
  element,
  factList,
  type PageNode,
  table,
} from '../kit/pageNode';
import type { ActionButtons } from './actions';
import { isThere, type PageFacts } from './facts';

/** What the sandbox may reach. */
export function networkCard(
  { networkPolicy, unreadRules }: Sandbox,
  actions: ActionButtons,
): PageNode | undefined {
  return card(
    'network',
    l10n.t('Network'),
    element('p', {}, networkSentence(networkPolicy)),
    factList([
      [l10n.t('Policy'), networkPolicy ? undefined : l10n.t('none: unrestricted')],
      [
        l10n.t('Internet'),
        networkPolicy && (networkPolicy.allowInternetAccess ? l10n.t('allowed') : l10n.t('blocked')),
      ],
      [l10n.t('Allowed'), codeList(networkPolicy?.allowOut ?? [])],
      [l10n.t('Denied'), codeList(networkPolicy?.denyOut ?? [])],
      [
        l10n.t('Unread'),
        unreadRules === undefined
          ? undefined
          : l10n.t('Some rules could not be read; they hold all the same.'),
      ],
    ]),
    actions.row([commandIds.editNetwork]),
  );
}

/** Which ports of the sandbox are exposed, who can reach them, and at which address. */
export function portsCard(facts: PageFacts, actions: ActionButtons): PageNode | undefined {
  const { sandbox, publicEnd, nowMs } = facts;
  const { exposedPorts, allowUnauthenticatedAccess: isPublic } = sandbox;
  const address = managementUrl(sandbox);
  return card(
    'ports',
    l10n.t('Ports'),
    element('p', isPublic && exposedPorts.length > 0 ? { class: 'warning' } : {}, accessSentence(sandbox)),
    exposedPorts.length === 0 ? undefined : portTable(facts),
    factList([
      [l10n.t('Public access ends'), publicEndText(sandbox, publicEnd, nowMs)],
      [
        l10n.t('Management'),
        address === undefined
          ? undefined
          : [code(address), ' ', copyButton('url', l10n.t('Copy the management address'))],
      ],
      [l10n.t('Ingress'), sandbox.ingressEndpoint && code(sandbox.ingressEndpoint)],
    ]),
    actions.row([commandIds.editPorts, commandIds.setPublicAccess]),
  );
}

function accessSentence(sandbox: Sandbox): string {
  const { exposedPorts, unreadPorts, allowUnauthenticatedAccess } = sandbox;
  if (exposedPorts.length === 0 && unreadPorts !== undefined)
    return l10n.t('Ports are exposed, but which ones could not be read.');
  if (exposedPorts.length === 0)
    return allowUnauthenticatedAccess
      ? l10n.t(
          'No port is exposed, but public access is on: a port that is exposed is open to anyone at once.',
        )
      : l10n.t('No port is exposed.');
  return allowUnauthenticatedAccess
    ? l10n.t(
        'Public: anyone who has the address gets in, without a credential. A request wakes it when it is suspended.',
      )
    : l10n.t('Private: every request needs a Tensorlake credential, which a browser does not send.');
}

function portTable(facts: PageFacts): PageNode {
  const { sandbox, publicEnd, nowMs } = facts;
  return table(
    l10n.t('Exposed ports'),
    [l10n.t('Port'), l10n.t('Access'), l10n.t('Address')],
    sandbox.exposedPorts.map(port => {
      const url = portUrl(sandbox, port);
      return [
        element('th', { scope: 'row' }, String(port)),
        element('td', {}, accessMark(sandbox, publicEnd, nowMs)),
        url === undefined
          ? element('td', {}, l10n.t('none while it is not routable'))
          : element(
              'td',
              { class: 'address' },
              code(url),
              element('div', { class: 'use' }, ...portButtons(sandbox, port, isThere(facts))),
            ),
      ];
    }),
  );
}

function portButtons(sandbox: Sandbox, port: number, isUsable: boolean): readonly PageNode[] {
  const copy = copyButton(`port:${port}`, l10n.t('Copy the address of port {0}', port));
  if (!isUsable || !sandbox.allowUnauthenticatedAccess) return [copy];
  const isSuspended = sandbox.state === 'suspended' || sandbox.state === 'suspending';
  if (!isSuspended && sandbox.state !== 'running') return [copy];
  return [
    copy,
    button(
      isSuspended ? l10n.t('Wake and Open') : l10n.t('Open'),
      { open: `port:${port}` },
      {
        kind: 'small',
        label: isSuspended
          ? l10n.t('Open port {0} in the browser, which wakes the sandbox', port)
          : l10n.t('Open port {0} in the browser', port),
      },
    ),
  ];
}
