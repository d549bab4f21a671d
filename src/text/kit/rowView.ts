/** A row as it is drawn, in words and ids; nothing of the editor in it. */
export interface RowView {
  readonly label: string;
  readonly description: string;
  /** Codicon and theme colour. */
  readonly icon: string;
  readonly color: string | undefined;
  readonly contextValue: string;
  readonly accessibilityLabel: string;
}

/** All that is visible or audible of a row, in one comparable text. */
export function renderKey(view: RowView): string {
  const { label, description, icon, color, contextValue, accessibilityLabel } = view;
  return [label, description, icon, color, contextValue, accessibilityLabel].join('\n');
}
