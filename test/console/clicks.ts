/** Result of `clickEverything`. */
export interface Clicks {
  /** Names of the controls that were used, in order. */
  readonly used: readonly string[];
  /** Links that were opened, from this page and from earlier ones. */
  readonly opened: readonly string[];
  /** What went wrong: the control, and what the page showed after it. */
  readonly faults: readonly string[];
}
