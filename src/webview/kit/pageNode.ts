import { l10n } from 'vscode';
import { plainText } from '../../text/kit/plainText';

/** An element of a page, as data. media/details.js makes the real one; it never reads text as HTML. */
export interface PageNode {
  readonly tag: PageTag;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly children?: readonly (PageNode | string)[];
}

/** The elements of a page; media/details.js makes no others. */
export type PageTag =
  | 'article'
  | 'header'
  | 'section'
  | 'div'
  | 'h1'
  | 'h2'
  | 'p'
  | 'span'
  | 'code'
  | 'pre'
  | 'button'
  | 'dl'
  | 'dt'
  | 'dd'
  | 'ul'
  | 'ol'
  | 'li'
  | 'table'
  | 'caption'
  | 'thead'
  | 'tbody'
  | 'tr'
  | 'th'
  | 'td'
  | 'time'
  | 'svg'
  | 'rect'
  | 'text'
  | 'title';

type Child = PageNode | string | undefined;

/** Makes an element; absent children are left out. */
export function element(
  tag: PageTag,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly Child[]
): PageNode {
  return { tag, attributes, children: children.filter(child => child !== undefined) };
}

/** A button that sends a request to the extension, which decides what to do about it. */
export function button(
  title: string,
  request: { readonly run: string } | { readonly copy: string } | { readonly open: string },
  options: { readonly label?: string; readonly kind?: 'primary' | 'small' } = {},
): PageNode {
  const [name, value] = Object.entries(request)[0] ?? ['', ''];
  return element(
    'button',
    {
      type: 'button',
      class: options.kind ?? 'secondary',
      [`data-${name}`]: value,
      ...(options.label !== undefined && { 'aria-label': options.label }),
    },
    title,
  );
}

/** A small button that copies what the extension knows by a name, such as `id`. */
export function copyButton(name: string, label: string): PageNode {
  return button(l10n.t('Copy'), { copy: name }, { kind: 'small', label });
}

/** Text from outside, set apart from the page's own. */
export function code(text: string): PageNode {
  return element('code', {}, plainText(text, 500));
}

/** A list or table on a page shows so many rows and counts the rest: a page of 60,000 ports is never drawn. */
const mostRows = 200;

/** Texts from outside as a list; nothing when there are none. */
export function codeList(texts: readonly string[]): PageNode | undefined {
  if (texts.length === 0) return undefined;
  return element(
    'ul',
    { class: 'entries' },
    ...texts.slice(0, mostRows).map(text => element('li', {}, code(text))),
    texts.length <= mostRows ? undefined : element('li', {}, l10n.t('and {0} more', texts.length - mostRows)),
  );
}

/** A table whose caption is read aloud only. The first cell of each row is its heading. */
export function table(
  caption: string,
  headings: readonly string[],
  rows: readonly (readonly PageNode[])[],
): PageNode {
  return element(
    'table',
    {},
    element('caption', { class: 'unseen' }, caption),
    element('thead', {}, element('tr', {}, ...headings.map(text => element('th', { scope: 'col' }, text)))),
    element(
      'tbody',
      {},
      ...rows.slice(0, mostRows).map(cells => element('tr', {}, ...cells)),
      rows.length <= mostRows
        ? undefined
        : element('tr', {}, element('td', {}, l10n.t('and {0} more', rows.length - mostRows))),
    ),
  );
}

/** A card with a heading; nothing when it would be empty. */
export function card(id: string, title: string, ...children: readonly Child[]): PageNode | undefined {
  const shown = children.filter(child => child !== undefined);
  if (shown.length === 0) return undefined;
  const headingId = `${id}-title`;
  return element(
    'section',
    { id, class: 'card', 'aria-labelledby': headingId },
    element('h2', { id: headingId }, title),
    ...shown,
  );
}

/** A fact: its label and its value. */
export type Fact = readonly [label: string, value: Child | readonly Child[]];

/** Facts as a list of terms; those without a value are left out. */
export function factList(facts: readonly Fact[]): PageNode | undefined {
  const rows = facts.flatMap(([label, value]) => {
    const children = (Array.isArray(value) ? value : [value]).filter(
      (child): child is PageNode | string => child !== undefined && child !== '',
    );
    return children.length === 0
      ? []
      : [element('div', { class: 'fact' }, element('dt', {}, label), element('dd', {}, ...children))];
  });
  return rows.length === 0 ? undefined : element('dl', {}, ...rows);
}
