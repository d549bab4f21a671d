/** What is used here of an element in the page; the project is compiled without the browser's types. */
export interface DrawnElement {
  readonly textContent: string | null;
  getAttribute(name: string): string | null;
  querySelector(selector: string): DrawnElement | null;
  click(): void;
}
