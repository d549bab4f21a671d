/** An element of a page, as data: made here, drawn by media/details.js, which takes text as text and nothing else. */
export interface PageNode {
  readonly tag: PageTag;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly children?: readonly (PageNode | string)[];
}

/** What a page may consist of; media/details.js draws no other element. */
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

/** A button that asks for something by name; what it does is decided outside the page. */
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

/** A fact: what it is about, and what is known. */
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
