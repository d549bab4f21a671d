import { l10n } from 'vscode';
import { portUrl } from '../../core/sandbox/exposedPorts';
import type { Sandbox } from '../../core/sandbox/sandbox';
import { networkSentence } from '../../text/sandbox/networkText';
import { accessMark, publicEndText } from '../../text/publicAccess';
import { plainText } from '../../text/kit/plainText';
import { commandIds } from '../../manifest';
import { button, card, element, factList, type PageNode } from '../kit/pageNode';
import type { ActionButtons } from './actions';
import { isThere, type PageFacts } from './facts';

/** What the sandbox may reach. */
export function networkCard({ networkPolicy }: Sandbox, actions: ActionButtons): PageNode | undefined {
  const list = (entries: readonly string[]): PageNode | undefined =>
    entries.length === 0
      ? undefined
      : element('ul', { class: 'entries' }, ...entries.map(entry => element('li', {}, code(entry))));
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
      [l10n.t('Allowed'), list(networkPolicy?.allowOut ?? [])],
      [l10n.t('Denied'), list(networkPolicy?.denyOut ?? [])],
    ]),
    actions.row([commandIds.editNetwork]),
  );
}

/** What of the sandbox can be reached, by whom, and where. */
export function portsCard(facts: PageFacts, actions: ActionButtons): PageNode | undefined {
  const { sandbox, publicEnd, nowMs } = facts;
  const { exposedPorts, allowUnauthenticatedAccess: isPublic } = sandbox;
  return card(
    'ports',
    l10n.t('Ports'),
    element('p', isPublic && exposedPorts.length > 0 ? { class: 'warning' } : {}, accessSentence(sandbox)),
    exposedPorts.length === 0 ? undefined : portTable(facts),
    factList([
      [l10n.t('Public access ends'), publicEndText(sandbox, publicEnd, nowMs)],
      [
        l10n.t('Management'),
        sandbox.sandboxUrl === undefined
          ? undefined
          : [
              code(sandbox.sandboxUrl),
              ' ',
              button(
                l10n.t('Copy'),
                { copy: 'url' },
                { kind: 'small', label: l10n.t('Copy the management address') },
              ),
            ],
      ],
      [l10n.t('Ingress'), sandbox.ingressEndpoint && code(sandbox.ingressEndpoint)],
    ]),
    actions.row([commandIds.editPorts, commandIds.setPublicAccess]),
  );
}

function accessSentence({ exposedPorts, allowUnauthenticatedAccess }: Sandbox): string {
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
  const heading = (title: string): PageNode => element('th', { scope: 'col' }, title);
  return element(
    'table',
    {},
    element('caption', { class: 'unseen' }, l10n.t('Exposed ports')),
    element(
      'thead',
      {},
      element('tr', {}, heading(l10n.t('Port')), heading(l10n.t('Access')), heading(l10n.t('Address'))),
    ),
    element(
      'tbody',
      {},
      ...sandbox.exposedPorts.map(port => {
        const url = portUrl(sandbox, port);
        return element(
          'tr',
          {},
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
        );
      }),
    ),
  );
}

function portButtons(sandbox: Sandbox, port: number, isUsable: boolean): readonly PageNode[] {
  const copy = button(
    l10n.t('Copy'),
    { copy: `port:${port}` },
    { kind: 'small', label: l10n.t('Copy the address of port {0}', port) },
  );
  if (!isUsable || !sandbox.allowUnauthenticatedAccess) return [copy];
  const isAsleep = sandbox.state === 'suspended' || sandbox.state === 'suspending';
  if (!isAsleep && sandbox.state !== 'running') return [copy];
  return [
    copy,
    button(
      isAsleep ? l10n.t('Wake and Open') : l10n.t('Open'),
      { open: `port:${port}` },
      {
        kind: 'small',
        label: isAsleep
          ? l10n.t('Open port {0} in the browser, which wakes the sandbox', port)
          : l10n.t('Open port {0} in the browser', port),
      },
    ),
  ];
}

/** Text from outside, set apart from words of this page. */
export function code(text: string): PageNode {
  return element('code', {}, plainText(text, 500));
}
