const MAX_QUOTE_LENGTH = 60;

/** Formats a value that is not allowed, for a message about settings. Do not use it for secrets. */
export function quote(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'an empty value';
  if (typeof value === 'object') return kindOf(value);
  const text = JSON.stringify(value) ?? String(value);
  return text.length > MAX_QUOTE_LENGTH ? `${text.slice(0, MAX_QUOTE_LENGTH)}…` : text;
}

/** The type of a value in YAML terms, with its article: `a list`, `a mapping`, `a number`. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'a mapping' : `a ${typeof value}`;
}
